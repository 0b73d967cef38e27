"""Checking what a log says of its own prunings: texts may be missing where a tombstone in the log says so, and nowhere else.

The tombstone is an event, with a place in the tree: who wants to hide a removal must put it where everybody sees it.
"""

from collections.abc import Iterator

from audit.domain import events
from audit.models import Event, Leaf, Pending, Pruning
from audit.selectors import retention
from audit.services.ranges import Finding

_TOLD = ("first_index", "end_index", "entries", "entries_in_all", "keep_days")


def last(log_id: int) -> Pruning | None:
    """The pruning up to whose index texts of a log may be missing."""
    return retention.last_pruning(log_id)


def check(log_id: int, log: str, pruned: Pruning | None, missing: int | None) -> list[Finding]:
    """What is wrong about the prunings of a log; `missing` is how many texts were found missing before the minimum index,
    None where not the whole log was looked at."""
    return list(_findings(log_id, log, pruned, missing))


def _findings(log_id: int, log: str, pruned: Pruning | None, missing: int | None) -> Iterator[Finding]:
    if pruned is None:
        return
    for row in Pruning.objects.filter(log_id=log_id).order_by("entries_in_all"):
        yield from _backed(log_id, log, row, is_last=row.pk == pruned.pk)
    if missing is not None and missing != pruned.entries_in_all:
        yield Finding(
            log,
            min(pruned.first_index, pruned.end_index),
            f"the texts of {missing} entries before {pruned.end_index} are missing, and its tombstones tell of "
            f"{pruned.entries_in_all}",
        )


def _backed(log_id: int, log: str, row: Pruning, *, is_last: bool) -> Iterator[Finding]:
    """A pruning must say what its tombstone says. The last tombstone counts for all: an older one may be pruned by now."""
    tombstone = Event.objects.filter(uid=row.tombstone).first()
    if tombstone is None:
        if is_last:
            yield Finding(
                log, row.first_index, "texts are said to be pruned, and no tombstone in the log says so"
            )
        return
    placed = Leaf.objects.filter(log_id=log_id, event_id=tombstone.id)
    queued = Pending.objects.filter(log_id=log_id, event_id=tombstone.id)
    told = tombstone.facts if tombstone.action == events.BODIES_PRUNED.action else {}
    if (
        tombstone.log_id != log_id
        or not (placed.exists() or queued.exists())
        or any(told.get(name) != getattr(row, name) for name in _TOLD)
    ):
        yield Finding(log, row.first_index, "its pruning is not what the tombstone in the log says")
