"""Who may wait: a poll that waits keeps a thread of the server, and people must always find a free one."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

_lock = threading.Lock()
_waiting = 0


def places() -> int:
    """How many polls may wait in this process: its share of a quarter of all server threads, but one at least."""
    return max(1, settings.SERVER_THREADS // settings.SERVER_WORKERS // 4)


@contextmanager
def place() -> Iterator[bool]:
    """Take a place for the length of a block; False where none is free."""
    global _waiting
    with _lock:
        free = _waiting < places()
        _waiting += free
    try:
        yield free
    finally:
        with _lock:
            _waiting -= free
