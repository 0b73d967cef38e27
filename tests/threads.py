"""Several people at once: each call in a thread and on a database connection of its own."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from audit.errors import Refused

PATIENCE = 60  # seconds


def together(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each call returned, or the refusal it met; all of them begin at the same moment."""
    ready = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            ready.wait(PATIENCE)
            return call()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls, timeout=PATIENCE))
