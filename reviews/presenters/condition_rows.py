"""The rows and groups of a condition as its form shows them: each with its inputs, what may be chosen, and its mistakes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reviews.domain import outlines, written_values
from reviews.domain.conditions import MAX_WINDOW_HOURS
from reviews.domain.fields import LISTS, OPS, Field, Schema
from reviews.domain.outlines import Group, Node, Path, Row
from reviews.domain.sentences import capitalised

JOINS = [(outlines.ALL, "all of these hold"), (outlines.ANY, "any of these holds")]
_YES_NO = [("true", "true"), ("false", "not true")]
_DEEPEST = outlines.MAX_DEPTH - 1

Errors = Mapping[tuple[Path, str], str]


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Problem:
    """A mistake for the summary: the input it stands at, and what it is."""

    anchor: str
    label: str
    sentence: str


@dataclass(frozen=True)
class NodeView:
    """A row or a group; `name` begins the names of its inputs, `number` is what people call it."""

    name: str
    number: str
    nots: int
    focus: str
    movable_up: bool
    movable_down: bool
    removable: bool
    errors: Mapping[str, str]


@dataclass(frozen=True)
class RowView(NodeView):
    fields: list[Choice]
    ops: list[Choice]
    op_words: str
    kind: str
    value: str
    choices: list[Choice]
    percent: str
    absolute: str
    window: str
    unit: str
    hint: str
    may_group: bool
    windowed: bool
    most_hours: int = MAX_WINDOW_HOURS
    is_row: bool = True


@dataclass(frozen=True)
class GroupView(NodeView):
    joins: list[Choice]
    members: list[NodeView]
    outermost: bool
    may_group: bool
    may_dissolve: bool
    is_row: bool = False


@dataclass(frozen=True)
class Rows:
    """The whole condition, and its mistakes in reading order."""

    root: NodeView
    problems: list[Problem] = field(default_factory=list)


def rows(outline: Group, schema: Schema, errors: Errors, focus: tuple[Path, str] | None) -> Rows:
    """The condition for its template."""
    maker = _Maker(outline, schema, errors, focus)
    root = maker.node((), outline)
    return Rows(root, maker.problems())


class _Maker:
    def __init__(
        self, outline: Group, schema: Schema, errors: Errors, focus: tuple[Path, str] | None
    ) -> None:
        self.outline, self.schema, self.errors, self.focus = outline, schema, errors, focus
        last = () if not outline.members else (len(outline.members) - 1,)
        self.last = last

    def node(self, path: Path, node: Node) -> NodeView:
        shared: dict[str, Any] = {
            "name": _name(path),
            "number": _number(path),
            "nots": node.nots,
            "focus": self.focus[1] if self.focus and self.focus[0] == path else "",
            "movable_up": bool(path) and path != (0,),
            "movable_down": bool(path) and path != self.last,
            "removable": bool(path),
            "errors": {cell: sentence for (where, cell), sentence in self.errors.items() if where == path},
        }
        if isinstance(node, Row):
            return self._row(path, node, shared)
        return GroupView(
            **shared,
            joins=[Choice(value, label, value == node.join) for value, label in JOINS],
            members=[self.node((*path, index), member) for index, member in enumerate(node.members)],
            outermost=not path,
            may_group=len(path) < _DEEPEST,
            may_dissolve=bool(path) and not node.nots,
        )

    def _row(self, path: Path, row: Row, shared: dict) -> RowView:
        known = self.schema.get(row.cell("field"))
        op = row.cell("op")
        ops = list(OPS[known.type]) if known else list(written_values.OPS)
        # What was chosen for another field stays to be seen until something is chosen for this one.
        offered = ops if op in ops or not op else [op, *ops]
        given = row.cells.get("value", [])
        kind = _kind(known, op, given)
        return RowView(
            **shared,
            fields=[Choice(name, capitalised(one.label), one is known) for name, one in self.schema.items()],
            ops=[
                *([] if op else [Choice("", "–", chosen=True)]),
                *(Choice(one, written_values.OPS.get(one, one[:40]), one == op) for one in offered),
            ],
            op_words=written_values.OPS[ops[0]] if known and op in ops and len(ops) == 1 else "",
            kind=kind,
            value=given[0] if given else "",
            choices=_choices(known, kind, given),
            percent=row.cell("percent"),
            absolute=row.cell("absolute"),
            window=row.cell("window"),
            unit=known.unit if known else "",
            hint=written_values.hint(known) if known and kind in {"line", "lines"} else "",
            may_group=len(path) < _DEEPEST,
            windowed=known is not None and known.cumulative,
        )

    def problems(self) -> list[Problem]:
        found = []
        for path, node in outlines.nodes(self.outline):
            for (where, cell), sentence in self.errors.items():
                if where == path:
                    what = (
                        f"Group {_number(path)}" if isinstance(node, Group) else f"Condition {_number(path)}"
                    )
                    found.append(Problem(f"{_name(path)}-{cell}", what.strip(), sentence))
        return found


def _name(path: Path) -> str:
    return "-".join(["c", *map(str, path)])


def _number(path: Path) -> str:
    return ".".join(str(place + 1) for place in path)


def _kind(known: Field | None, op: str, given: list[str]) -> str:
    """Which input a value is typed into."""
    if known is None:
        return "line"
    if known.type == "variance":
        return "line" if any(given) else "band"
    if known.type == "boolean":
        return "one"
    if known.choices:
        return "several" if op in LISTS else "one"
    return "lines" if op in LISTS else "line"


def _choices(known: Field | None, kind: str, given: list[str]) -> list[Choice]:
    if known is None or kind not in {"one", "several"}:
        return []
    if known.type == "boolean":
        return [Choice(value, label, value in given) for value, label in _YES_NO]
    strange = [value for value in given if value and value not in known.choices]
    return [Choice(value, value, value in given) for value in [*known.choices, *strange]]
