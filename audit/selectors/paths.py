"""Many inclusion proofs under one tree, with one reading of its tiles."""

from collections.abc import Collection

from audit.domain import merkle
from audit.selectors import nodes, tree


def inclusions(*, log: str, indexes: Collection[int], size: int) -> dict[int, list[bytes]]:
    """The proof of each of these leaves in the tree of this size; ValueError for one that cannot be in it, LookupError
    where the stored tree has a gap."""
    ranges = [span for index in indexes for span in merkle.inclusion_ranges(index, size)]
    node = nodes.lookup(tree.log_id(log), size, merkle.nodes_of(ranges))
    return {index: merkle.inclusion_proof(index, size, node) for index in indexes}
