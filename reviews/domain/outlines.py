"""Conditions as a form shows them: rows of cells in groups, which can be taken apart and put together again.

A node is found by its path: the places to go from the outermost group, counted from 0.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reviews.domain import conditions, written_values
from reviews.domain.fields import OPS, Schema

ALL, ANY = "all", "any"
MAX_DEPTH = conditions.MAX_DEPTH

Path = tuple[int, ...]
Cells = dict[str, list[str]]


@dataclass
class Row:
    """One comparison as it was typed; `nots` is how often it is turned round."""

    cells: Cells = field(default_factory=dict)
    nots: int = 0

    def cell(self, name: str) -> str:
        return next(iter(self.cells.get(name, ())), "")


@dataclass
class Group:
    """Some nodes of which all, or any, must hold."""

    join: str = ALL
    members: "list[Row | Group]" = field(default_factory=list)
    nots: int = 0


Node = Row | Group
ReadRow = Callable[[Path, Row], dict[str, Any]]


def of_tree(tree: Mapping[str, Any], schema: Schema) -> Group:
    """The outline of a checked tree. A single comparison stands in a group of its own."""
    node = _node(tree, schema)
    return node if isinstance(node, Group) else Group(members=[node])


def _node(tree: Mapping[str, Any], schema: Schema) -> Node:
    nots = 0
    while "not" in tree:
        tree, nots = tree["not"], nots + 1
    for join in (ALL, ANY):
        if join in tree:
            return Group(join, [_node(child, schema) for child in tree[join]], nots)
    known = schema[tree["field"]]
    cells = {"field": [tree["field"]], "op": [tree["op"]]}
    cells |= written_values.cells(known, tree["op"], tree["value"])
    if "window_hours" in tree:
        cells["window"] = [str(tree["window_hours"])]
    return Row(cells, nots)


def tree_of(outline: Group, read: ReadRow) -> dict[str, Any]:
    """The tree of an outline; `read` gives the comparison of each row. The outermost group vanishes around one node."""
    return _tree((), outline, read)


def _tree(path: Path, node: Node, read: ReadRow) -> dict[str, Any]:
    if isinstance(node, Row):
        tree = read(path, node)
    else:
        members = [_tree((*path, index), member, read) for index, member in enumerate(node.members)]
        tree = members[0] if not path and len(members) == 1 else {node.join: members}
    for _ in range(node.nots):
        tree = {"not": tree}
    return tree


def nodes(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every node with its path, in reading order."""
    yield path, node
    if isinstance(node, Group):
        for index, member in enumerate(node.members):
            yield from nodes(member, (*path, index))


def at(outline: Group, path: Path) -> Node | None:
    """The node at a path, if there is one."""
    node: Node = outline
    for index in path:
        if not isinstance(node, Group) or index >= len(node.members):
            return None
        node = node.members[index]
    return node


def narrowed(row: Row, schema: Schema) -> None:
    """Bring a row into line with its field: an operator or a value that the field does not take goes."""
    known = schema.get(row.cell("field"))
    if known is None:
        return
    if row.cell("op") not in OPS[known.type]:
        row.cells["op"] = [OPS[known.type][0]]
    typed = row.cells.get("value", [])
    if known.type == "boolean":
        row.cells["value"] = [one for one in typed if one in {"true", "false"}]
    elif known.choices:
        row.cells["value"] = [one for one in typed if one in known.choices]
    elif known.type == "variance":
        row.cells.pop("value", None)


# ── What can be done to it. Each gives the path where work goes on ───────────────────────────────────────────


def add(outline: Group, path: Path) -> Path:
    """A new row at the end of a group."""
    return _append(outline, path, Row())


def add_group(outline: Group, path: Path) -> Path:
    """A new group with one row at the end of a group, joined the other way."""
    parent = at(outline, path)
    join = ANY if isinstance(parent, Group) and parent.join == ALL else ALL
    placed = _append(outline, path, Group(join, [Row()]))
    return (*placed, 0) if placed != path else path


