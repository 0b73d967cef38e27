"""Sequencing: every recorded event gets its index in the tree of its log, exactly once.

The queue is in the database, and one transaction takes a batch from it and writes its leaves, the tiles it fills and
the new size. So a sequencer may die at any point, and any number of them may run: what was not committed did not happen.

Why the lowest ids that can be seen, and no mark up to which all was read: an event that was not committed yet is simply
not seen and comes with a later batch, while whoever began after another's commit has a higher id and sees it. Thus what
happened after something else never stands before it.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef
from psycopg import Cursor

from audit.domain import events, merkle, tiles
from audit.domain.envelope import Actor, Target
from audit.models import Leaf, Log, LogState, Pending, Tile
from audit.selectors import nodes
from audit.selectors import tree as tree_selectors
from audit.services import logs, recording, rows

logger = logging.getLogger(__name__)

BATCH = 5_000
SEQUENCER = Actor.system("sequencer")

_TAKE = """
DELETE FROM audit_pending WHERE event_id IN (
    SELECT event_id FROM audit_pending WHERE log_id = %s ORDER BY event_id LIMIT %s
) RETURNING event_id"""
_READ = {
    "postgresql": "SELECT id, log_id, body, leaf_hash FROM audit_event WHERE id = ANY(%s) ORDER BY id",
    "sqlite": (
        "SELECT id, log_id, body, leaf_hash FROM audit_event "
        "WHERE id IN (SELECT value FROM json_each(%s)) ORDER BY id"
    ),
}


class Mismatch(Exception):
    """What is stored contradicts itself: somebody has been at the tables. `event_id` where one event is meant."""

    def __init__(self, problem: str, event_id: int | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.event_id = event_id


@dataclass
class Sweep:
    """What a pass over the queue did: events that got their place, and logs that had to be stopped."""

    sequenced: int = 0
    stopped: int = 0


def sweep(*, clock: Callable[[], datetime], batch: int = BATCH, seconds: float | None = None) -> Sweep:
    """Take from the queue of every log, a batch of each in turn, until it is empty or the time is over.

    A log whose rows contradict themselves is stopped, with an alarm in the platform's log; the others go on.
    """
    done = Sweep()
    ends = None if seconds is None else time.monotonic() + seconds
    busy = _logs_with_work()
    while busy and (ends is None or time.monotonic() < ends):
        still_busy = []
        for log_id in busy:
            try:
                sequenced = sequence(log_id=log_id, at=clock(), batch=batch)
            except Mismatch as mismatch:
                stop(log_id=log_id, mismatch=mismatch, at=clock())
                done.stopped += 1
                continue
            done.sequenced += sequenced
            if sequenced == batch:
                still_busy.append(log_id)
        busy = still_busy
    return done


def _logs_with_work() -> list[int]:
    queue = Pending.objects.filter(log_id=OuterRef("log_id"))
    running = LogState.objects.filter(Exists(queue), sequencing_stopped="")
    return list(running.order_by("log_id").values_list("log_id", flat=True))


def sequence(*, log_id: int, at: datetime, batch: int = BATCH) -> int:
    """Give one batch of a log its places, in one transaction; returns how many events it was.

    Nothing is done while another sequencer works on this log. Mismatch where the rows contradict themselves; then
    nothing is changed.
    """
    try:
        with transaction.atomic():
            return _sequence(log_id, at, batch)
    except IntegrityError as error:
        raise Mismatch(f"a place or an event is taken already: {str(error).splitlines()[0]}") from error
    except LookupError as error:
        raise Mismatch(str(error)) from error


def _sequence(log_id: int, at: datetime, batch: int) -> int:
    # SKIP LOCKED where the database offers it: no row means that somebody else is at it.
    state = LogState.objects.select_for_update(skip_locked=True).filter(log_id=log_id).first()
    if state is None or state.sequencing_stopped:
        return 0
    taken = _take(log_id, batch)
    if not taken:
        return 0
    hashes = [hashed for _, hashed in taken]
    edge = nodes.edge(log_id, state.size)
    if tree_root(state.size, edge) != bytes(state.root):
        raise Mismatch(f"the tree of {state.size} leaves does not have the root that was written down")
    rows.append_rows(
        Leaf,
        [
            (log_id, index, event_id, hashed)
            for index, (event_id, hashed) in enumerate(taken, start=state.size)
        ],
    )
    size = state.size + len(hashes)
    filled = grow(edge, hashes, state.size)
    rows.append_rows(Tile, [(log_id, *tile) for tile in filled])
    updated = LogState.objects.filter(log_id=log_id, size=state.size, sequencing_stopped="").update(
        size=size, root=tree_root(size, edge), integrated_at=at
    )
    if updated != 1:
        raise Mismatch(f"the log was not at size {state.size} any more")
    return len(taken)


def _take(log_id: int, batch: int) -> list[tuple[int, bytes]]:
    """The ids and leaf hashes of the next events, taken out of the queue and checked against their bodies."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [log_id, batch])
        ids: list[int] = [event_id for (event_id,) in cursor.fetchall()]
    if not ids:
        return []
    stored = _stored(ids)
    if len(stored) != len(ids):
        missing = sorted(set(ids) - {row[0] for row in stored})
        raise Mismatch(f"{len(missing)} events of the queue are not in the trail", missing[0])
    for event_id, its_log, body, hashed in stored:
        if its_log != log_id:
            raise Mismatch("an event waits in the queue of another log", event_id)
        if merkle.leaf_hash(body) != hashed:
            raise Mismatch("an event's body does not have the hash that was recorded with it", event_id)
    return [(event_id, hashed) for event_id, _, _, hashed in stored]


