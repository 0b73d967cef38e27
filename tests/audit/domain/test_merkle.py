import pytest

from audit.domain import canonical, merkle
from tests.audit.domain import trees

SIZES = 130
TREE = trees.numbered(SIZES)


def test_leaf_hash_is_the_one_events_are_stored_with():
    assert merkle.leaf_hash(b"") == trees.EIGHT_ROOTS[1] == canonical.leaf_hash(b"")
    assert merkle.leaf_hash(b"L123456").hex() == (
        "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    )


def test_node_hash_is_that_of_the_rfc():
    assert merkle.node_hash(b"N123", b"N456").hex() == (
        "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    )


def test_m1_root_of_the_standard_leaves_is_the_published_one():
    hashes = [merkle.leaf_hash(leaf) for leaf in trees.EIGHT_LEAVES]

    assert [merkle.root_of(hashes[:size]) for size in range(9)] == list(trees.EIGHT_ROOTS)


def test_m1_proofs_of_the_standard_leaves_are_the_published_ones():
    tree = trees.Leaves([merkle.leaf_hash(leaf) for leaf in trees.EIGHT_LEAVES])

    assert tuple(merkle.inclusion_proof(5, 8, tree.node)) == trees.INCLUSION_5_OF_8
    assert tuple(merkle.consistency_proof(6, 8, tree.node)) == trees.CONSISTENCY_6_TO_8
    assert merkle.consistency_proof(4, 8, tree.node) == [tree.mth(4, 8)]


def test_root_and_frontier_are_the_definition_at_every_size():
    frontier = merkle.Frontier()
    for size in range(SIZES):
        assert frontier.root() == merkle.root(size, TREE.node) == TREE.root(size)
        assert merkle.Frontier.at(size, TREE.node).hashes == frontier.hashes
        frontier.append(TREE.hashes[size])


def test_inclusion_proof_is_path_for_every_leaf_of_every_size():
    for size in range(1, SIZES + 1):
        for index in range(size):
            assert merkle.inclusion_proof(index, size, TREE.node) == TREE.path(index, 0, size)


def test_consistency_proof_is_proof_for_every_pair_of_sizes():
    for new in range(1, SIZES + 1):
        for old in range(1, new + 1):
            assert merkle.consistency_proof(old, new, TREE.node) == TREE.subproof(old, 0, new, True)


def test_range_nodes_cover_a_range_without_gap_or_overlap():
    for end in range(70):
        for begin in range(end + 1):
            nodes = merkle.range_nodes(begin, end)
            covered = [leaf for level, index in nodes for leaf in range(index << level, (index + 1) << level)]
            assert covered == list(range(begin, end))
            assert len(nodes) <= 2 * (end - begin).bit_length()


def test_proofs_of_the_largest_tree_are_short_and_read_few_nodes():
    size, read = merkle.MAX_SIZE - 1, []

    def node(level: int, index: int) -> bytes:
        assert (index + 1) << level <= size
        read.append((level, index))
        return bytes(32)

    assert len(merkle.inclusion_proof(2**62 + 5, size, node)) == 63
    assert len(merkle.consistency_proof(2**40 + 1, size, node)) <= 64
    assert len(read) < 300
    assert merkle.inclusion_proof(2**63 - 1, 2**63, node) == [bytes(32)] * 63


def test_nodes_of_lists_what_a_proof_reads():
    read = []

    def node(level: int, index: int) -> bytes:
        read.append((level, index))
        return TREE.node(level, index)

    merkle.inclusion_proof(100, 127, node)

    assert list(merkle.nodes_of(merkle.inclusion_ranges(100, 127))) == read


@pytest.mark.parametrize(
    ("_case", "make"),
    [
        ("a leaf beyond the tree", lambda: merkle.inclusion_ranges(3, 3)),
        ("a leaf before it", lambda: merkle.inclusion_ranges(-1, 3)),
        ("an empty tree", lambda: merkle.inclusion_ranges(0, 0)),
        ("a tree that is too large", lambda: merkle.inclusion_ranges(0, 2**63 + 1)),
        ("from nothing", lambda: merkle.consistency_ranges(0, 5)),
        ("backwards", lambda: merkle.consistency_ranges(6, 5)),
        ("to a size that is too large", lambda: merkle.consistency_ranges(1, 2**64)),
        ("a range that ends before it begins", lambda: merkle.range_nodes(2, 1)),
        ("a range beyond the tree", lambda: merkle.range_proof(1, 5, 4, TREE.node)),
        ("a frontier with a hash too few", lambda: merkle.Frontier(3, [bytes(32)])),
        ("a frontier with a short hash", lambda: merkle.Frontier(1, [bytes(31)])),
        ("a frontier below zero", lambda: merkle.Frontier(-1)),
        ("a leaf of another length", lambda: merkle.Frontier().append(bytes(31))),
        ("a node that does not fit", lambda: merkle.Frontier(1, [bytes(32)]).append(bytes(32), level=1)),
    ],
)
def test_what_cannot_be_is_refused(_case, make):
    with pytest.raises(ValueError, match=r"size|range|frontier|node"):
        make()