def _append(outline: Group, path: Path, node: Node) -> Path:
    group = at(outline, path)
    if not isinstance(group, Group):
        return path
    group.members.append(node)
    return (*path, len(group.members) - 1)


def wrap(outline: Group, path: Path) -> Path:
    """A group of its own around a node, joined the other way than the group it stands in."""
    parent, node = at(outline, path[:-1]), at(outline, path)
    if path and isinstance(parent, Group) and node is not None:
        parent.members[path[-1]] = Group(ANY if parent.join == ALL else ALL, [node])
    return path


def dissolve(outline: Group, path: Path) -> Path:
    """The members of a group in its place. A group that is turned round stays."""
    parent, node = at(outline, path[:-1]), at(outline, path)
    if path and isinstance(parent, Group) and isinstance(node, Group) and not node.nots:
        parent.members[path[-1] : path[-1] + 1] = node.members
    return path if at(outline, path) is not None else path[:-1]


def turn(outline: Group, path: Path) -> Path:
    """Put “not” before a node, or take it away."""
    node = at(outline, path)
    if node is not None:
        node.nots = node.nots - 1 if node.nots else 1
    return path


def remove(outline: Group, path: Path) -> Path:
    """Take a node out, and every group that is empty then."""
    if not path or at(outline, path) is None:
        return ()
    taken = _take(outline, path)
    while taken[:-1] and _is_empty(outline, taken[:-1]):
        taken = _take(outline, taken[:-1])
    return taken if at(outline, taken) is not None else taken[:-1]


def _is_empty(outline: Group, path: Path) -> bool:
    node = at(outline, path)
    return isinstance(node, Group) and not node.members


def _take(outline: Group, path: Path) -> Path:
    parent = at(outline, path[:-1])
    if isinstance(parent, Group):
        del parent.members[path[-1]]
    return path


def up(outline: Group, path: Path) -> Path:
    """One place up: past a row, into the end of a group, or out of the group it stands in."""
    parent, node = at(outline, path[:-1]), at(outline, path)
    if not path or node is None or not isinstance(parent, Group):
        return path
    index = path[-1]
    if index == 0:
        return _leave(outline, path, path[:-1]) if len(path) > 1 else path
    before = parent.members[index - 1]
    if isinstance(before, Group):
        del parent.members[index]
        before.members.append(node)
        return (*path[:-1], index - 1, len(before.members) - 1)
    parent.members[index - 1 : index + 1] = [node, before]
    return (*path[:-1], index - 1)


def down(outline: Group, path: Path) -> Path:
    """One place down: past a row, into the beginning of a group, or out of the group it stands in."""
    parent, node = at(outline, path[:-1]), at(outline, path)
    if not path or node is None or not isinstance(parent, Group):
        return path
    index = path[-1]
    if index == len(parent.members) - 1:
        return _leave(outline, path, (*path[:-2], path[-2] + 1)) if len(path) > 1 else path
    after = parent.members[index + 1]
    if isinstance(after, Group):
        del parent.members[index]
        after.members.insert(0, node)
        return (*path[:-1], index, 0)
    parent.members[index : index + 2] = [after, node]
    return (*path[:-1], index + 1)


def _leave(outline: Group, path: Path, to: Path) -> Path:
    """Out of its group into the one around it; a group left empty goes."""
    node, around, group = at(outline, path), at(outline, path[:-2]), at(outline, path[:-1])
    if node is None or not isinstance(around, Group) or not isinstance(group, Group):
        return path
    del group.members[path[-1]]
    around.members.insert(to[-1], node)
    if not group.members:
        left = next(index for index, member in enumerate(around.members) if member is group)
        del around.members[left]
        return (*to[:-1], to[-1] - (left < to[-1]))
    return to


ACTS: Mapping[str, Callable[[Group, Path], Path]] = {
    "add": add,
    "group": add_group,
    "wrap": wrap,
    "dissolve": dissolve,
    "not": turn,
    "remove": remove,
    "up": up,
    "down": down,
}
