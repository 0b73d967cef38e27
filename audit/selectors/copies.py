"""What of a log goes into a copy of it: the rows of its first events, as they stand, in the order of their places."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from audit.models import Event, Leaf
from audit.selectors import tree

# The columns of an event, without its id and its log, which are others in a copy.
COLUMNS = (
    "uid",
    "body",
    "leaf_hash",
    "occurred_at",
    "recorded_at",
    "actor_type",
    "actor_id",
    "action",
    "object_type",
    "object_id",
    "correlation_id",
    "origin",
)
_CHUNK = 500


def events(*, log: str, begin: int, end: int) -> Iterator[tuple]:
    """The events at the places [begin, end) as SQLite holds them, in the order of `COLUMNS`.

    Nothing of the vault is read. LookupError for a log that is not there, and at the first place without an event.
    """
    number = tree.log_id(log)
    for first in range(begin, end, _CHUNK):
        last = min(first + _CHUNK, end)
        leaves = Leaf.objects.filter(log_id=number, index__gte=first, index__lt=last).order_by("index")
        ids = list(leaves.values_list("event_id", flat=True))
        rows = {row[0]: row[1:] for row in Event.objects.filter(id__in=ids).values_list("id", *COLUMNS)}
        for place, event_id in enumerate(ids, start=first):
            if event_id not in rows:
                raise LookupError(f"Entry {place} of log {log} has no event")
            yield tuple(map(_stored, rows[event_id]))
        if len(ids) < last - first:
            raise LookupError(f"Entry {first + len(ids)} of log {log} is not there")


def _stored(value: object) -> object:
    """The value as SQLite stores it."""
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    if isinstance(value, UUID):
        return value.hex
    return bytes(value) if isinstance(value, memoryview) else value
