"""Whether the broker answers. While it does not, nothing is released without a person (B9): what depends on a clock —
escalation, release, alarms — might be late, and nobody would know.

The answer is kept for a few seconds per process, so that asking costs nothing on the hot path.
"""

import threading
import time

from celery import current_app
from kombu.exceptions import OperationalError

KEPT_SECONDS = 3.0
_TIMEOUT = 0.5
_lock = threading.Lock()
_last: dict[str, tuple[float, bool]] = {}


def alive() -> bool:
    """True if the broker answered within the last few seconds, or answers now."""
    url = current_app.conf.broker_url or ""
    asked, answer = _last.get(url, (float("-inf"), False))
    if time.monotonic() - asked < KEPT_SECONDS:
        return answer
    with _lock:
        asked, answer = _last.get(url, (float("-inf"), False))
        if time.monotonic() - asked >= KEPT_SECONDS:
            answer = _ask()
            _last[url] = (time.monotonic(), answer)
    return answer


def forget() -> None:
    """Ask again at the next call."""
    _last.clear()


def _ask() -> bool:
    try:
        with current_app.connection_for_write(connect_timeout=_TIMEOUT) as connection:
            connection.transport_options = {
                **(connection.transport_options or {}),
                "socket_connect_timeout": _TIMEOUT,
                "socket_timeout": _TIMEOUT,
            }
            connection.ensure_connection(max_retries=1, timeout=1, interval_start=0, interval_step=0)
            with connection.channel():
                pass
    except (OperationalError, OSError):
        return False
    return True
