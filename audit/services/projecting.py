"""Projecting: what upper floors make of the trail, kept up event by event, exactly once.

A projection reads each log in the order of its indexes. Its rows and its cursor move in one transaction, so it may die at
any point and any number of workers may run it: what was not committed did not happen, and what happened is not done
again. Its rows can be thrown away and made anew at any time; a later version of it does so by itself.

An event it cannot take stops it in that log, with the error kept; nothing is ever passed over. Other logs and other
projections go on.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.db import InterfaceError, OperationalError, transaction

from audit.errors import Conflict
from audit.models import Cursor, Event, Leaf, Log, LogState
from audit.selectors import projections as selector
from audit.selectors import retention

logger = logging.getLogger(__name__)

BATCH = 1_000
_LONGEST_ERROR = 500  # characters
_PRUNED = (
    "the texts before entry {pruned} were removed when their period was over, so what they gave cannot be made again; "
    "rebuild_projection --from-minimum begins behind them"
)
# The database is away or ended a deadlock: no fault of the event, and the next attempt may go well.
_PASSING = (OperationalError, InterfaceError)


@dataclass(frozen=True, slots=True)
class Projection:
    """What is made of the events: `apply` adds the next ones of a log to the rows, `clear` drops the log's rows.

    Both are called inside the transaction that moves the cursor, and by one worker at a time for one log. They ask the
    clock for nothing and use what events say alone, so that a rebuild makes the same rows. A change of what they make
    is a higher `version`.
    """

    name: str
    version: int
    apply: Callable[[str, Sequence[Event]], None]
    clear: Callable[[str], None]


class _Failed(Exception):
    """The next events could not be taken; `position` is where the first of them stands."""

    def __init__(self, position: int, problem: str) -> None:
        super().__init__(problem)
        self.position = position
        self.problem = problem


_projections: dict[str, Projection] = {}


def register(projection: Projection) -> None:
    """Let a projection be kept up; ValueError where another one has the name."""
    if _projections.setdefault(projection.name, projection) != projection:
        raise ValueError(f"There is another projection {projection.name!r}")


def registered() -> list[str]:
    """The names of all projections, sorted."""
    return sorted(_projections)


def sweep(*, clock: Callable[[], datetime], limit: int = BATCH, seconds: float | None = None) -> int:
    """Take every projection on through every log, a batch of each in turn, until nothing is left or the time is over;
    returns how many events were taken."""
    ends = None if seconds is None else monotonic() + seconds
    taken = 0
    versions = {name: projection.version for name, projection in _projections.items()}
    busy = selector.behind(versions)
    while busy and (ends is None or monotonic() < ends):
        still_busy = []
        for name, log_id in busy:
            if ends is not None and monotonic() >= ends:
                break
            try:
                count = project(name=name, log_id=log_id, at=clock(), limit=limit)
            except OperationalError:
                logger.exception("The projection %s could not go on in log %s just now", name, log_id)
                continue
            taken += count
            if count:
                still_busy.append((name, log_id))
        busy = still_busy
    return taken


def project(*, name: str, log_id: int, at: datetime, limit: int = BATCH) -> int:
    """Take one projection on through one log by at most `limit` events; returns by how many.

    Nothing is done while another worker is at it. Where events cannot be taken together they are taken in ever smaller
    parts, so that the projection stops at the very one that is wrong and not before it.
    """
    projection = _named(name)
    _renew(projection, log_id, at)
    taken, size = 0, limit
    while taken < limit:
        try:
            moved = _take(projection, log_id, at, size)
        except _Failed as failed:
            if size > 1:
                size //= 2
                continue
            _stop(projection, log_id, failed, at)
            return taken
        taken += moved
        if moved < size or size == limit:
            return taken
    return taken


def _named(name: str) -> Projection:
    try:
        return _projections[name]
    except KeyError:
        raise LookupError(f"There is no projection {name!r}") from None


@transaction.atomic
def _renew(projection: Projection, log_id: int, at: datetime) -> None:
    """The cursor is there, and begins anew where an earlier version made its rows.

    In a transaction of its own: what it stands on must stay also where the first events then cannot be taken.
    """
    cursor = _cursor(projection, log_id, at)
    if cursor.version < projection.version:
        locked = _locked(cursor)
        if locked is not None and locked.version < projection.version:
            # What an earlier version made of texts that are gone is better than nothing, until a person decides.
            if pruned := retention.minimum_index(log_id):
                locked.stopped, locked.updated_at = locked.stopped or _PRUNED.format(pruned=pruned), at
                locked.save(update_fields=["stopped", "updated_at"])
            else:
                _begin_anew(projection, locked, at, 0)


def _cursor(projection: Projection, log_id: int, at: datetime) -> Cursor:
    size = LogState.objects.get(log_id=log_id).size
    started = {"version": projection.version, "rebuilt_to": size, "updated_at": at}
    return Cursor.objects.get_or_create(projection=projection.name, log_id=log_id, defaults=started)[0]


def _locked(cursor: Cursor) -> Cursor | None:
    """The cursor as it stands now, for this worker alone; None where somebody else is at it (and, on SQLite, where one
    writer waits for the other in any case, never)."""
    return Cursor.objects.select_for_update(skip_locked=True).filter(pk=cursor.pk).first()


@transaction.atomic
def _take(projection: Projection, log_id: int, at: datetime, size: int) -> int:
    cursor = _locked(Cursor.objects.get(projection=projection.name, log_id=log_id))
    # Another version is the work of a newer release, which an older one that still runs must not touch.
    if cursor is None or cursor.version != projection.version or cursor.stopped:
        return 0
    events = _read(log_id, cursor.position, size)
    if not events:
        return 0
    moved = Cursor.objects.filter(
        pk=cursor.pk, position=cursor.position, version=projection.version, stopped=""
    ).update(position=cursor.position + len(events), updated_at=at)
    if moved != 1:
        return 0
    try:
        projection.apply(Log.objects.get(pk=log_id).key, events)
    except _PASSING:
        raise
    except Exception as error:
        raise _Failed(cursor.position, _told(cursor.position, events[0], error)) from error
    return len(events)


def _read(log_id: int, position: int, size: int) -> list[Event]:
    """The next events of a log in the order of their places; _Failed where one is missing that was not pruned."""
    if position < (pruned := retention.minimum_index(log_id)):
        raise _Failed(position, _PRUNED.format(pruned=pruned))
    leaves = Leaf.objects.filter(log_id=log_id, index__gte=position, index__lt=position + size)
    places = list(leaves.order_by("index").values_list("index", "event_id"))
    found = Event.objects.in_bulk([event_id for _, event_id in places])
    events = []
    for expected, (index, event_id) in enumerate(places, start=position):
        if index != expected or event_id not in found:
            raise _Failed(position, f"entry {expected}: its event is not in the trail")
        events.append(found[event_id])
    return events


def _told(position: int, event: Event, error: Exception) -> str:
    text = f"entry {position} ({event.action} {event.uid}): {type(error).__name__}: {error}"
    return text[:_LONGEST_ERROR]


def _stop(projection: Projection, log_id: int, failed: _Failed, at: datetime) -> None:
    here = Cursor.objects.filter(
        projection=projection.name, log_id=log_id, position=failed.position, stopped=""
    )
    if here.update(stopped=failed.problem, updated_at=at):
        logger.critical(
            "The projection %s is stopped in log %s: %s",
            projection.name,
            log_id,
            failed.problem,
            exc_info=failed.__cause__,
        )


def _begin_anew(projection: Projection, cursor: Cursor, at: datetime, begin: int) -> None:
    cursor.position, cursor.version, cursor.stopped, cursor.updated_at = begin, projection.version, "", at
    cursor.rebuilt_to = LogState.objects.get(log_id=cursor.log_id).size
    cursor.save()
    projection.clear(Log.objects.get(pk=cursor.log_id).key)


@transaction.atomic
def rebuild(*, name: str, log_id: int, at: datetime, from_minimum: bool = False) -> int:
    """Drop the rows that a projection made of one log and send it back to the first entry, to be read again by
    whoever is next; returns how many entries that is. LookupError for an unknown projection.

    Raises Conflict for a log whose first texts were pruned, because what they gave cannot be made again, unless it
    shall begin behind them (`from_minimum`).
    """
    projection = _named(name)
    pruned = retention.minimum_index(log_id)
    if pruned and not from_minimum:
        raise Conflict("pruned", f"Log {Log.objects.get(pk=log_id).key}: {_PRUNED.format(pruned=pruned)}.")
    _cursor(projection, log_id, at)
    cursor = Cursor.objects.select_for_update().get(projection=name, log_id=log_id)
    _begin_anew(projection, cursor, at, pruned)
    return cursor.rebuilt_to - pruned


def resume(*, name: str, log_id: int, at: datetime) -> bool:
    """Let a stopped projection try its event again; False where it was not stopped."""
    stopped = Cursor.objects.filter(projection=name, log_id=log_id).exclude(stopped="")
    return stopped.update(stopped="", updated_at=at) == 1
