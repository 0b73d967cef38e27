"""The lock protocol: intake and release share the scopes they fall under, a change of rules takes one alone.

A version check cannot stop a transaction already under way. So whoever releases holds a shared transaction lock on
the process, and whoever changes what governs it takes the exclusive one: its reply comes only when nobody is still
releasing under the old terms. SQLite has one writer at a time, so there the transaction itself is the lock.
"""

from django.db import connection

from contracts.models import Process

# The first of the two 32-bit lock keys: it keeps the portal's advisory locks apart from anybody else's.
_CLASS = 0x43530001


def _key(process: Process) -> int:
    return int.from_bytes(process.pk.bytes[-4:], "big", signed=True)


def share(process: Process) -> None:
    """Hold the process shared until the transaction ends."""
    _lock("pg_advisory_xact_lock_shared", process)


def exclude(process: Process) -> None:
    """Wait for everybody who shares the process, then hold it alone until the transaction ends."""
    _lock("pg_advisory_xact_lock", process)


def _lock(function: str, process: Process) -> None:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [_CLASS, _key(process)])  # noqa: S608 — one of two constants
