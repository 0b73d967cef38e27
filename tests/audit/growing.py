"""Trees in the database: of real events, or of bare leaves where only the tree counts."""

from collections.abc import Sequence

from django.utils import timezone

from audit.models import Event, Leaf, Log, LogState, Tile
from audit.selectors import nodes
from audit.services import recording, rows, sequencing
from tests.audit.conftest import entry


def events(count: int, log: str = "client-1") -> list[Event]:
    """That many events recorded, waiting for their places."""
    return recording.record_many([entry(log=log, correlation_id=None) for _ in range(count)])


def sequenced(count: int, log: str = "client-1") -> list[Event]:
    """That many events recorded, and all that waits sequenced."""
    made = events(count, log)
    sequencing.sweep(clock=timezone.now)
    return made


def leaves(log: str) -> list[bytes]:
    """The leaf hashes of a log, as they are stored."""
    rows = Leaf.objects.filter(log_id=Log.objects.get(key=log).id).order_by("index")
    return [bytes(leaf) for leaf in rows.values_list("hash", flat=True)]


def bare(log_id: int, hashes: Sequence[bytes], batch: int = 20_000) -> None:
    """A tree of these leaves, grown as the sequencer grows it, without events."""
    state = LogState.objects.get(log_id=log_id)
    size = state.size
    for start in range(0, len(hashes), batch):
        part = list(hashes[start : start + batch])
        edge = nodes.edge(log_id, size)
        rows.append_rows(
            Leaf,
            [
                (log_id, index, log_id * 10**9 + index, hashed)
                for index, hashed in enumerate(part, start=size)
            ],
        )
        rows.append_rows(Tile, [(log_id, *tile) for tile in sequencing.grow(edge, part, size)])
        size += len(part)
    LogState.objects.filter(log_id=log_id).update(size=size, root=sequencing.tree_root(size, edge))
