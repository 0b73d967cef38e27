"""fsck: is the trail still what it was? Everything is computed anew, from the bodies of the events up to what was signed.

Reads only, in stretches, so that memory does not grow with the log and several processes can share the work. A log may
grow meanwhile: what was there at the beginning is checked.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from multiprocessing import get_context

from django.db import connection, connections
from django.db.models import Exists, OuterRef

from audit.domain import checkpoint, merkle, note, tiles
from audit.domain.checkpoint import Checkpoint
from audit.domain.merkle import Frontier
from audit.models import Checkpoint as Signed
from audit.models import Event, Leaf, LogState, Pending, Pruning, Tile
from audit.selectors import nodes, tree
from audit.services import outside, prunings, ranges, signing_keys
from audit.services.ranges import STRETCH, STRETCH_LEVEL, Finding, Stretch

# What is recorded is in the tree within a minute.
MAX_DELAY = timedelta(seconds=60)

Progress = Callable[[int], object]


@dataclass
class Verdict:
    """What was found in a log, the first place first, and what could not be checked yet."""

    log: str
    size: int = 0
    findings: list[Finding] = field(default_factory=list)
    incomplete: list[str] = field(default_factory=list)
    pruned: int = 0

    @property
    def first(self) -> Finding | None:
        """The finding to begin with: the lowest index that is named."""
        return min(self.findings, key=lambda one: (one.index < 0, one.index), default=None)


def check(
    *,
    log: str,
    at: datetime,
    begin: int = 0,
    jobs: int = 1,
    trusted: Iterable[Checkpoint] = (),
    told: Progress = lambda done: None,
) -> Verdict:
    """Check a log from an index on; `trusted` are checkpoints that somebody else has kept.

    LookupError for a log that is not there.
    """
    log_id = tree.log_id(log)
    # In this order: the log only grows, so no checkpoint is larger than the tree that is read after it.
    known = _known(log, log_id, trusted)
    state = LogState.objects.get(log_id=log_id)
    verdict = Verdict(log, state.size)
    begin = min(begin, state.size) // STRETCH * STRETCH
    # A checkpoint of which the tree falls short says by itself where the tail is missing.
    beyond = [one for one in known if one.size > state.size]
    verdict.findings += [
        Finding(log, state.size, f"{one.size} entries were signed, and here are {state.size}")
        for one in beyond
    ]
    sizes = sorted({one.size for one in known if begin < one.size <= state.size})
    roots: dict[int, bytes] = {0: merkle.EMPTY_ROOT}
    frontier = _left(log, log_id, begin, verdict)
    upper: dict[int, list[bytes]] = {}
    pruned = prunings.last(log_id)
    minimum = pruned.end_index if pruned else 0
    for stretch in _stretches(log_id, log, begin, state.size, sizes, minimum, jobs):
        verdict.findings += stretch.findings
        verdict.pruned += stretch.pruned
        for size, inside in stretch.at_sizes.items():
            roots[size] = _fold([*frontier.hashes, *inside])
        edge = stretch.nodes
        if stretch.end - stretch.begin == STRETCH:
            frontier.append(stretch.nodes[0], STRETCH_LEVEL)
            verdict.findings += _upper(log, log_id, stretch.begin, stretch.nodes[0], upper)
            edge = []
        roots[stretch.end] = _fold([*frontier.hashes, *edge])
        told(stretch.end - stretch.begin)
    if state.size > begin or not begin:
        agreed = _signed(log, known, roots, verdict)
        if roots.get(state.size) != bytes(state.root) and not verdict.findings:
            what = "from here on, the leaves do not make the root that was written down"
            verdict.findings.append(Finding(log, agreed, what))
    counted = verdict.pruned if not begin else None
    if (now := prunings.last(log_id)) != pruned:
        _forgive(now, verdict)
        pruned, counted = now, None
    verdict.findings += prunings.check(log_id, log, pruned, counted)
    _around(log, log_id, state, at, pruned.entries_in_all if pruned else 0, verdict)
    return verdict


def _forgive(pruned: Pruning | None, verdict: Verdict) -> None:
    """Texts that were pruned while this ran are no findings; that others could hide behind them is said."""
    minimum = pruned.end_index if pruned else 0
    verdict.findings = [one for one in verdict.findings if one.index >= minimum or one.what != ranges.GONE]
    verdict.incomplete.append("texts were pruned while this ran: run it again")


def _known(log: str, log_id: int, trusted: Iterable[Checkpoint]) -> list[Checkpoint]:
    """All that was signed: here, in the folder outside, and what the caller brought. Their texts count, not our columns."""
    origin = signing_keys.origin(log)
    known = [one for one in trusted if one.origin == origin]
    written = outside.newest(log)
    if written is not None:
        known.append(written)
    for size, root, data in (
        Signed.objects.filter(log_id=log_id).values_list("size", "root", "note").iterator()
    ):
        try:
            text = checkpoint.parse(note.parse(bytes(data)).text)
        except ValueError:
            text = None
        if text is None or (text.size, text.root) != (size, bytes(root)):
            # It contradicts itself: with a root of nothing it fits no tree.
            text = Checkpoint(origin, size, bytes(32))
        known.append(text)
    return sorted(known, key=lambda one: one.size)


def _left(log: str, log_id: int, begin: int, verdict: Verdict) -> Frontier:
    """What is left of the first entry that is checked, as it is stored."""
    try:
        return Frontier.at(begin, nodes.lookup(log_id, begin, merkle.range_nodes(0, begin), fresh=True))
    except LookupError as error:
        verdict.findings.append(Finding(log, -1, str(error)))
        return Frontier(begin, [bytes(32)] * begin.bit_count())


def _stretches(
    log_id: int, log: str, begin: int, size: int, sizes: Sequence[int], minimum: int, jobs: int
) -> Iterator[Stretch]:
    """The stretches in order, checked here or by so many processes."""
    work = (
        (
            log_id,
            log,
            first,
            min(first + STRETCH, size),
            [one for one in sizes if first < one <= first + STRETCH],
            minimum,
        )
        for first in range(begin, size, STRETCH)
    )
    if jobs < 2:
        for one in work:
            yield ranges.check(*one)
        return
    with _processes(jobs) as pool:
        running = [pool.submit(ranges.check, *one) for one in islice(work, 2 * jobs)]
        while running:
            yield running.pop(0).result()
            running += [pool.submit(ranges.check, *one) for one in islice(work, 1)]


@contextmanager
def _processes(jobs: int) -> Iterator[ProcessPoolExecutor]:
    # Forked with no connection open: each process makes one of its own.
    connections.close_all()
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as pool:
        yield pool


def _fold(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return merkle.EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = merkle.node_hash(left, root)
    return root


def _upper(log: str, log_id: int, begin: int, root: bytes, rows: dict[int, list[bytes]]) -> list[Finding]:
    """The tiles of level 2 and above, as their rows become full."""
    findings: list[Finding] = []
    level, index = 2, begin // STRETCH
    while True:
        row = rows.setdefault(level, [])
        row.append(root)
        if (index + 1) % tiles.WIDTH:
            return findings
        n = index // tiles.WIDTH
        hashes, rows[level] = b"".join(row), []
        if len(row) < tiles.WIDTH:
            # It was begun behind the first of them.
            return findings
        root = tiles.tile_root(hashes)
        stored = Tile.objects.filter(log_id=log_id, level=level, n=n).values_list("hashes", "root").first()
        if stored is None or (bytes(stored[0]), bytes(stored[1])) != (hashes, root):
            first = n << (tiles.HEIGHT * (level + 1))
            findings.append(Finding(log, first, f"its tile of level {level} is not what its entries make"))
        level, index = level + 1, n


def _signed(log: str, known: Sequence[Checkpoint], roots: dict[int, bytes], verdict: Verdict) -> int:
    """Compare each signed root with the one the leaves make now; returns up to where they agree."""
    agreed = 0
    for one in known:
        if one.size not in roots:
            continue
        if roots[one.size] == one.root:
            agreed = max(agreed, one.size)
            continue
        # Where a place between them was found already, it is told instead.
        if not any(agreed <= found.index < one.size for found in verdict.findings):
            what = f"between here and entry {one.size}, the log is not what was signed at {one.size} entries"
            verdict.findings.append(Finding(log, agreed, what))
        break
    return agreed


_COUNTS = (
    "SELECT (SELECT count(*) FROM audit_event WHERE log_id = %s), (SELECT size FROM audit_logstate WHERE log_id = %s), "
    "(SELECT count(*) FROM audit_pending WHERE log_id = %s)"
)


def _adds_up(log_id: int, pruned: int) -> bool:
    """Whether as many events are there as have a place or wait for one, all counted at one moment."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [log_id, log_id, log_id])
        events, size, waiting = cursor.fetchone()
    return bool(events == size - pruned + waiting)


