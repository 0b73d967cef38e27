"""Checking the proofs of a Merkle tree (RFC 9162) from their bytes alone.

Every answer is True or False and nothing raises: what is malformed (a hash of another length than 32 bytes, one hash
too many or too few, an index beyond the tree, a size below zero or above 2^63) is no proof.
"""

import hmac
from collections.abc import Iterable, Sequence

from audit.domain.merkle import HASH_BYTES, MAX_SIZE, Frontier, all_hashes, node_hash, range_nodes


def verify_inclusion(*, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows this leaf hash at this index of the tree with this size and root."""
    if not (
        _are_integers(index, size) and 0 <= index < size <= MAX_SIZE and all_hashes([leaf, root, *proof])
    ):
        return False
    position, last = index, size - 1
    hashed = leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            hashed = node_hash(sibling, hashed)
            while position and not position & 1:
                position >>= 1
                last >>= 1
        else:
            hashed = node_hash(hashed, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and hmac.compare_digest(hashed, root)


def verify_consistency(
    *, old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows that the new tree begins with all leaves of the old one.

    Trees of one size are consistent when their roots are the same and nothing else is claimed. Nothing can be proven
    from an empty tree to a larger one: there is nothing to begin with.
    """
    if not _are_integers(old_size, new_size) or not 0 <= old_size <= new_size <= MAX_SIZE:
        return False
    if old_size == new_size:
        both = isinstance(old_root, bytes) and isinstance(new_root, bytes)
        return both and not proof and hmac.compare_digest(old_root, new_root)
    if old_size == 0 or not proof or not all_hashes([old_root, new_root, *proof]):
        return False
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position >>= 1
        last >>= 1
    # From a power of two the old root itself is where both climbs begin; otherwise the proof names that node.
    start, *path = proof if position else (old_root, *proof)
    old = new = start
    for sibling in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            old = node_hash(sibling, old)
            new = node_hash(sibling, new)
            while position and not position & 1:
                position >>= 1
                last >>= 1
        else:
            new = node_hash(new, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and hmac.compare_digest(old, old_root) and hmac.compare_digest(new, new_root)


def verify_range(
    *,
    begin: int,
    size: int,
    leaves: Iterable[bytes],
    left: Sequence[bytes],
    right: Sequence[bytes],
    root: bytes,
) -> bool:
    """Whether these leaf hashes are all the leaves from `begin` on, without a gap, up to where `right` takes over.

    `leaves` is read once, so a period of any length is checked in constant space.
    """
    if not _are_integers(begin, size) or not 0 <= begin <= size <= MAX_SIZE or not all_hashes([root, *right]):
        return False
    if len(left) != begin.bit_count() or not all_hashes(left):
        return False
    frontier = Frontier(begin, left)
    for leaf in leaves:
        if not isinstance(leaf, bytes) or len(leaf) != HASH_BYTES or frontier.size >= size:
            return False
        frontier.append(leaf)
    rest = range_nodes(frontier.size, size)
    if len(rest) != len(right):
        return False
    for (level, _), hashed in zip(rest, right, strict=True):
        frontier.append(hashed, level)
    return hmac.compare_digest(frontier.root(), root)


def _are_integers(*numbers: int) -> bool:
    return all(type(number) is int for number in numbers)
