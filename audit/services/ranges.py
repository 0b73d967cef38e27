"""Checking one stretch of a log against itself: bodies, leaf hashes, places, columns and tiles, all from the database.

A stretch is 65,536 entries, the span of a tile of level 1, so that stretches can be checked by several processes. What
each is worth to the whole tree comes back as a few hashes. Nothing that was cached is used.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from psycopg import Cursor

from audit.domain import merkle, tiles
from audit.domain.merkle import HASH_BYTES, Frontier
from audit.models import Tile

STRETCH = tiles.WIDTH * tiles.WIDTH
STRETCH_LEVEL = 2 * tiles.HEIGHT
_CHUNK = 16 * tiles.WIDTH
# Of a stretch that is wrong from end to end, the first places say enough.
_MOST = 100

_COLUMNS = (
    "l.idx, l.hash, e.body, e.leaf_hash, e.log_id, e.action, e.actor_type, e.actor_id, e.object_type, e.object_id, "
    "e.origin"
)
_JOINED = (
    "FROM audit_leaf l LEFT JOIN audit_event e ON e.id = l.event_id "
    "WHERE l.log_id = %s AND l.idx >= %s AND l.idx < %s ORDER BY l.idx"
)
_SQL = {
    "postgresql": (
        f"SELECT {_COLUMNS}, e.uid::text, e.correlation_id::text, (e.occurred_at AT TIME ZONE 'UTC')::text, "
        f"(e.recorded_at AT TIME ZONE 'UTC')::text {_JOINED}"
    ),
    "sqlite": f"SELECT {_COLUMNS}, e.uid, e.correlation_id, CAST(e.occurred_at AS text), CAST(e.recorded_at AS text) {_JOINED}",
}


Columns = Callable[[dict[str, Any]], list[str | None]]


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
    at_sizes: dict[int, list[bytes]] = field(default_factory=dict)


def check(log_id: int, log: str, begin: int, end: int, sizes: Sequence[int]) -> Stretch:
    """Check the entries [begin, end), where `begin` is a multiple of 65,536; `sizes` are sizes of trees that end there.

    It goes on after a finding, so that the first one of the whole log can be told.
    """
    found = Stretch(begin, end)
    stored = _tiles(log_id, 0, begin // tiles.WIDTH, -(-end // tiles.WIDTH))
    frontier = Frontier()
    row: list[bytes] = []
    waiting = sorted(sizes)
    for index, hashed, problem in _leaves(log_id, log, begin, end):
        if problem and len(found.findings) < _MOST:
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
    columns = _postgresql_columns if connection.vendor == "postgresql" else _sqlite_columns
    for index, hashed, *event in _rows(log_id, begin, end):
        while expected < index:
            yield expected, bytes(HASH_BYTES), "its leaf is missing"
            expected += 1
        hashed = bytes(hashed)
        yield index, hashed, _problem(log_id, log, hashed, event, columns)
        expected = index + 1
    while expected < end:
        yield expected, bytes(HASH_BYTES), "its leaf is missing"
        expected += 1


def _rows(log_id: int, begin: int, end: int) -> Iterator[Sequence[Any]]:
    sql = _SQL[connection.vendor]
    for first in range(begin, end, _CHUNK):
        bounds = [log_id, first, min(first + _CHUNK, end)]
        connection.ensure_connection()
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, Cursor(connection.connection) as direct:
                yield from direct.execute(sql, bounds, binary=True).fetchall()
        else:
            with connection.cursor() as cursor:
                cursor.execute(sql, bounds)
                yield from cursor.fetchall()


def _problem(log_id: int, log: str, hashed: bytes, event: Sequence[Any], as_stored: Columns) -> str:
    body, recorded, its_log, *columns = event
    if body is None:
        return "its event is missing"
    if hashlib.sha256(b"\x00" + body).digest() != hashed:
        return "its body does not have the hash of its leaf"
    if recorded != hashed:
        return "the hash that was recorded with it is another one than its leaf"
    try:
        said = json.loads(body)
        expected = as_stored(said)
    except (ValueError, KeyError, TypeError, AttributeError):
        return "its body is no event"
    if its_log != log_id or said["log"] != log:
        return "it belongs to another log"
    if columns != expected:
        names = [name for name, is_, was in zip(_NAMES, columns, expected, strict=True) if is_ != was]
        return f"its columns do not say what its body says: {', '.join(names)}"
    return ""


_NAMES = (
    "action",
    "actor_type",
    "actor_id",
    "object_type",
    "object_id",
    "origin",
    "uid",
    "correlation_id",
    "occurred_at",
    "recorded_at",
)


def _columns(said: dict[str, Any]) -> list[str | None]:
    actor, target = said["actor"], said["object"]
    return [
        said["action"],
        actor["type"],
        actor.get("id", ""),
        target["type"],
        target["id"],
        said.get("origin", ""),
    ]


def _postgresql_columns(said: dict[str, Any]) -> list[str | None]:
    """How PostgreSQL writes them: instants without zeros at the end of the second."""
    occurred, recorded = said["occurred_at"], said["recorded_at"]
    return [
        *_columns(said),
        said["uid"],
        said.get("correlation_id"),
        f"{occurred[:10]} {occurred[11:26].rstrip('0').rstrip('.')}",
        f"{recorded[:10]} {recorded[11:26].rstrip('0').rstrip('.')}",
    ]


def _sqlite_columns(said: dict[str, Any]) -> list[str | None]:
    """How Django writes them for SQLite: instants without a fraction where it is nothing."""
    occurred, recorded = said["occurred_at"], said["recorded_at"]
    correlation = said.get("correlation_id")
    return [
        *_columns(said),
        said["uid"].replace("-", ""),
        correlation and correlation.replace("-", ""),
        f"{occurred[:10]} {occurred[11:26].removesuffix('.000000')}",
        f"{recorded[:10]} {recorded[11:26].removesuffix('.000000')}",
    ]


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