def _around(log: str, log_id: int, state: LogState, at: datetime, pruned: int, verdict: Verdict) -> None:
    """What lies about beside the tree: leaves behind its end, tiles too many, events that never got in."""
    last = Leaf.objects.filter(log_id=log_id).order_by("-index").values_list("index", flat=True).first()
    size = LogState.objects.get(log_id=log_id).size
    if last is not None and last >= size:
        verdict.findings.append(Finding(log, size, "a leaf stands behind the end of the tree"))
    for level in range(8):
        full = size >> (tiles.HEIGHT * (level + 1))
        if Tile.objects.filter(log_id=log_id, level=level, n__gte=full).exists():
            first = full << (tiles.HEIGHT * (level + 1))
            verdict.findings.append(
                Finding(log, first, f"a tile of level {level} stands behind the end of the tree")
            )
    placed = Leaf.objects.filter(event_id=OuterRef("id"))
    queued = Pending.objects.filter(event_id=OuterRef("id"))
    outside_tree = Event.objects.filter(~Exists(placed), log_id=log_id, recorded_at__lt=at - MAX_DELAY)
    # Looking each event up among the leaves takes longer than all the rest, and is needed only where the sum is wrong,
    # or could be right by two wrongs.
    if verdict.findings or not _adds_up(log_id, pruned):
        lost = outside_tree.filter(~Exists(queued)).order_by("id").values_list("uid", flat=True).first()
        if lost is not None:
            verdict.findings.append(
                Finding(log, size, f"event {lost} is neither in the tree nor in the queue")
            )
    if outside_tree.filter(Exists(queued)).exists():
        verdict.incomplete.append("events have waited for their places for more than a minute")
    for what, reason in (("sequenced", state.sequencing_stopped), ("signed", state.publishing_stopped)):
        if reason:
            verdict.incomplete.append(f"nothing more is {what}: {reason}")
