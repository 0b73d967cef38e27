"""Conditions simple enough for a form: some comparisons joined by "all" or by "any". Deeper trees keep their shape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ALL, ANY = "all", "any"


@dataclass(frozen=True)
class Flat:
    """A condition without groups inside groups."""

    join: str
    leaves: tuple[Mapping[str, Any], ...]


def flattened(tree: Mapping[str, Any]) -> Flat | None:
    """The checked tree as a flat condition, or None where it is deeper than that."""
    if "field" in tree:
        return Flat(ALL, (tree,))
    for join in (ALL, ANY):
        if join in tree and all("field" in child for child in tree[join]):
            return Flat(join, tuple(tree[join]))
    return None


def joined(join: str, leaves: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The tree of a flat condition; one comparison stands by itself."""
    if len(leaves) == 1:
        return dict(leaves[0])
    return {join: [dict(leaf) for leaf in leaves]}


def replaced(
    tree: Mapping[str, Any], leaves: Mapping[str, Mapping[str, Any]], path: str = ""
) -> dict[str, Any]:
    """The same tree with the comparisons at these pointers replaced; its shape stays."""
    if "not" in tree:
        return {"not": replaced(tree["not"], leaves, f"{path}/not")}
    for join in (ALL, ANY):
        if join in tree:
            return {
                join: [
                    replaced(child, leaves, f"{path}/{join}/{index}")
                    for index, child in enumerate(tree[join])
                ]
            }
    return dict(leaves.get(path, tree))
