"""The lock protocol: intake and release share the scopes they fall under, what changes the terms takes one alone.

A version check cannot stop a transaction already under way. So whoever releases holds a shared transaction lock on each
scope it falls under, and whoever changes what governs one of them takes that one alone: its reply comes only when nobody
is still releasing under the old terms. Nobody holds one alone and waits for another, so nobody waits in a circle. SQLite
has one writer at a time, so there the transaction itself is the lock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import OperationalError, connection

from audit.errors import Conflict
from contracts.enums import HaltScope
from contracts.models import Process

# The first of the two 32-bit lock keys: it keeps the portal's advisory locks apart from anybody else's.
_CLASS = 0x43530000
# Milliseconds. Intakes and releases are over in less than one second, so whoever takes longer is stuck.
PATIENCE = 10_000
_LOCK_NOT_AVAILABLE = "55P03"
_ORDER = (HaltScope.ALL, HaltScope.CLIENT, HaltScope.PROCESS, HaltScope.STEP, HaltScope.MODEL)


@dataclass(frozen=True, slots=True)
class Scope:
    """Something that is locked: everything, or one client, process, step or model version."""

    kind: str
    id: UUID | None = None

    def key(self) -> tuple[int, int]:
        # Two ids that end alike share a lock: they wait for each other, and nothing is wrong.
        number = int.from_bytes(self.id.bytes[-4:], "big", signed=True) if self.id else 0
        return _CLASS + _ORDER.index(HaltScope(self.kind)), number


EVERYTHING = Scope(HaltScope.ALL)


def of_process(process: Process) -> Scope:
    return Scope(HaltScope.PROCESS, process.pk)


def covering(*, client: UUID, process: UUID, steps: Iterable[UUID], models: Iterable[UUID]) -> list[Scope]:
    """The scopes an intake or a release falls under, in the order in which they are taken."""
    return [
        EVERYTHING,
        Scope(HaltScope.CLIENT, client),
        Scope(HaltScope.PROCESS, process),
        *(Scope(HaltScope.STEP, step) for step in sorted(set(steps))),
        *(Scope(HaltScope.MODEL, model) for model in sorted(set(models))),
    ]


def share(scopes: Iterable[Scope]) -> None:
    """Hold the scopes shared until the transaction ends, taken in the order given, in one statement."""
    _lock("pg_advisory_xact_lock_shared", scopes)


def exclude(process: Process) -> None:
    """Wait for everybody who shares the process, then hold it alone until the transaction ends.

    Raises Conflict where somebody still shares it after `PATIENCE`: who asks is told, and does not hang with him.
    """
    try:
        exclude_within(of_process(process), milliseconds=PATIENCE)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != _LOCK_NOT_AVAILABLE:
            raise
        raise Conflict(
            "still_under_way",
            "Nothing was changed, and what was in force still is: something that began under it is still under way. "
            "Try again in a moment.",
        ) from error


def exclude_within(scope: Scope, *, milliseconds: int) -> None:
    """Hold a scope alone until the transaction ends. OperationalError where somebody still shares it after so long."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{milliseconds}ms"])
        _lock("pg_advisory_xact_lock", [scope])
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")


def _lock(function: str, scopes: Iterable[Scope]) -> None:
    if connection.vendor != "postgresql":
        return
    keys = [scope.key() for scope in scopes]
    calls = ", ".join([f"{function}(%s, %s)"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", [part for key in keys for part in key])  # noqa: S608 — one of two constants
