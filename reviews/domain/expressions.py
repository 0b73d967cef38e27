"""Conditions as CEL text, for people who read expressions more easily than sentences. The JSON tree is what is stored
and what decides; `expression_reading` brings the text back to it.

`!name` says that a fact is false, `!(name)` that it is not so that it is true: an optional fact that is missing makes
the first false and the second true. Likewise `!(name in […])` is "none of", and `!((name in […]))` is "not one of".

Amounts appear as doubles, which keep the order of values of up to fifteen digits. Text that is searched
without regard to case appears as `<field>_folded`, its case-folded form.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from reviews.domain.fields import NUMERIC, Field, Schema

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def to_cel(tree: Mapping[str, Any], schema: Schema) -> str:
    """The checked tree as one CEL expression; groups inside groups stand in brackets."""
    return _expression(tree, schema, outermost=True)


def cel_facts(facts: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    """The facts as the rendered expression expects them: doubles, maps and folded text. Missing facts stay out."""
    given: dict[str, Any] = {}
    for name, field in schema.items():
        fact = facts.get(name)
        if fact is None:
            continue
        if field.cumulative or field.type == "variance":
            given[name] = {key: float(value) for key, value in fact.items()}
        elif field.type in NUMERIC:
            given[name] = float(fact)
        elif field.type == "set":
            given[name] = sorted(fact)
        else:
            given[name] = fact
        if field.type == "text":
            given[f"{name}_folded"] = fact.casefold()
    return given


def _expression(node: Mapping[str, Any], schema: Schema, *, outermost: bool = False) -> str:
    if "not" in node:
        inner = _expression(node["not"], schema, outermost=True)
        return f"!(({inner}))" if _is_listed(node["not"], schema) else f"!({inner})"
    if "all" in node or "any" in node:
        ((kind, children),) = node.items()
        if len(children) == 1:
            return _expression(children[0], schema, outermost=outermost)
        joined = (" && " if kind == "all" else " || ").join(_expression(child, schema) for child in children)
        return joined if outermost else f"({joined})"
    return _comparison(node, schema[node["field"]])


def _is_listed(node: Mapping[str, Any], schema: Schema) -> bool:
    """Whether the node says no more than "in" of a choice: in single brackets, its opposite would be "not_in"."""
    while (children := node.get("all") or node.get("any")) and len(children) == 1:
        node = children[0]
    return node.get("op") == "in" and schema[node["field"]].type == "choice"


def _comparison(leaf: Mapping[str, Any], field: Field) -> str:
    name, op, value = field.name, leaf["op"], leaf["value"]
    if op == "outside_band":
        percent, absolute = _double(value["percent"]), _double(value["absolute"])
        return f"({name}.percent > {percent} || {name}.absolute > {absolute})"
    if op == "is":
        return name if value else f"!{name}"
    if op == "contains":
        return f"{name}_folded.contains({literal(value.casefold())})"
    if op in {"in", "not_in"}:
        test = f"{name} in {literals(value)}"
        return test if op == "in" else f"!({test})"
    if op in {"has_any", "has_none"}:
        return f"{'!' if op == 'has_none' else ''}{name}.exists(member, member in {literals(value)})"
    if op == "has_all":
        return f"{literals(value)}.all(member, member in {name})"
    subject = f"{name}[{leaf['window_hours']}]" if "window_hours" in leaf else name
    return f"{subject} {op} {_double(value) if field.type in NUMERIC else literal(value)}"


def _double(value: str) -> str:
    """CEL compares doubles with doubles only, so every number carries a point."""
    written = f"{Decimal(value):f}"
    return written if "." in written else f"{written}.0"


def literal(value: str) -> str:
    """A CEL string literal; what could be mistaken for the end of the line or of the literal is escaped."""
    return (
        '"' + "".join(_ESCAPES.get(c) or (c if c.isprintable() else f"\\U{ord(c):08x}") for c in value) + '"'
    )


def literals(values: list[str]) -> str:
    return f"[{', '.join(literal(value) for value in values)}]"
