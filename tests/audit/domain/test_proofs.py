import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.domain import merkle, proofs
from tests.audit.domain import trees

SIZES = 130
TREE = trees.numbered(SIZES)
WRAPS = (2**63 + 1, 2**64 - 1, 2**64, 2**64 + 5, -1, -(2**63))


def inclusion(index: int, size: int) -> dict:
    return {
        "index": index,
        "size": size,
        "leaf": TREE.hashes[index],
        "proof": merkle.inclusion_proof(index, size, TREE.node),
        "root": TREE.root(size),
    }


def consistency(old: int, new: int) -> dict:
    return {
        "old_size": old,
        "new_size": new,
        "old_root": TREE.root(old),
        "new_root": TREE.root(new),
        "proof": merkle.consistency_proof(old, new, TREE.node),
    }


def covering(begin: int, end: int, size: int) -> dict:
    left, right = merkle.range_proof(begin, end, size, TREE.node)
    leaves = TREE.hashes[begin:end]
    return {
        "begin": begin,
        "size": size,
        "leaves": leaves,
        "left": left,
        "right": right,
        "root": TREE.root(size),
    }


def test_m1_every_inclusion_holds_and_only_at_its_place():
    for size in range(1, SIZES + 1):
        for index in range(size):
            claim = inclusion(index, size)
            assert proofs.verify_inclusion(**claim)
            assert not proofs.verify_inclusion(**claim | {"index": (index + 1) % size or size})


def test_m1_every_pair_of_sizes_is_consistent_and_no_other():
    for new in range(1, SIZES + 1):
        for old in range(1, new + 1):
            claim = consistency(old, new)
            assert proofs.verify_consistency(**claim)
            assert not proofs.verify_consistency(**claim | {"old_size": old - 1})
            assert not proofs.verify_consistency(**claim | {"new_size": old - 1})


def test_m1_every_range_is_complete_and_no_leaf_can_be_left_out():
    for size in range(1, 40):
        for end in range(size + 1):
            for begin in range(end + 1):
                claim = covering(begin, end, size)
                assert proofs.verify_range(**claim)
                assert len(claim["left"]) + len(claim["right"]) <= 2 * size.bit_length()
                if claim["leaves"]:
                    assert not proofs.verify_range(**claim | {"leaves": claim["leaves"][1:]})
                    assert not proofs.verify_range(**claim | {"leaves": claim["leaves"][:-1]})


def test_verify_range_reads_the_leaves_once():
    claim = covering(3, 77, 100)

    assert proofs.verify_range(**claim | {"leaves": iter(claim["leaves"])})


@settings(max_examples=300)
@given(data=st.data(), size=st.integers(1, SIZES), bit=st.integers(0, 2**20))
def test_one_flipped_bit_ends_an_inclusion(data, size, bit):
    claim = inclusion(data.draw(st.integers(0, size - 1)), size)
    part = data.draw(st.sampled_from(["leaf", "root", "proof", "index"]))
    if part == "proof":
        if not claim["proof"]:
            return
        at = data.draw(st.integers(0, len(claim["proof"]) - 1))
        claim["proof"][at] = trees.flipped(claim["proof"][at], bit)
    elif part == "index":
        claim["index"] ^= 1 << (bit % 64)
    else:
        claim[part] = trees.flipped(claim[part], bit)

    assert not proofs.verify_inclusion(**claim)


@settings(max_examples=300)
@given(data=st.data(), new=st.integers(2, SIZES), bit=st.integers(0, 2**20))
def test_one_flipped_bit_ends_a_consistency(data, new, bit):
    claim = consistency(data.draw(st.integers(1, new - 1)), new)
    part = data.draw(st.sampled_from(["old_root", "new_root", "proof"]))
    if part == "proof":
        at = data.draw(st.integers(0, len(claim["proof"]) - 1))
        claim["proof"][at] = trees.flipped(claim["proof"][at], bit)
    else:
        claim[part] = trees.flipped(claim[part], bit)

    assert not proofs.verify_consistency(**claim)


@settings(max_examples=300)
@given(data=st.data(), size=st.integers(1, SIZES), bit=st.integers(0, 2**20))
def test_one_flipped_bit_ends_a_range(data, size, bit):
    begin, end = sorted((data.draw(st.integers(0, size)), data.draw(st.integers(0, size))))
    claim = covering(begin, end, size)
    part = data.draw(st.sampled_from(["leaves", "left", "right", "root"]))
    if part == "root":
        claim["root"] = trees.flipped(claim["root"], bit)
    elif claim[part]:
        at = data.draw(st.integers(0, len(claim[part]) - 1))
        claim[part] = list(claim[part])
        claim[part][at] = trees.flipped(claim[part][at], bit)
    else:
        return

    assert not proofs.verify_range(**claim)


@pytest.mark.parametrize("change", [1, -1, 2, "double", "half"])
def test_a_proof_holds_for_no_other_size_of_another_shape(change):
    for size in range(2, SIZES):
        wrong = size * 2 if change == "double" else size // 2 if change == "half" else size + change
        for index in range(min(size, wrong)):
            claim = inclusion(index, size)
            if proofs.verify_inclusion(**claim | {"size": wrong}):
                # The root does not name its size: a path of the same shape leads to it, which is why sizes are signed.
                assert shape(index, size) == shape(index, wrong)


