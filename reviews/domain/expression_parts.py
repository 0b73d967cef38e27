"""What the parts of an expression mean: fields, values, and what comes of comparing them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rapidfuzz import process

from reviews.domain import conditions
from reviews.domain.expression_mistakes import Unreadable
from reviews.domain.fields import NUMERIC, Field, Schema

FOLDED = "_folded"
BAND_SIDES = ("percent", "absolute")
_TURNED = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "==": "==", "!=": "!="}
_NEAR = 70.0


class Misfit(Unreadable):
    """Parts that do not go together; what follows them can still be read."""


@dataclass(slots=True, kw_only=True)
class Part:
    """Something that stands at these characters, in so many brackets of its own."""

    start: int
    end: int
    brackets: int = 0


@dataclass(slots=True, kw_only=True)
class Subject(Part):
    """A field as it is spoken of: `side` is a limit of its band, `hours` its window. Without a field it is a mistake
    that has been told."""

    field: Field | None = None
    folded: bool = False
    side: str = ""
    hours: int | None = None


@dataclass(slots=True, kw_only=True)
class Value(Part):
    """A number as its text, a text, true or false, or a list of texts."""

    kind: str = "text"
    value: Any = ""


@dataclass(slots=True, kw_only=True)
class Side(Part):
    """One half of a tolerance band. It means something only beside the other half."""

    field: Field
    side: str
    limit: str
    inside: bool


@dataclass(slots=True, kw_only=True)
class Condition(Part):
    """Something true or false; without a tree it is a mistake that has been told."""

    tree: dict[str, Any] | None = None
    asks: bool = False  # a question put to a set, which `!` turns into its opposite


def nearest(name: str, known: Iterable[str]) -> str:
    """“ Did you mean …?” where something known is written nearly so."""
    found = process.extract(name[:60], list(known), limit=3, score_cutoff=_NEAR)
    named = [f"“{match}”" for match, _score, _index in found]
    return f" Did you mean {' or '.join(named)}?" if named else ""


def field_of(name: str, schema: Schema, start: int, end: int) -> tuple[Field, bool]:
    """The field of this name, and whether its folded form is meant. Misfit with the nearest names where there is
    none."""
    if name in schema:
        return schema[name], False
    plain = name.removesuffix(FOLDED)
    if plain != name and plain in schema and schema[plain].type == "text":
        return schema[plain], True
    sentence = f"There is no field “{name[:60]}” in this process."
    if any(name in field.choices for field in schema.values()):
        raise Misfit(f'{sentence} A text stands in quotes: "{name}".', start, end)
    raise Misfit(sentence + nearest(name, schema), start, end)


def compared(left: Part, op: str, right: Part, schema: Schema) -> Part:
    """What a comparison means. Misfit where its sides do not go together."""
    if op == "in":
        return _listed(left, right, schema)
    if isinstance(left, Value) and isinstance(right, Subject):
        left, right, op = right, left, _TURNED[op]
    if isinstance(left, Subject) and isinstance(right, Subject):
        raise Misfit("Compare a field with a value: two fields cannot be compared.", left.start, right.end)
    if not isinstance(left, Subject) or not isinstance(right, Value) or left.field is None:
        raise Misfit("Compare a field with a value, such as amount >= 5000.0.", left.start, right.end)
    field = left.field
    if left.side:
        return _side(left, field, op, right)
    if field.type in NUMERIC:
        return _leaf(left, field, op, _number(field, right), right, schema)
    if field.type in {"text", "choice"}:
        if op not in {"==", "!="}:
            raise Misfit(
                f"Texts have no order: {field.name} can be compared by ==, != and in.", left.start, right.end
            )
        return _leaf(left, field, op, _of_kind("text", field, right), right, schema)
    if field.type == "boolean":
        if op not in {"==", "!="}:
            raise Misfit(
                f"{field.name} is true or false: write {field.name} or !{field.name}.", left.start, right.end
            )
        said = _of_kind("boolean", field, right)
        return _leaf(left, field, "is", said is (op == "=="), right, schema)
    raise Misfit(how(field), left.start, right.end)


def how(field: Field) -> str:
    """How a field can be asked about, by an example."""
    name = field.name
    if field.type == "set":
        return f'{name} is a set: ask "…" in {name}, or {name}.exists(member, member in ["…", "…"]).'
    if field.type == "variance":
        return f"{name} is asked by both its limits: {name}.percent > 2.0 || {name}.absolute > 250.0."
    if field.type == "boolean":
        return f"{name} is true or false: write {name} or !{name}."
    if field.cumulative:
        return f"{name} is added up over some hours: write {name}[24] >= …, for the last 24."
    if field.type in NUMERIC:
        return f"{name} is a {'number of days' if field.type == 'days' else 'number'}: compare it, such as {name} >= {'30' if field.type == 'days' else '5000.0'}."
    return f'{name} is a text: compare it, such as {name} == "{field.choices[0] if field.choices else "…"}".'


def asked(field: Field, op: str, members: Value, schema: Schema, start: int, end: int) -> Condition:
    """A question put to a set, or to a text."""
    if field.type != ("text" if op == "contains" else "set"):
        raise Misfit(how(field), start, end)
    part = _leaf(Subject(start=start, end=end, field=field), field, op, members.value, members, schema)
    part.end, part.asks = end, op == "has_any"
    return part


def as_condition(part: Part) -> Condition:
    """The part as something true or false. Misfit where it is not."""
    if isinstance(part, Condition):
        return part
    if isinstance(part, Subject | Side):
        if part.field is None:
            return Condition(start=part.start, end=part.end)
        if isinstance(part, Side) or part.field.type != "boolean":
            raise Misfit(how(part.field), part.start, part.end)
        return Condition(
            start=part.start, end=part.end, tree={"field": part.field.name, "op": "is", "value": True}
        )
    if isinstance(part, Value) and part.kind == "boolean":
        raise Misfit("A rule that always or never fires is none: compare a field.", part.start, part.end)
    raise Misfit("A value alone says nothing: compare a field with it.", part.start, part.end)


def banded(kind: str, parts: list[Part]) -> list[Part]:
    """The members of a group, with the halves of each tolerance band brought together: left on either side under
    "any", kept on both under "all"."""
    halves: dict[tuple[str, str], list[tuple[int, Side]]] = {}
    members: list[Part] = []
    for part in parts:
        if isinstance(part, Side) and part.inside is (kind == "all"):
            other = BAND_SIDES[part.side == BAND_SIDES[0]]
            if waiting := halves.get((part.field.name, other)):
                index, first = waiting.pop()
                members[index] = _band(first, part)
                continue
            halves.setdefault((part.field.name, part.side), []).append((len(members), part))
        members.append(part)
    return members


def _band(first: Side, second: Side) -> Condition:
    limits = {first.side: first.limit, second.side: second.limit}
    leaf = {
        "field": first.field.name,
        "op": "outside_band",
        "value": {side: limits[side] for side in BAND_SIDES},
    }
    return Condition(start=first.start, end=second.end, tree={"not": leaf} if first.inside else leaf)


def _side(left: Subject, field: Field, op: str, right: Value) -> Side:
    if op not in {">", "<="}:
        raise Misfit(f"A tolerance band is left by “>”: {how(field)}", left.start, right.end)
    limit = _number(field, right)
    if limit.startswith("-"):
        raise Misfit("The limits of a tolerance band cannot be negative.", right.start, right.end)
    return Side(start=left.start, end=right.end, field=field, side=left.side, limit=limit, inside=op == "<=")


def _listed(left: Part, right: Part, schema: Schema) -> Condition:
    if isinstance(right, Subject) and right.field is not None and right.field.type == "set":
        if not isinstance(left, Value) or left.kind != "text":
            raise Misfit(how(right.field), left.start, right.end)
        members = Value(start=left.start, end=left.end, kind="list", value=[left.value])
        return asked(right.field, "has_any", members, schema, left.start, right.end)
    if not isinstance(left, Subject) or left.field is None:
        raise Misfit('Before “in” stands a field, such as country in ["DE", "FR"].', left.start, left.end)
    field = left.field
    if field.type not in {"text", "choice"} or left.folded:
        raise Misfit(how(field), left.start, right.end)
    if not isinstance(right, Value) or right.kind != "list":
        raise Misfit('After “in” stands a list of texts, such as ["DE", "FR"].', right.start, right.end)
    return _leaf(left, field, "in", right.value, right, schema)


def _leaf(left: Subject, field: Field, op: str, value: Any, right: Part, schema: Schema) -> Condition:
    leaf: dict[str, Any] = {"field": field.name, "op": op, "value": value}
    if left.folded and op != "contains":
        raise Misfit(
            f'{field.name}{FOLDED} is only searched: {field.name}{FOLDED}.contains("…").',
            left.start,
            left.end,
        )
    if left.hours is not None:
        leaf["window_hours"] = left.hours
    elif field.cumulative:
        raise Misfit(how(field), left.start, left.end)
    for problem in conditions.check(leaf, schema):
        at = left if problem.path == "/window_hours" else right
        sentence = problem.sentence
        if field.choices and problem.path == "/value":
            strange = [
                one for one in (value if isinstance(value, list) else [value]) if one not in field.choices
            ]
            if strange:
                near = nearest(strange[0], field.choices)
                sentence += near or f" There are: {', '.join(field.choices[:12])}."
        raise Misfit(sentence, at.start, at.end)
    return Condition(start=min(left.start, right.start), end=max(left.end, right.end), tree=leaf)


def _number(field: Field, right: Value) -> str:
    if right.kind != "number":
        unit = f" It is counted in {field.unit}." if field.unit else ""
        raise Misfit(
            f"{field.name} is compared with a plain number without quotes, such as 5000.0.{unit}",
            right.start,
            right.end,
        )
    whole, _point, fraction = str(right.value).partition(".")
    plain = fraction == "0" or (field.type == "days" and not fraction.strip("0"))
    return whole if plain else str(right.value)


def _of_kind(kind: str, field: Field, right: Value) -> Any:
    if right.kind == kind:
        return right.value
    if kind == "boolean":
        raise Misfit(how(field), right.start, right.end)
    raise Misfit(
        f'{field.name} is a text: put the value in quotes, such as "{field.choices[0] if field.choices else "…"}".',
        right.start,
        right.end,
    )
