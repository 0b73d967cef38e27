"""Single comparisons as closures over the facts of one case: true, false or unknown, and never an exception."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from reviews.domain.fields import NUMERIC, Field

# Kleene's values as numbers: "all" is the minimum, "any" the maximum, "not" the mirror image.
FALSE, UNKNOWN, TRUE = 0, 1, 2

Facts = Mapping[str, Any]
Closure = Callable[[Facts], int]

_ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {">=": ge, ">": gt, "<=": le, "<": lt, "==": eq, "!=": ne}


def number(value: object) -> Decimal | None:
    """A fact as a finite Decimal: whole numbers are taken as they are; floats, texts and NaN are no numbers."""
    if type(value) is int:
        value = Decimal(value)
    if isinstance(value, Decimal) and value.is_finite():
        return value
    return None


def comparison(leaf: Mapping[str, Any], field: Field) -> Closure:
    """The closure of a checked leaf. A missing fact is UNKNOWN, or FALSE where the field is optional."""
    op, value = leaf["op"], leaf["value"]
    missing = FALSE if field.optional else UNKNOWN
    if "window_hours" in leaf:
        return _windowed(field.name, leaf["window_hours"], _ORDERINGS[op], Decimal(value), missing)
    if field.type in NUMERIC:
        return _numeric(field.name, _ORDERINGS[op], Decimal(value), missing)
    if field.type == "boolean":
        return _boolean(field.name, value, missing)
    if field.type == "variance":
        return _band(field.name, Decimal(value["percent"]), Decimal(value["absolute"]), missing)
    if field.type == "set":
        return _members(field.name, op, frozenset(value), missing)
    known = frozenset(field.choices) if field.type == "choice" else frozenset()
    return _texts(field.name, _TEXT_TESTS[op](value), known, missing)


def _numeric(name: str, compare: Callable[[Any, Any], bool], limit: Decimal, missing: int) -> Closure:
    def numeric(facts: Facts) -> int:
        fact = facts.get(name)
        if fact is None:
            return missing
        if (amount := number(fact)) is None:
            return UNKNOWN
        return TRUE if compare(amount, limit) else FALSE

    return numeric


def _windowed(
    name: str, hours: int, compare: Callable[[Any, Any], bool], limit: Decimal, missing: int
) -> Closure:
    def windowed(facts: Facts) -> int:
        totals = facts.get(name)
        if totals is None:
            return missing
        if not isinstance(totals, Mapping):
            return UNKNOWN
        fact = totals.get(hours)
        if fact is None:
            return missing
        if (amount := number(fact)) is None:
            return UNKNOWN
        return TRUE if compare(amount, limit) else FALSE

    return windowed


def _boolean(name: str, wanted: bool, missing: int) -> Closure:
    def boolean(facts: Facts) -> int:
        fact = facts.get(name)
        if fact is None:
            return missing
        if not isinstance(fact, bool):
            return UNKNOWN
        return TRUE if fact is wanted else FALSE

    return boolean


def _band(name: str, percent: Decimal, absolute: Decimal, missing: int) -> Closure:
    """Inside a tolerance band both limits hold; TRUE as soon as one of them does not."""

    def band(facts: Facts) -> int:
        fact = facts.get(name)
        if fact is None:
            return missing
        if not isinstance(fact, Mapping):
            return UNKNOWN
        relative, amount = number(fact.get("percent")), number(fact.get("absolute"))
        if (relative is not None and relative.copy_abs() > percent) or (
            amount is not None and amount.copy_abs() > absolute
        ):
            return TRUE
        return UNKNOWN if relative is None or amount is None else FALSE

    return band


def _members(name: str, op: str, wanted: frozenset[str], missing: int) -> Closure:
    """Sets are open: a member nobody listed (a new data class) does not make the others unknown."""

    def members(facts: Facts) -> int:
        fact = facts.get(name)
        if fact is None:
            return missing
        if not isinstance(fact, (frozenset, set)):
            return UNKNOWN
        if op == "has_all":
            return TRUE if wanted <= fact else FALSE
        return TRUE if wanted.isdisjoint(fact) is (op == "has_none") else FALSE

    return members


def _texts(name: str, holds: Callable[[str], bool], known: frozenset[str], missing: int) -> Closure:
    """A choice outside its declared choices is UNKNOWN: nobody said how such a case is to be treated."""

    def texts(facts: Facts) -> int:
        fact = facts.get(name)
        if fact is None:
            return missing
        if not isinstance(fact, str) or (known and fact not in known):
            return UNKNOWN
        return TRUE if holds(fact) else FALSE

    return texts


def _containing(value: str) -> Callable[[str], bool]:
    folded = value.casefold()
    return lambda fact: folded in fact.casefold()


def _outside(value: list[str]) -> Callable[[str], bool]:
    listed = frozenset(value)
    return lambda fact: fact not in listed


_TEXT_TESTS: dict[str, Callable[[Any], Callable[[str], bool]]] = {
    "==": lambda value: lambda fact: fact == value,
    "!=": lambda value: lambda fact: fact != value,
    "contains": _containing,
    "in": lambda value: frozenset(value).__contains__,
    "not_in": _outside,
}
