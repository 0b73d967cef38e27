"""The condition of a rule as it is written: as rows in groups, or as one expression, each turned into the other.

The structure travels in the names of the inputs (`c-0-1-field`), and so everything typed survives every button.
"""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from reviews.domain import conditions, expression_reading, outlines, written_values
from reviews.domain.expression_mistakes import Mistake
from reviews.domain.expressions import to_cel
from reviews.domain.fields import OPS, Schema
from reviews.domain.outlines import Group, Path, Row

ROWS, TEXT = "rows", "text"
CELLS = ("field", "op", "value", "percent", "absolute", "window")
_PREFIX = "c"
_DEEPEST = 12
_MOST = conditions.MAX_LEAVES
# Where the focus goes after each button, and where it goes when there is nothing left there.
_FOCUS = {"add": "field", "group": "field", "wrap": "join", "dissolve": "field", "remove": "remove"}


def name_of(path: Path) -> str:
    """The name of a node in the page: `c-0-1`."""
    return "-".join([_PREFIX, *map(str, path)])


def path_of(name: str) -> Path | None:
    """The path in such a name; None in any other."""
    first, *places = name.split("-")
    if first != _PREFIX or len(places) > _DEEPEST:
        return None
    if not all(place.isascii() and place.isdigit() and len(place) < 4 for place in places):
        return None
    return tuple(int(place) for place in places)


class ConditionForm:
    """A condition on its way. `tree()` is the condition, or None with every mistake where it stands: in `errors` by
    path and cell, in `mistakes` for the expression, in `general` for the whole."""

    def __init__(self, schema: Schema, *, outline: Group, mode: str = ROWS, text: str = "") -> None:
        self.schema, self.outline, self.mode, self.text = schema, outline, mode, text
        self.errors: dict[tuple[Path, str], str] = {}
        self.mistakes: tuple[Mistake, ...] = ()
        self.general: list[str] = []
        self.focus: tuple[Path, str] | None = None
        self.unread = False

    @classmethod
    def of_tree(cls, tree: Mapping[str, Any] | None, schema: Schema) -> "ConditionForm":
        """The stored condition, or an empty row. One that the fields no longer bear is not shown."""
        readable = tree is not None and not conditions.check(tree, schema)
        outline = outlines.of_tree(tree, schema) if tree is not None and readable else Group(members=[Row()])
        form = cls(schema, outline=outline)
        form.unread = tree is not None and not readable
        return form

    @classmethod
    def posted(cls, data: QueryDict, schema: Schema) -> "ConditionForm":
        """The condition as a page of ours sent it."""
        mode = TEXT if data.get("mode") == TEXT else ROWS
        return cls(schema, outline=_outline(data), mode=mode, text=data.get("expression", ""))

    def tree(self) -> dict[str, Any] | None:
        """The condition as it stands; None where something is wrong with it."""
        self.errors, self.mistakes, self.general = {}, (), []
        if self.mode == TEXT:
            reading = expression_reading.read(self.text, self.schema)
            self.mistakes = reading.mistakes
            return reading.tree
        for path, node in outlines.nodes(self.outline):
            if isinstance(node, Group) and not node.members:
                self.errors[path, "join"] = _("This group is empty: add a condition, or remove it.")
        tree = outlines.tree_of(self.outline, self._leaf)
        if self.errors:
            return None
        self.general = [problem.sentence for problem in conditions.check(tree, self.schema)]
        return None if self.general else tree

    def preview(self) -> dict[str, Any] | None:
        """The condition if it is complete, without a word about it if it is not."""
        kept = self.errors, self.mistakes, self.general
        tree = self.tree()
        self.errors, self.mistakes, self.general = kept
        return tree

    def act(self, asked: str) -> None:
        """What one of the buttons says. What it cannot do, it leaves."""
        act, _colon, name = asked.partition(":")
        path = path_of(name)
        if act == ROWS and self.mode == TEXT:
            tree = self.tree()
            if tree is not None:
                self.mode, self.outline, self.focus = ROWS, outlines.of_tree(tree, self.schema), ((), "join")
        elif act == TEXT and self.mode == ROWS:
            self._as_text()
        elif act == "shape" and path is not None:
            node = outlines.at(self.outline, path)
            if isinstance(node, Row):
                outlines.narrowed(node, self.schema)
                self.focus = (path, "op" if node.cell("field") else "field")
        elif act in outlines.ACTS and path is not None:
            if act in {"add", "group"} and sum(1 for _each in outlines.nodes(self.outline)) >= _MOST:
                return
            self.focus = (outlines.ACTS[act](self.outline, path), _FOCUS.get(act, act))

    def _as_text(self) -> None:
        tree = self.tree()
        if tree is None:
            return
        text = to_cel(tree, self.schema)
        if len(text) > expression_reading.MAX_LENGTH:
            self.general = [_("This condition is too long for one expression: keep to the form.")]
        else:
            self.mode, self.text, self.focus = TEXT, text, ((), "expression")

    def _leaf(self, path: Path, row: Row) -> dict[str, Any]:
        """One comparison, with each mistake said where it stands."""
        known = self.schema.get(row.cell("field"))
        if known is None:
            self.errors[path, "field"] = _("Choose what is compared, or remove this condition.")
            return {}
        op = row.cell("op")
        if op not in OPS[known.type]:
            allowed = ", ".join(f"“{written_values.OPS[one]}”" for one in OPS[known.type])
            self.errors[path, "op"] = _("Choose how: %(label)s can be compared by %(allowed)s.") % {
                "label": known.label,
                "allowed": allowed,
            }
            return {}
        leaf: dict[str, Any] = {"field": known.name, "op": op}
        try:
            leaf["value"] = written_values.value(known, op, row.cells)
        except written_values.Unclear as unclear:
            self.errors[path, unclear.cell] = unclear.sentence
        if known.cumulative:
            hours = row.cell("window").strip()
            leaf["window_hours"] = (
                int(hours) if hours.isascii() and hours.isdigit() and len(hours) < 6 else None
            )
        for problem in conditions.check(leaf, self.schema):
            cell = {"/window_hours": "window", "/value": "value"}.get(problem.path, "op")
            if cell == "value" and "value" not in leaf:
                continue
            if cell == "value" and known.type == "variance" and not row.cell("value"):
                cell = "percent"
            self.errors.setdefault((path, cell), problem.sentence)
        return leaf


