from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.domain import merkle, proofs, tiles
from audit.domain.tiles import Tile
from tests.audit.domain import trees

LARGEST = 2**16 + 300


class Stored:
    """A log as the portal keeps it: full tiles by number, and the hashes at the right edge."""

    def __init__(self, hashes: list[bytes]) -> None:
        self.rows = [hashes]
        while len(self.rows[-1]) >= tiles.WIDTH:
            row = self.rows[-1]
            full = range(0, len(row) - tiles.WIDTH + 1, tiles.WIDTH)
            self.rows.append([tiles.tile_root(b"".join(row[start : start + 256])) for start in full])
        self.reads: list[tuple[int, int]] = []
        self.expanded = cache(self._expanded)

    def _expanded(self, level: int, n: int) -> tiles.Expanded:
        self.reads.append((level, n))
        return tiles.expand(b"".join(self.rows[level][n * 256 : (n + 1) * 256]))


@pytest.fixture(scope="module")
def tree() -> trees.Leaves:
    return trees.numbered(LARGEST)


@pytest.fixture(scope="module")
def stored(tree: trees.Leaves) -> Stored:
    return Stored(tree.hashes)


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 65535, 65536, 65537, 65792, LARGEST])
def test_m1_proofs_from_tiles_are_those_of_the_tree(size, tree, stored):
    node = tiles.lookup(stored.expanded)

    assert merkle.root(size, node) == tree.root(size)
    for index in sorted({0, 1, size // 2, size - 2, size - 1} & set(range(size))):
        assert merkle.inclusion_proof(index, size, node) == tree.path(index, 0, size)
    for old in sorted({1, 255, 256, 257, size // 3, size - 1, size} & set(range(1, size + 1))):
        assert merkle.consistency_proof(old, size, node) == tree.subproof(old, 0, size, True)


@settings(max_examples=25, deadline=None)
@given(size=st.integers(1, 2**20), data=st.data())
def test_proofs_from_tiles_hold_at_any_size(size, data):
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    # A tree whose leaves are all alike needs one tile a level and has every shape.
    leaf = merkle.leaf_hash(b"alike")
    rows = [leaf]
    for _ in range(3):
        rows.append(tiles.tile_root(rows[-1] * tiles.WIDTH))
    expanded = [tiles.expand(row * tiles.WIDTH) for row in rows]
    node = tiles.lookup(lambda level, n: expanded[level])

    root = merkle.root(size, node)
    included = merkle.inclusion_proof(index, size, node)
    consistent = merkle.consistency_proof(old, size, node)

    assert proofs.verify_inclusion(index=index, size=size, leaf=leaf, proof=included, root=root)
    assert proofs.verify_consistency(
        old_size=old, new_size=size, old_root=merkle.root(old, node), new_root=root, proof=consistent
    )


def test_an_inclusion_proof_at_ten_million_reads_at_most_five_tiles():
    size = 10_000_000
    counts = [
        len(tiles.needed(merkle.nodes_of(merkle.inclusion_ranges(index, size)), size))
        for index in (*range(0, size, 99_991), size - 1)
    ]

    assert max(counts) <= 5


def test_needed_names_the_tiles_that_are_read(stored):
    nodes = list(merkle.nodes_of(merkle.inclusion_ranges(40_000, LARGEST)))
    stored.expanded.cache_clear()
    stored.reads.clear()

    merkle.inclusion_proof(40_000, LARGEST, tiles.lookup(stored.expanded))

    wanted = tiles.needed(nodes, LARGEST)
    assert [(tile.level, tile.n) for tile in wanted] == sorted(stored.reads)
    assert len(wanted) == len(set(wanted))
    with pytest.raises(ValueError, match="no such node"):
        tiles.needed([(0, LARGEST)], LARGEST)


def test_tiles_of_seventy_thousand_leaves_are_those_of_the_specification():
    full = list(tiles.completed(0, 70_000))

    assert len([tile for tile in full if tile.level == 0]) == 273
    assert [tile for tile in full if tile.level == 1] == [Tile(1, 0)]
    assert tiles.edge(70_000) == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert tiles.edge(256) == [Tile(1, 0, 1)]
    assert tiles.edge(0) == []


@given(sizes=st.lists(st.integers(0, 2**20), min_size=2, max_size=6).map(sorted))
def test_completed_names_every_full_tile_once_however_the_tree_grows(sizes):
    steps = [tile for old, new in zip(sizes, sizes[1:], strict=False) for tile in tiles.completed(old, new)]

    assert len(steps) == len(set(steps))
    assert sorted(steps) == sorted(tiles.completed(sizes[0], sizes[-1]))
    for tile in steps:
        assert tiles.tile_at(tile.level, tile.n, sizes[-1]) == tile


def test_tile_at_is_full_partial_or_absent():
    assert tiles.tile_at(0, 273, 70_000) == Tile(0, 273, 112)
    assert tiles.tile_at(0, 272, 70_000) == Tile(0, 272)
    assert tiles.tile_at(0, 274, 70_000) is None
    assert tiles.tile_at(3, 0, 70_000) is None


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1_234_067), "tile/0/x001/x234/067"),
        (Tile(1, 273, 112), "tile/1/273.p/112"),
        (Tile(63, 999, 1), "tile/63/999.p/1"),
        (Tile(2, 1000, 255), "tile/2/x001/000.p/255"),
    ],
)
def test_a_path_is_written_and_read_in_one_way(tile, path):
    assert tile.path == path
    assert tiles.parse_path(path) == tile


