"""What the tree of a log says: its size and root, where an event stands in it, and the proofs of both.

Logs are named by their keys; whoever asks has made sure that the log may be read. Proofs to strangers are made for the
sizes of published checkpoints only (`checkpoints`, `latest_checkpoint`).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Min, QuerySet

from audit.domain import merkle, note, tiles
from audit.models import Checkpoint, Cosignature, Event, Leaf, Log, LogState, Pending
from audit.selectors import logs as log_selectors
from audit.selectors import nodes, retention

CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands: the key of its log, its index there, and its leaf hash."""

    log: str
    index: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """A leaf with the event it is of."""

    index: int
    hash: bytes
    event: Event

    @property
    def uid(self) -> UUID:
        return self.event.uid

    @property
    def body(self) -> bytes:
        return bytes(self.event.body)


@dataclass(frozen=True, slots=True)
class Pruned:
    """A leaf whose event is gone, because its period was over."""

    index: int
    hash: bytes


def log_id(log: str) -> int:
    """The id of a log; LookupError for a key of no log."""
    try:
        return log_selectors.ids([log])[log]
    except KeyError:
        raise LookupError(f"There is no log {log}") from None


def state(log: str) -> LogState:
    """How far the log has grown, and why it stands still if it does."""
    return LogState.objects.get(log_id=log_id(log))


def size(log: str) -> int:
    """How many events of the log have their place in the tree."""
    return state(log).size


def root(*, log: str, size: int) -> bytes:
    """The root of the first `size` leaves, from the stored tree."""
    wanted = merkle.range_nodes(0, size)
    return merkle.root(size, nodes.lookup(log_id(log), size, wanted))


def inclusion(*, log: str, index: int, size: int) -> list[bytes]:
    """The proof that leaf `index` is in the tree of this size; ValueError where it cannot be."""
    wanted = merkle.nodes_of(merkle.inclusion_ranges(index, size))
    return merkle.inclusion_proof(index, size, nodes.lookup(log_id(log), size, wanted))


def consistency(*, log: str, old: int, new: int) -> list[bytes]:
    """The proof that the tree of size `new` continues that of size `old`; ValueError where there is none."""
    wanted = merkle.nodes_of(merkle.consistency_ranges(old, new))
    return merkle.consistency_proof(old, new, nodes.lookup(log_id(log), new, wanted))


def range_proof(*, log: str, begin: int, end: int, size: int) -> tuple[list[bytes], list[bytes]]:
    """The nodes left and right of the leaves [begin, end): with them, they are the whole tree of this size."""
    wanted = [*merkle.range_nodes(0, begin), *merkle.range_nodes(end, size)]
    return merkle.range_proof(begin, end, size, nodes.lookup(log_id(log), size, wanted))


def tile(*, log: str, tile: tiles.Tile) -> bytes:
    """The hashes of a tile, full or partial; LookupError where the tree does not reach that far."""
    return nodes.tile_hashes(log_id(log), tile)


def leaf_of_event(uid: UUID) -> Place | None:
    """Where an event stands; None for one that is unknown or still waits for its place."""
    return leaves_of_events([uid]).get(uid)


def leaves_of_events(uids: Collection[UUID]) -> dict[UUID, Place]:
    """Where these events stand; those without a place are left out."""
    found = dict(Event.objects.filter(uid__in=uids).values_list("id", "uid"))
    leaves = list(Leaf.objects.filter(event_id__in=found))
    keys = dict(Log.objects.filter(id__in={leaf.log_id for leaf in leaves}).values_list("id", "key"))
    return {found[leaf.event_id]: Place(keys[leaf.log_id], leaf.index, bytes(leaf.hash)) for leaf in leaves}


def entries(*, log: str, begin: int, end: int) -> Iterator[Entry | Pruned]:
    """The leaves [begin, end) with their events, in order; a thousand at a time are in memory. An entry whose text was
    pruned is given by its hash.

    LookupError at the first one that is not there.
    """
    number = log_id(log)
    pruned = retention.minimum_index(number)
    for first in range(begin, end, CHUNK):
        last = min(first + CHUNK, end)
        leaves = list(Leaf.objects.filter(log_id=number, index__gte=first, index__lt=last).order_by("index"))
        ids = [leaf.event_id for leaf in leaves]
        events = Event.objects.in_bulk(ids)
        for expected, leaf in enumerate(leaves, start=first):
            event = events.get(leaf.event_id)
            if leaf.index != expected or (event is None and expected >= pruned):
                raise LookupError(f"Entry {expected} of log {log} is not there")
            hashed = bytes(leaf.hash)
            yield Pruned(leaf.index, hashed) if event is None else Entry(leaf.index, hashed, event)
        if len(leaves) < last - first:
            raise LookupError(f"Entry {first + len(leaves)} of log {log} is not there")


def checkpoints(log: str) -> QuerySet[Checkpoint]:
    """What was signed for the log, the largest tree first."""
    return Checkpoint.objects.filter(log_id=log_id(log)).order_by("-size")


def latest_checkpoint(log: str) -> Checkpoint | None:
    """What was signed last."""
    return checkpoints(log).first()


def signed_note(checkpoint: Checkpoint) -> bytes:
    """The checkpoint as it is handed out: the signed note, and under it the newest cosignature of each witness's key."""
    lines = {}
    for key_name, line in (
        Cosignature.objects.filter(log_id=checkpoint.log_id, size=checkpoint.size)
        .order_by("id")
        .values_list("key_name", "line")
    ):
        signature = note.parse_line(line)
        lines[key_name, signature.key_id] = signature
    return note.with_signatures(bytes(checkpoint.note), lines.values())


def waiting(log: str) -> int:
    """How many events of the log have no place yet."""
    return Pending.objects.filter(log_id=log_id(log)).count()


def waiting_since() -> datetime | None:
    """When the oldest event that waits in any log was recorded; None where none waits."""
    oldest = Pending.objects.aggregate(first=Min("event_id"))["first"]
    return Event.objects.filter(id=oldest).values_list("recorded_at", flat=True).first()
