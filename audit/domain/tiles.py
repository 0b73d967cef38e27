"""Tiles (C2SP tlog-tiles): the tree cut into pieces of 256 hashes that never change once they are full.

Tile (level, n) holds the perfect nodes (8·level, 256·n …), at most 256 of them. The seven levels between two rows of
tiles are not kept: they are hashed again from a tile when it is read. So any node is one tile away, and a proof in a
tree of ten million leaves touches at most four of them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from audit.domain.merkle import HASH_BYTES, MAX_SIZE, NodeLookup, node_hash

HEIGHT = 8
WIDTH = 1 << HEIGHT
FULL_BYTES = WIDTH * HASH_BYTES
MAX_LEVEL = 63
MAX_ENTRY_BYTES = 2**16 - 1

_NUMBER = r"(?P<n>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
_TILE = re.compile(r"tile/(?P<level>0|[1-9][0-9]?)/" + _NUMBER)
_ENTRIES = re.compile(r"tile/entries/" + _NUMBER)

# The levels inside a tile, lowest first: [0] are its own hashes, [8] (only when it is full) is its root.
Expanded = tuple[tuple[bytes, ...], ...]


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """Which tile; `width` 256 is a full one, less is the right edge of a tree of one certain size."""

    level: int
    n: int
    width: int = WIDTH

    @property
    def full(self) -> bool:
        return self.width == WIDTH

    @property
    def path(self) -> str:
        """`tile/0/x001/x234/067`, with `.p/<width>` behind it for a partial tile."""
        return f"tile/{self.level}/{_number(self.n)}{self._suffix}"

    @property
    def entries_path(self) -> str:
        """Where the entries below a tile of level 0 are served."""
        return f"tile/entries/{_number(self.n)}{self._suffix}"

    @property
    def _suffix(self) -> str:
        return "" if self.full else f".p/{self.width}"


def parse_path(path: str) -> Tile:
    """The tile a path names; ValueError for anything but the one way to write it."""
    match = _TILE.fullmatch(path)
    if match is None or int(match["level"]) > MAX_LEVEL:
        raise ValueError(f"{path!r} is no path of a tile")
    return _checked(path, Tile(int(match["level"]), _parsed(match["n"]), _width(match["width"])))


def parse_entries_path(path: str) -> Tile:
    """The tile of level 0 whose entries a path names; ValueError for anything but the one way to write it."""
    match = _ENTRIES.fullmatch(path)
    if match is None:
        raise ValueError(f"{path!r} is no path of entries")
    return _checked(path, Tile(0, _parsed(match["n"]), _width(match["width"])))


def _checked(path: str, tile: Tile) -> Tile:
    written = tile.path if path.startswith(f"tile/{tile.level}/") else tile.entries_path
    if written != path or tile.n >= MAX_SIZE or tile.width > WIDTH:
        raise ValueError(f"{path!r} is not how a tile is written")
    return tile


def _number(n: int) -> str:
    digits = str(n)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    return "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])


def _parsed(number: str) -> int:
    digits = number.replace("x", "").replace("/", "")
    return int(digits) if len(digits) <= 21 else MAX_SIZE


def _width(width: str | None) -> int:
    # A full tile has no suffix, so `.p/256` is as wrong as `.p/300`.
    return WIDTH if width is None else int(width) if int(width) < WIDTH else WIDTH + 1


# ── Which tiles a tree has ───────────────────────────────────────────────────────────────────────────────────


def completed(old_size: int, new_size: int) -> Iterator[Tile]:
    """The tiles that become full when the tree grows, lower levels first, so that roots are there when needed."""
    level = 0
    while new_size >> (HEIGHT * (level + 1)):
        shift = HEIGHT * (level + 1)
        for n in range(old_size >> shift, new_size >> shift):
            yield Tile(level, n)
        level += 1


def edge(size: int) -> list[Tile]:
    """The partial tiles of a tree of this size, at most one a level."""
    found = []
    level = 0
    while nodes := size >> (HEIGHT * level):
        if width := nodes % WIDTH:
            found.append(Tile(level, nodes // WIDTH, width))
        level += 1
    return found


def tile_at(level: int, n: int, size: int) -> Tile | None:
    """The tile as a tree of this size has it: full, partial or not at all."""
    width = min(max((size >> (HEIGHT * level)) - n * WIDTH, 0), WIDTH)
    return Tile(level, n, width) if width else None


def locate(level: int, index: int) -> tuple[int, int, int, int]:
    """Where the perfect node (level, index) is: tile level, tile number, level inside the tile, place in that level."""
    inner = level % HEIGHT
    in_row = WIDTH >> inner
    return level // HEIGHT, index // in_row, inner, index % in_row


def needed(nodes: Iterable[tuple[int, int]], size: int) -> list[Tile]:
    """The tiles in which these perfect nodes of a tree of this size are found, each once, so that one query reads them."""
    places = set()
    for level, index in nodes:
        if (index + 1) << level > size:
            raise ValueError(f"A tree of size {size} has no such node")
        places.add(locate(level, index)[:2])
    found = (tile_at(level, n, size) for level, n in sorted(places))
    return [tile for tile in found if tile is not None]


# ── What is inside ───────────────────────────────────────────────────────────────────────────────────────────


def expand(hashes: bytes) -> Expanded:
    """All complete nodes inside a tile, level by level. Pure: full tiles never change, so keep the result for them."""
    if not hashes or len(hashes) > FULL_BYTES or len(hashes) % HASH_BYTES:
        raise ValueError(f"A tile is 1 to {WIDTH} hashes, not {len(hashes)} bytes")
    row = tuple(hashes[start : start + HASH_BYTES] for start in range(0, len(hashes), HASH_BYTES))
    rows = [row]
    while len(row) > 1:
        row = tuple(node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2))
        rows.append(row)
    return tuple(rows)


def tile_root(hashes: bytes) -> bytes:
    """The root of a full tile: its hash in the tile above."""
    if len(hashes) != FULL_BYTES:
        raise ValueError("Only a full tile has a root")
    return expand(hashes)[HEIGHT][0]


def lookup(expanded: Callable[[int, int], Expanded]) -> NodeLookup:
    """Perfect nodes read from tiles. `expanded(level, n)` gives a tile as `expand` does, from a cache if it has one."""

    def node(level: int, index: int) -> bytes:
        tile_level, n, inner, place = locate(level, index)
        rows = expanded(tile_level, n)
        try:
            return rows[inner][place]
        except IndexError:
            raise LookupError(f"Tile {tile_level}/{n} is too short for node ({level}, {index})") from None

    return node


# ── Entries ──────────────────────────────────────────────────────────────────────────────────────────────────


def entry_bundle(entries: Sequence[bytes]) -> bytes:
    """The entries below a tile of level 0: each with its length in two bytes before it."""
    if not 0 < len(entries) <= WIDTH or any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
        raise ValueError(f"A bundle is 1 to {WIDTH} entries of at most {MAX_ENTRY_BYTES} bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def parse_entry_bundle(bundle: bytes) -> list[bytes]:
    """The entries of a bundle; ValueError where it ends early or holds more than a tile does."""
    entries = []
    at = 0
    while at < len(bundle):
        length = int.from_bytes(bundle[at : at + 2], "big")
        entry = bundle[at + 2 : at + 2 + length]
        if at + 2 > len(bundle) or len(entry) != length:
            raise ValueError("The bundle ends in the middle of an entry")
        entries.append(entry)
        at += 2 + length
    if len(entries) > WIDTH:
        raise ValueError(f"A bundle holds at most {WIDTH} entries")
    return entries