def test_entries_have_a_path_of_their_own():
    tile = Tile(0, 1_234_067, 8)

    assert tile.entries_path == "tile/entries/x001/x234/067.p/8"
    assert tiles.parse_entries_path(tile.entries_path) == tile
    with pytest.raises(ValueError, match="no path"):
        tiles.parse_path(tile.entries_path)
    with pytest.raises(ValueError, match="no path"):
        tiles.parse_entries_path("tile/0/000")


@pytest.mark.parametrize(
    "path",
    [
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/0",
        "tile/0/1000",
        "tile/0/x000/001",
        "tile/0/001/x234",
        "tile/0/x1/000",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/",
        "tile/0/000/",
        "tile/0/000\n",
        "/tile/0/000",
        "tile/0/٠٠٠",
        "tile/0/" + "x001/" * 400 + "000",
        "tile/0/x009/x223/x372/x036/x854/x775/808",
        "",
    ],
)
def test_any_other_path_is_refused(path):
    with pytest.raises(ValueError, match="tile"):
        tiles.parse_path(path)


def test_expand_holds_every_complete_node_of_a_partial_tile(tree):
    rows = tiles.expand(b"".join(tree.hashes[:5]))

    assert [len(row) for row in rows] == [5, 2, 1]
    assert rows[2][0] == tree.root(4)
    with pytest.raises(LookupError, match="too short"):
        tiles.lookup(lambda level, n: rows)(0, 5)
    with pytest.raises(LookupError, match="too short"):
        tiles.lookup(lambda level, n: rows)(3, 0)


@pytest.mark.parametrize("hashes", [b"", bytes(31), bytes(33), bytes(32 * 257)])
def test_expand_refuses_what_is_no_tile(hashes):
    with pytest.raises(ValueError, match="tile"):
        tiles.expand(hashes)


def test_only_a_full_tile_has_a_root(tree):
    assert tiles.tile_root(b"".join(tree.hashes[:256])) == tree.root(256)
    with pytest.raises(ValueError, match="full"):
        tiles.tile_root(b"".join(tree.hashes[:255]))


@given(entries=st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_entry_bundles_are_read_as_they_are_written(entries):
    assert tiles.parse_entry_bundle(tiles.entry_bundle(entries)) == entries


@pytest.mark.parametrize("bundle", [b"\x00", b"\x00\x02a", b"\x00\x01ab", b"\x00\x00" * 257])
def test_a_bundle_that_ends_early_or_is_too_long_is_refused(bundle):
    with pytest.raises(ValueError, match="bundle"):
        tiles.parse_entry_bundle(bundle)


@pytest.mark.parametrize("entries", [[], [b"x" * 65536], [b""] * 257])
def test_a_bundle_of_too_much_or_nothing_is_not_made(entries):
    with pytest.raises(ValueError, match="bundle"):
        tiles.entry_bundle(entries)