def _outline(data: QueryDict) -> Group:
    """The outline that the names of the inputs describe. What does not belong to one is left out."""
    found: dict[Path, dict[str, list[str]]] = {(): {}}
    for name in data:
        node, _dash, cell = name.rpartition("-")
        if cell not in CELLS and cell not in {"join", "nots"}:
            continue
        path = path_of(node)
        if path is None:
            continue
        found.setdefault(path, {})[cell] = data.getlist(name)
        for end in range(len(path)):
            found.setdefault(path[:end], {}).setdefault("join", [outlines.ALL])
    outline = Group()
    placed: dict[Path, Group] = {}
    for path in sorted(found):
        cells = found[path]
        nots = _nots(cells.get("nots", ["0"])[0])
        if not path or "join" in cells:
            join = outlines.ANY if cells.get("join", [""])[0] == outlines.ANY else outlines.ALL
            node_: Group | Row = Group(join, [], nots)
        else:
            node_ = Row({cell: values for cell, values in cells.items() if cell in CELLS}, nots)
        if isinstance(node_, Group):
            placed[path] = node_
        if path:
            placed[path[:-1]].members.append(node_)
        elif isinstance(node_, Group):
            outline = node_
    return outline


def _nots(text: str) -> int:
    return min(int(text), outlines.MAX_DEPTH) if text.isascii() and text.isdigit() and len(text) < 4 else 0
