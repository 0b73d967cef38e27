"""Conditions in a form in which the same ones look the same."""

from decimal import Decimal

from reviews.domain.fields import NUMERIC
from tests.reviews.domain.trees import SCHEMA


def normal(tree):
    """Groups of one are their member, numbers have no idle zeros, and searched text is folded."""
    if "not" in tree:
        return {"not": normal(tree["not"])}
    for kind in ("all", "any"):
        if kind in tree:
            members = [normal(child) for child in tree[kind]]
            return members[0] if len(members) == 1 else {kind: members}
    return {**tree, "value": _value(SCHEMA[tree["field"]], tree["op"], tree["value"])}


def _value(field, op, value):
    if field.type in NUMERIC:
        return Decimal(value)
    if field.type == "variance":
        return {side: Decimal(limit) for side, limit in value.items()}
    return value.casefold() if op == "contains" else value
