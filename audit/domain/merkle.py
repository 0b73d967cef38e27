"""The Merkle tree of RFC 9162 over SHA-256: hashes, roots, and the making of proofs; `proofs` checks them.

A tree of any size is made of *perfect nodes*: node (level, index) is the root of the leaves [index·2^level,
(index+1)·2^level). Proofs are made from a lookup of perfect nodes, so the same code reads a list, a table of tiles or
a remote log. A proof of what cannot be there is a ValueError.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce

from audit.domain.canonical import leaf_hash as leaf_hash

HASH_BYTES = 32
MAX_SIZE = 2**63
EMPTY_ROOT = hashlib.sha256(b"").digest()

NodeLookup = Callable[[int, int], bytes]


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def range_nodes(begin: int, end: int) -> list[tuple[int, int]]:
    """The fewest perfect nodes, from left to right, that cover exactly the leaves [begin, end)."""
    if not 0 <= begin <= end <= MAX_SIZE:
        raise ValueError(f"[{begin}, {end}) is no range of leaves")
    nodes = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        if begin:
            level = min(level, (begin & -begin).bit_length() - 1)
        nodes.append((level, begin >> level))
        begin += 1 << level
    return nodes


def root(size: int, node: NodeLookup) -> bytes:
    """The root of the first `size` leaves."""
    return _subtree(0, size, node) if size else EMPTY_ROOT


def _subtree(begin: int, end: int, node: NodeLookup) -> bytes:
    """The hash over [begin, end), where `begin` is a multiple of the next power of two: perfect nodes, folded right."""
    hashes = [node(level, index) for level, index in range_nodes(begin, end)]
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes))


class Frontier:
    """The perfect nodes at the right edge of a growing tree: all that is needed to append to it, at any size.

    Started at size 0, or from the nodes `range_nodes(0, size)` of a tree that is already there.
    """

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if not 0 <= size <= MAX_SIZE or len(hashes) != size.bit_count() or not all_hashes(hashes):
            raise ValueError(f"A frontier of size {size} is {max(size, 0).bit_count()} hashes of 32 bytes")
        self.size = size
        self.hashes = list(hashes)

    @classmethod
    def at(cls, size: int, node: NodeLookup) -> "Frontier":
        """The frontier of a stored tree."""
        return cls(size, [node(level, index) for level, index in range_nodes(0, size)])

    def append(self, hashed: bytes, level: int = 0) -> None:
        """Add the next leaf hash, or the next perfect node of a level that fits at this size."""
        if len(hashed) != HASH_BYTES or self.size % (1 << level) or self.size + (1 << level) > MAX_SIZE:
            raise ValueError(f"No node of level {level} and {len(hashed)} bytes fits at size {self.size}")
        position = self.size >> level
        while position & 1:
            hashed = node_hash(self.hashes.pop(), hashed)
            position >>= 1
        self.hashes.append(hashed)
        self.size += 1 << level

    def extend(self, hashes: Iterable[bytes]) -> "Frontier":
        """Add leaf hashes in order."""
        for hashed in hashes:
            self.append(hashed)
        return self

    def root(self) -> bytes:
        """The root of the tree as it is now."""
        if not self.hashes:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), reversed(self.hashes))


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in one pass and with room for one node a level."""
    return Frontier().extend(leaf_hashes).root()


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The ranges of leaves whose hashes are the inclusion proof, from the leaf's sibling up to the root's child."""
    if not 0 <= index < size <= MAX_SIZE:
        raise ValueError(f"There is no leaf {index} in a tree of size {size}")
    ranges = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin = middle
    return ranges[::-1]


def inclusion_proof(index: int, size: int, node: NodeLookup) -> list[bytes]:
    """RFC 9162 PATH(index, D[size])."""
    return [_subtree(begin, end, node) for begin, end in inclusion_ranges(index, size)]


def consistency_ranges(old_size: int, new_size: int) -> list[tuple[int, int]]:
    """The ranges of leaves whose hashes are the consistency proof between two sizes; none between equal ones."""
    if not 0 < old_size <= new_size <= MAX_SIZE:
        raise ValueError(f"There is no consistency proof from size {old_size} to size {new_size}")
    ranges = []
    begin, end = 0, new_size
    while old_size != end:
        middle = begin + _split(end - begin)
        if old_size <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin = middle
    if begin:
        # The old tree's last subtree is not the whole old tree, so its hash is not known to the verifier.
        ranges.append((begin, end))
    return ranges[::-1]


def consistency_proof(old_size: int, new_size: int, node: NodeLookup) -> list[bytes]:
    """RFC 9162 PROOF(old_size, D[new_size])."""
    return [_subtree(begin, end, node) for begin, end in consistency_ranges(old_size, new_size)]


def range_proof(begin: int, end: int, size: int, node: NodeLookup) -> tuple[list[bytes], list[bytes]]:
    """The nodes left of [begin, end) and right of it: with the leaves between they make the root of the whole tree."""
    if not 0 <= begin <= end <= size <= MAX_SIZE:
        raise ValueError(f"[{begin}, {end}) is no range in a tree of size {size}")
    left = [node(level, index) for level, index in range_nodes(0, begin)]
    return left, [node(level, index) for level, index in range_nodes(end, size)]


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def all_hashes(hashes: Iterable[bytes]) -> bool:
    """Whether each of these is 32 bytes."""
    return all(isinstance(hashed, bytes) and len(hashed) == HASH_BYTES for hashed in hashes)


def nodes_of(ranges: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The perfect nodes behind the ranges of a proof, so that what is stored of them can be read at once."""
    for begin, end in ranges:
        yield from range_nodes(begin, end)