def _stored(ids: list[int]) -> list[tuple[int, int, bytes, bytes]]:
    if connection.vendor == "postgresql":
        # psycopg's own cursor brings bodies as bytes; Django's brings them as hexadecimal text, at half the speed.
        with connection.wrap_database_errors, Cursor(connection.connection) as direct:
            return direct.execute(_READ["postgresql"], [ids], binary=True).fetchall()
    with connection.cursor() as cursor:
        cursor.execute(_READ["sqlite"], [str(ids)])
        return cursor.fetchall()


def grow(edge: list[bytearray], hashes: Sequence[bytes], size: int) -> list[tuple[int, int, bytes, bytes]]:
    """Add leaf hashes to the edge of a tree of this size, which is changed, and return the tiles that became full.

    The edge is the hashes of the partial tile of each level, lowest first; a tile is (level, n, hashes, root).
    """
    filled = []
    level, row, first = 0, b"".join(hashes), size // tiles.WIDTH
    while row:
        if level == len(edge):
            edge.append(bytearray())
        edge[level] += row
        full = len(edge[level]) // tiles.FULL_BYTES
        roots = []
        for number in range(full):
            part = bytes(edge[level][number * tiles.FULL_BYTES : (number + 1) * tiles.FULL_BYTES])
            roots.append(tiles.tile_root(part))
            filled.append((level, first + number, part, roots[-1]))
        del edge[level][: full * tiles.FULL_BYTES]
        level, row, first = level + 1, b"".join(roots), first // tiles.WIDTH
    return filled


def tree_root(size: int, edge: Sequence[bytearray]) -> bytes:
    """The root of a tree of this size, from the partial tiles at its edge alone."""
    expanded = {level: tiles.expand(bytes(row)) for level, row in enumerate(edge) if row}

    def node(level: int, index: int) -> bytes:
        row, _, inner, place = tiles.locate(level, index)
        return expanded[row][inner][place]

    return merkle.root(size, node)


@transaction.atomic
def stop(*, log_id: int, mismatch: Mismatch, at: datetime) -> None:
    """Stop a log until a person has looked, and say so in the platform's log, once."""
    log = Log.objects.get(id=log_id)
    logger.critical("Log %s is stopped: %s (event %s)", log.key, mismatch.problem, mismatch.event_id)
    running = LogState.objects.filter(log_id=log_id, sequencing_stopped="")
    if running.update(sequencing_stopped=mismatch.problem) != 1:
        return
    facts = {"log": log.key, "size": tree_selectors.size(log.key), "problem": mismatch.problem}
    if mismatch.event_id is not None:
        facts["event_id"] = mismatch.event_id
    recording.record(
        log=logs.PLATFORM,
        action=events.MISMATCH_FOUND.action,
        actor=SEQUENCER,
        target=Target("log", log.key),
        facts=facts,
        at=at,
    )


@transaction.atomic
def resume(*, log: str, at: datetime) -> bool:
    """Let a stopped log go on; False where it was not stopped. What is still wrong stops it again."""
    stopped = LogState.objects.filter(log_id=tree_selectors.log_id(log)).exclude(sequencing_stopped="")
    if stopped.update(sequencing_stopped="") != 1:
        return False
    recording.record(
        log=logs.PLATFORM,
        action=events.LOG_RESUMED.action,
        actor=SEQUENCER,
        target=Target("log", log),
        facts={"log": log, "what": "sequencing"},
        at=at,
    )
    return True
