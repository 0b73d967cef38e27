"""Conditions in plain English: whole sentences for people who sign rules, short forms for "why is this here"."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from contracts.domain.money import threshold
from reviews.domain.fields import Field, Schema

_WORDS = {
    ">=": "is at least",
    ">": "is above",
    "<=": "is at most",
    "<": "is below",
    "==": "is",
    "!=": "is not",
}
_SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "==": "=", "!=": "≠"}


def sentence(tree: Mapping[str, Any], schema: Schema) -> str:
    """The checked tree in words, without capital and full stop: "amount is at least €5,000"."""
    return _told(tree, schema, _WORDS, 0)


def short(tree: Mapping[str, Any], schema: Schema) -> str:
    """The checked tree in a few signs, with a capital: "Amount ≥ €5,000"."""
    return capitalised(_told(tree, schema, _SIGNS, 0))


def capitalised(text: str) -> str:
    """The text with its first letter in upper case and the rest as it stands."""
    return text[:1].upper() + text[1:]


def _told(node: Mapping[str, Any], schema: Schema, verbs: Mapping[str, str], depth: int) -> str:
    if "not" in node:
        return f"it is not so that {_told(node['not'], schema, verbs, depth + 1)}"
    if "all" in node or "any" in node:
        ((kind, children),) = node.items()
        if len(children) == 1:
            return _told(children[0], schema, verbs, depth)
        parts = [_told(child, schema, verbs, depth + 1) for child in children]
        return _grouped(kind, parts, depth, nested=any(_is_group(child) for child in children))
    return _compared(node, schema[node["field"]], verbs)


def _is_group(node: Mapping[str, Any]) -> bool:
    return "field" not in node


def _grouped(kind: str, parts: list[str], depth: int, *, nested: bool) -> str:
    """The outermost group reads on; a group within it says where it begins, and further down is bracketed."""
    word = "and" if kind == "all" else "or"
    joined = f", {word} ".join(parts) if nested else f" {word} ".join(parts)
    if depth == 0:
        return joined
    opening = "either" if kind == "any" else ("both" if len(parts) == 2 else "all of:")
    return f"{opening} {joined}" if depth == 1 and not nested else f"({opening} {joined})"


def _compared(leaf: Mapping[str, Any], field: Field, verbs: Mapping[str, str]) -> str:
    op, value = leaf["op"], leaf["value"]
    if op == "outside_band":
        percent, absolute = (
            _figure(Decimal(value["percent"])),
            threshold(Decimal(value["absolute"]), field.unit),
        )
        verb = verbs[">"]
        return f"{field.label} {verb} {percent} % or {absolute}"
    if op == "is":
        return f"{field.label} is {'true' if value else 'not true'}"
    if op == "contains":
        return f"{field.label} contains “{value}”"
    if op in {"in", "not_in"}:
        return f"{field.label} is {'not ' if op == 'not_in' else ''}{_listed(field, value, 'or')}"
    if op == "has_none":
        return f"{field.label} do not include {_listed(field, value, 'or')}"
    if op in {"has_any", "has_all"}:
        return f"{field.label} include {_listed(field, value, 'or' if op == 'has_any' else 'and')}"
    window = f" in {_window(leaf['window_hours'])}" if "window_hours" in leaf else ""
    return f"{field.label}{window} {verbs[op]} {_amount(field, value)}"


def _amount(field: Field, value: str) -> str:
    if field.type == "money":
        return threshold(Decimal(value), field.unit)
    if field.type == "days":
        return f"{int(value):,} {'day' if int(value) == 1 else 'days'}"
    if field.type == "number":
        figure = _figure(Decimal(value))
        return f"{figure} {field.unit}" if field.unit else figure
    return _quoted(field, value)


def _figure(value: Decimal) -> str:
    return f"{value:,f}".replace("-", "−")


def _window(hours: int) -> str:
    if hours >= 48 and hours % 24 == 0:
        return f"{hours // 24} days"
    return f"{hours:,} {'hour' if hours == 1 else 'hours'}"


def _quoted(field: Field, value: str) -> str:
    return f"“{value}”" if field.type == "text" else value


def _listed(field: Field, values: list[str], word: str) -> str:
    shown = [_quoted(field, value) for value in values]
    if len(shown) == 1:
        return shown[0]
    return f"{', '.join(shown[:-1])} {word} {shown[-1]}"
