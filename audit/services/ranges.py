"""Checking one stretch of a log against itself: bodies, leaf hashes, places, columns and tiles, all from the database.

A stretch is 65,536 entries, the span of a tile of level 1, so that stretches can be checked by several processes. What
each is worth to the whole tree comes back as a few hashes. Nothing that was cached is used.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.db import connection
from psycopg import Cursor

from audit.domain import columns, merkle, tiles
from audit.domain.merkle import HASH_BYTES, Frontier
from audit.models import Tile

STRETCH = tiles.WIDTH * tiles.WIDTH
STRETCH_LEVEL = 2 * tiles.HEIGHT
_CHUNK = 16 * tiles.WIDTH
GONE = "its event is missing"
# Of a stretch that is wrong from end to end, the first places say enough.
_MOST = 100

_FROM = (
    "FROM audit_leaf l LEFT JOIN audit_event e ON e.id = l.event_id LEFT JOIN audit_log o ON o.id = e.log_id "
    "WHERE l.log_id = %s AND l.idx >= %s AND l.idx < %s ORDER BY l.idx"
)
# All columns as one text in the order of `columns.NAMES`, written as a body writes them. Where a part is missing it is
# an empty one, so that what is compared is never nothing.
_SQL = {
    "postgresql": (
        "SELECT l.idx, l.hash, e.body, e.leaf_hash, e.log_id, concat_ws(E'\\x1f', coalesce(o.key, ''), e.action, "
        "e.actor_type, e.actor_id, e.object_type, e.object_id, e.origin, e.uid::text, "
        "coalesce(e.correlation_id::text, ''), e.occurred_at AT TIME ZONE 'UTC', e.recorded_at AT TIME ZONE 'UTC') "
        f"{_FROM}"
    ),
    "sqlite": (
        "SELECT l.idx, l.hash, e.body, e.leaf_hash, e.log_id, coalesce(o.key, '') || char(31) || e.action || char(31) "
        "|| e.actor_type || char(31) || e.actor_id || char(31) || e.object_type || char(31) || e.object_id || char(31) "
        "|| e.origin || char(31) || e.uid || char(31) || coalesce(e.correlation_id, '') || char(31) "
        f"|| e.occurred_at || char(31) || e.recorded_at {_FROM}"
    ),
}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something that is not as it was: at which index of which log, and what. An index of -1 names no place."""

    log: str
    index: int
    what: str


@dataclass
class Stretch:
    """What a stretch was found to be: its findings, and its nodes, on the whole and up to each size that was asked for."""

    begin: int
    end: int
    findings: list[Finding] = field(default_factory=list)
    nodes: list[bytes] = field(default_factory=list)
    pruned: int = 0
    at_sizes: dict[int, list[bytes]] = field(default_factory=dict)