def shape(index: int, size: int) -> list[bool]:
    turns, last = [], size - 1
    while last:
        if index & 1 or index < last:
            turns.append(bool(index & 1))
        index, last = index >> 1, last >> 1
    return turns


@pytest.mark.parametrize(
    ("_case", "change"),
    [
        ("a hash too many", lambda proof, root: [*proof, root]),
        ("a hash too many in front", lambda proof, root: [root, *proof]),
        ("an empty hash behind", lambda proof, root: [*proof, b""]),
        ("an empty hash in front", lambda proof, root: [b"", *proof]),
        ("a hash too few", lambda proof, root: proof[:-1]),
        ("the first one missing", lambda proof, root: proof[1:]),
        ("a hash of 31 bytes", lambda proof, root: [proof[0][:31], *proof[1:]]),
        ("a hash of 33 bytes", lambda proof, root: [proof[0] + b"\x00", *proof[1:]]),
        ("text", lambda proof, root: [proof[0].hex(), *proof[1:]]),
        ("nothing", lambda proof, root: []),
    ],
)
def test_a_malformed_proof_is_none(_case, change):
    included, consistent = inclusion(41, 100), consistency(41, 100)

    for claim, verify in (
        (included, proofs.verify_inclusion),
        (consistent, proofs.verify_consistency),
    ):
        root = claim.get("root") or claim["new_root"]
        assert verify(**claim)
        assert not verify(**claim | {"proof": change(claim["proof"], root)})


@pytest.mark.parametrize("number", [*WRAPS, True, "41", 41.0, None])
def test_numbers_that_are_none_or_wrap_around_are_refused(number):
    included, consistent, ranged = inclusion(41, 100), consistency(41, 100), covering(41, 60, 100)

    for name in ("index", "size"):
        assert not proofs.verify_inclusion(**included | {name: number})
    for name in ("old_size", "new_size"):
        assert not proofs.verify_consistency(**consistent | {name: number})
    for name in ("begin", "size"):
        assert not proofs.verify_range(**ranged | {name: number})


@pytest.mark.parametrize("part", ["leaf", "root"])
@pytest.mark.parametrize("value", [b"", b"WrongLeaf", bytes(31), bytes(33), "", None])
def test_a_leaf_or_root_of_another_length_is_refused(part, value):
    assert not proofs.verify_inclusion(**inclusion(0, 1) | {part: value})
    assert not proofs.verify_inclusion(**inclusion(41, 100) | {part: value})


def test_an_empty_tree_holds_nothing_and_proves_nothing():
    empty = merkle.EMPTY_ROOT

    assert not proofs.verify_inclusion(index=0, size=0, leaf=empty, proof=[], root=empty)
    claim = {"old_size": 0, "new_size": 5, "old_root": empty, "new_root": TREE.root(5)}
    assert not proofs.verify_consistency(**claim, proof=[])
    assert not proofs.verify_consistency(**claim, proof=[TREE.root(5)])


@pytest.mark.parametrize("size", [0, 1, 5, 2**63])
def test_one_size_is_consistent_with_itself_when_the_roots_are_the_same(size):
    same = {"old_size": size, "new_size": size, "old_root": TREE.root(7)}

    assert proofs.verify_consistency(**same, new_root=TREE.root(7), proof=[])
    assert not proofs.verify_consistency(**same, new_root=TREE.root(8), proof=[])
    assert not proofs.verify_consistency(**same, new_root=TREE.root(7), proof=[TREE.root(7)])


@pytest.mark.parametrize(
    ("_case", "change"),
    [
        ("a leaf too many", {"leaves": TREE.hashes[41:61]}),
        ("another beginning", {"begin": 40}),
        ("a node too few on the left", {"left": TREE.hashes[:1]}),
        ("a node too few on the right", {"right": TREE.hashes[:1]}),
        ("leaves beyond the tree", {"leaves": TREE.hashes[41:] * 3}),
        ("a leaf that is no hash", {"leaves": [b"leaf"]}),
        ("a leaf that is text", {"leaves": ["leaf"]}),
        ("a tree that is smaller", {"size": 50}),
    ],
)
def test_a_range_that_is_not_what_it_says_is_refused(_case, change):
    claim = covering(41, 60, 100)

    assert proofs.verify_range(**claim)
    assert not proofs.verify_range(**claim | change)


def test_verify_inclusion_at_the_largest_size():
    path = [bytes([level]) * 32 for level in range(63)]
    root = merkle.leaf_hash(b"last")
    for sibling in path:
        root = merkle.node_hash(sibling, root)
    claim = {"index": 2**63 - 1, "size": 2**63, "leaf": merkle.leaf_hash(b"last"), "root": root}

    assert proofs.verify_inclusion(**claim, proof=path)
    assert not proofs.verify_inclusion(**claim | {"size": 2**64}, proof=path)
    assert not proofs.verify_inclusion(**claim, proof=[*path, bytes(32)])
