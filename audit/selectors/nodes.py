"""Reading the nodes of a stored tree: full tiles from their rows, the right edge from leaves and from the roots below.

A full tile never changes, nor does a partial one of a certain width, so the levels inside are hashed once per process
and kept. A proof in a tree of ten million
leaves touches at most five tiles, which are read by three queries or, when they are known already, by none.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_
from threading import Lock

from django.db.models import Q

from audit.domain import tiles
from audit.domain.merkle import HASH_BYTES, NodeLookup
from audit.domain.tiles import Expanded
from audit.models import Leaf, Tile

# An expanded tile takes about 40 kB.
CACHED_TILES = 512

Place = tuple[int, int]


class TileCache:
    """The tiles that were used last, by log, level, number and width."""

    def __init__(self, most: int = CACHED_TILES) -> None:
        self.most = most
        self._kept: OrderedDict[tuple[int, int, int, int], Expanded] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[int, int, int, int]) -> Expanded | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: tuple[int, int, int, int], expanded: Expanded) -> None:
        with self._lock:
            self._kept[key] = expanded
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)


cache = TileCache()


def lookup(log_id: int, size: int, wanted: Iterable[tuple[int, int]], *, fresh: bool = False) -> NodeLookup:
    """A lookup of these perfect nodes of the first `size` leaves; LookupError where the tree does not hold one.

    `fresh` reads everything from the database, also what this process has seen before.
    """
    needed = {(tile.level, tile.n): tile for tile in tiles.needed(wanted, size)}
    known: dict[Place, Expanded] = {}
    if not fresh:
        for place, tile in needed.items():
            # One that has become full since serves as well.
            kept = cache.get((log_id, *place, tiles.WIDTH)) or cache.get((log_id, *place, tile.width))
            if kept is not None:
                known[place] = kept
    missing = [place for place in needed if place not in known]
    read = _full(log_id, missing)
    read |= _edges(log_id, size, [place for place in missing if place not in read])
    for place, hashes in read.items():
        known[place] = tiles.expand(hashes)
        if not fresh:
            cache.put((log_id, *place, len(hashes) // HASH_BYTES), known[place])

    def expanded(level: int, n: int) -> Expanded:
        try:
            return known[level, n]
        except KeyError:
            raise LookupError(f"Tile {level}/{n} of log {log_id} is not there") from None

    return tiles.lookup(expanded)


def edge(log_id: int, size: int) -> list[bytearray]:
    """The hashes of the partial tile of each level, lowest first, of a tree of this size; LookupError for a gap."""
    partial = tiles.edge(size)
    found = _edges(log_id, size, [(tile.level, tile.n) for tile in partial])
    levels = [bytearray() for _ in range(max((tile.level for tile in partial), default=-1) + 1)]
    for tile in partial:
        levels[tile.level] = bytearray(found.get((tile.level, tile.n), b""))
        if len(levels[tile.level]) != tile.width * HASH_BYTES:
            raise LookupError(f"The edge of log {log_id} at size {size} has a gap in level {tile.level}")
    return levels


def tile_hashes(log_id: int, tile: tiles.Tile) -> bytes:
    """The hashes of one tile as a tree that has it holds them; LookupError where they are not all stored."""
    place = (tile.level, tile.n)
    found = _full(log_id, [place]).get(place)
    if found is None:
        end = (tile.n * tiles.WIDTH + tile.width) << (tiles.HEIGHT * tile.level)
        found = _edges(log_id, end, [place]).get(place, b"")
    if len(found) < tile.width * HASH_BYTES:
        raise LookupError(f"{tile.path} of log {log_id} is not there")
    return found[: tile.width * HASH_BYTES]


def _full(log_id: int, places: Collection[Place]) -> dict[Place, bytes]:
    if not places:
        return {}
    these = reduce(or_, (Q(level=level, n=n) for level, n in places))
    rows = Tile.objects.filter(these, log_id=log_id).values_list("level", "n", "hashes")
    return {(level, n): bytes(hashes) for level, n, hashes in rows}


def _edges(log_id: int, size: int, places: Collection[Place]) -> dict[Place, bytes]:
    """The hashes of tiles that have no row of their own, as far as a tree of this size has them."""
    found: dict[Place, bytes] = {}
    above = {}
    for level, n in places:
        tile = tiles.tile_at(level, n, size)
        if tile is None:
            continue
        begin, end = n * tiles.WIDTH, n * tiles.WIDTH + tile.width
        if level:
            above[level, n] = Q(level=level - 1, n__gte=begin, n__lt=end)
        else:
            rows = Leaf.objects.filter(log_id=log_id, index__gte=begin, index__lt=end).order_by("index")
            found[level, n] = b"".join(map(bytes, rows.values_list("hash", flat=True)))
    if above:
        below = Tile.objects.filter(reduce(or_, above.values()), log_id=log_id).order_by("level", "n")
        for level, n, root in below.values_list("level", "n", "root"):
            place = (level + 1, n // tiles.WIDTH)
            found[place] = found.get(place, b"") + bytes(root)
    # A tile without a single hash is not there.
    return {place: hashes for place, hashes in found.items() if hashes}