def check(log_id: int, log: str, begin: int, end: int, sizes: Sequence[int], minimum: int = 0) -> Stretch:
    """Check the entries [begin, end), where `begin` is a multiple of 65,536; `sizes` are sizes of trees that end there.

    Texts of entries before `minimum` may have been pruned; they are counted. It goes on after a finding, so that the
    first one of the whole log can be told.
    """
    found = Stretch(begin, end)
    stored = _tiles(log_id, 0, begin // tiles.WIDTH, -(-end // tiles.WIDTH))
    frontier = Frontier()
    row: list[bytes] = []
    waiting = sorted(sizes)
    for index, hashed, problem in _leaves(log_id, log, begin, end):
        if problem == GONE and index < minimum:
            found.pruned += 1
        elif problem and len(found.findings) < _MOST:
            found.findings.append(Finding(log, index, problem))
        row.append(hashed)
        if len(row) < tiles.WIDTH and index + 1 < end:
            continue
        first = index + 1 - len(row)
        expanded = tiles.expand(b"".join(row))
        while waiting and waiting[0] <= index + 1:
            size = waiting.pop(0)
            found.at_sizes[size] = [*frontier.hashes, *_pick(expanded, size - first)]
        if len(row) == tiles.WIDTH:
            found.findings += _compare(
                log, first, row, expanded[tiles.HEIGHT][0], stored.pop(first // tiles.WIDTH, None)
            )
            frontier.append(expanded[tiles.HEIGHT][0], tiles.HEIGHT)
            found.nodes = list(frontier.hashes)
        else:
            found.nodes = [*frontier.hashes, *_pick(expanded, len(row))]
        row = []
    if stored:
        found.findings.append(Finding(log, min(stored) * tiles.WIDTH, "a tile that the tree does not have"))
    if end - begin == STRETCH:
        found.findings += _upper(log_id, log, begin, found.nodes)
    return found


def _pick(expanded: tiles.Expanded, size: int) -> list[bytes]:
    """The perfect nodes of the first `size` hashes of a row: those of a longer row serve a shorter one."""
    return [expanded[level][index] for level, index in merkle.range_nodes(0, size)]


def _leaves(log_id: int, log: str, begin: int, end: int) -> Iterator[tuple[int, bytes, str]]:
    """Each index with its leaf hash and what is wrong with it, if anything; a missing leaf has a hash of zeros."""
    expected = begin
    written = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    for index, hashed, *event in _rows(log_id, begin, end):
        while expected < index:
            yield expected, bytes(HASH_BYTES), "its leaf is missing"
            expected += 1
        yield index, hashed, _problem(log_id, hashed, event, written)
        expected = index + 1
    while expected < end:
        yield expected, bytes(HASH_BYTES), "its leaf is missing"
        expected += 1


def _rows(log_id: int, begin: int, end: int) -> Iterator[Sequence[Any]]:
    """The rows of a stretch, in parts; while one part is looked at, PostgreSQL makes the next one ready."""
    parts = [[log_id, first, min(first + _CHUNK, end)] for first in range(begin, end, _CHUNK)]
    connection.ensure_connection()
    if connection.vendor != "postgresql":
        for bounds in parts:
            with connection.cursor() as cursor:
                cursor.execute(_SQL["sqlite"], bounds)
                yield from cursor.fetchall()
        return
    # A second thread uses the connection, never two at once: nothing here asks it for anything else meanwhile.
    direct = connection.connection

    def read(bounds: list[int]) -> list[Sequence[Any]]:
        with Cursor(direct) as cursor:
            return cursor.execute(_SQL["postgresql"], bounds, binary=True).fetchall()

    with connection.wrap_database_errors, ThreadPoolExecutor(1) as reader:
        coming = reader.submit(read, parts[0])
        for bounds in parts[1:]:
            rows = coming.result()
            coming = reader.submit(read, bounds)
            yield from rows
        yield from coming.result()


def _problem(log_id: int, hashed: bytes, event: Sequence[Any], written: Callable[[str], str]) -> str:
    body, recorded, its_log, stored = event
    if body is None:
        return GONE
    if sha256(b"\x00" + body).digest() != hashed:
        return "its body does not have the hash of its leaf"
    if recorded != hashed:
        return "the hash that was recorded with it is another one than its leaf"
    if its_log != log_id:
        return "it belongs to another log"
    try:
        expected = columns.said(body)
    except ValueError:
        return "its body is no event"
    if stored == written(expected) and stored.count(columns.SEPARATOR) == _SEPARATORS:
        return ""
    values = zip(
        columns.NAMES,
        stored.split(columns.SEPARATOR),
        written(expected).split(columns.SEPARATOR),
        strict=False,
    )
    names = ", ".join(name for name, is_, was in values if is_ != was)
    return f"its columns do not say what its body says: {names}" if names else ""


_SEPARATORS = len(columns.NAMES) - 1


def _on_postgresql(said: str) -> str:
    """How PostgreSQL writes the same: instants without zeros at the end of the second."""
    head, occurred, recorded = said.rsplit(columns.SEPARATOR, 2)
    return (
        f"{head}\x1f{occurred[:10]} {occurred[11:26].rstrip('0').rstrip('.')}"
        f"\x1f{recorded[:10]} {recorded[11:26].rstrip('0').rstrip('.')}"
    )


def _on_sqlite(said: str) -> str:
    """How Django writes the same for SQLite: ids without dashes, instants without a fraction where it is nothing."""
    head, uid, correlation, occurred, recorded = said.rsplit(columns.SEPARATOR, 4)
    return (
        f"{head}\x1f{uid.replace('-', '')}\x1f{correlation.replace('-', '')}"
        f"\x1f{occurred[:10]} {occurred[11:26].removesuffix('.000000')}"
        f"\x1f{recorded[:10]} {recorded[11:26].removesuffix('.000000')}"
    )


def _compare(
    log: str, first: int, row: Sequence[bytes], root: bytes, stored: tuple[bytes, bytes] | None
) -> list[Finding]:
    """A full tile of level 0 against the leaves below it."""
    if stored is None:
        return [Finding(log, first, "its tile is missing")]
    hashes, stored_root = stored
    for place, hashed in enumerate(row):
        if hashes[place * HASH_BYTES : (place + 1) * HASH_BYTES] != hashed:
            return [Finding(log, first + place, "its tile holds another hash than its leaf")]
    return [] if stored_root == root else [Finding(log, first, "its tile has another root than its hashes")]


def _upper(log_id: int, log: str, begin: int, nodes: Sequence[bytes]) -> list[Finding]:
    """The tile of level 1 over a whole stretch."""
    stored = _tiles(log_id, 1, begin // STRETCH, begin // STRETCH + 1).get(begin // STRETCH)
    if stored is None:
        return [Finding(log, begin, "its tile of level 1 is missing")]
    hashes, root = stored
    below = _tiles(log_id, 0, begin // tiles.WIDTH, (begin + STRETCH) // tiles.WIDTH)
    for place, n in enumerate(sorted(below)):
        if hashes[place * HASH_BYTES : (place + 1) * HASH_BYTES] != below[n][1]:
            return [
                Finding(log, n * tiles.WIDTH, "its tile of level 1 holds another hash than the tile below")
            ]
    return [] if [root] == list(nodes) else [Finding(log, begin, "its tile of level 1 has another root")]


def _tiles(log_id: int, level: int, begin: int, end: int) -> dict[int, tuple[bytes, bytes]]:
    rows = Tile.objects.filter(log_id=log_id, level=level, n__gte=begin, n__lt=end)
    return {n: (bytes(hashes), bytes(root)) for n, hashes, root in rows.values_list("n", "hashes", "root")}
