"""The condition language of review rules: a JSON tree, checked against a schema and compiled to closures.

A tree is `{"all": […]}`, `{"any": […]}`, `{"not": {…}}` or a leaf `{"field", "op", "value"}`, which on
cumulative fields also carries `"window_hours"`. Logic is Kleene's: a required fact that is missing or of the
wrong kind makes its leaf UNKNOWN, a missing optional fact makes it false. Numbers are written as text and
compared as Decimals. Nothing here evaluates code.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from audit.errors import Invalid
from reviews.domain.comparisons import FALSE, TRUE, Closure, Facts, comparison
from reviews.domain.fields import LISTS, NUMERIC, OPS, Field, Schema, schema_of

__all__ = [
    "Compiled",
    "Field",
    "Problem",
    "Schema",
    "Truth",
    "Verdict",
    "check",
    "compile",
    "leaves",
    "schema_of",
]
__all__ += ["windows"]

MAX_DEPTH = 8
MAX_LEAVES = 200
MAX_NODES = 500
MAX_TEXT = 200
MAX_WINDOW_HOURS = 2160

_TOO_MANY = f"A condition may have at most {MAX_LEAVES} comparisons."
# Fifteen significant digits at most, so that the CEL rendering in doubles orders values as we do.
_NUMBER = re.compile(r"-?(?=[\d.]{1,16}\Z)\d{1,15}(\.\d{1,9})?", re.ASCII)


class Truth(StrEnum):
    """Kleene's three values."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a tree: where (JSON pointer) and in one sentence."""

    path: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a condition came to: the leaves that made it TRUE, or the fields that left it UNKNOWN."""

    truth: Truth
    matched: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def check(tree: object, schema: Schema) -> list[Problem]:
    """Everything that keeps `tree` from being a condition over `schema`; empty when it is one.

    Gives up early on trees that are too deep or too large, so hostile input costs little.
    """
    problems: list[Problem] = []
    stack: list[tuple[object, str, int]] = [(tree, "", 1)]
    nodes = found = 0
    while stack:
        node, path, depth = stack.pop()
        nodes += 1
        if not isinstance(node, dict):
            problems.append(Problem(path, "Each condition must be an object."))
        elif not _is_group(node):
            found += 1
            problems += _leaf_problems(node, path, schema)
        elif depth > MAX_DEPTH:
            problems.append(Problem(path, f"Conditions may be nested at most {MAX_DEPTH} deep."))
        elif len(node) != 1:
            problems.append(
                Problem(path, "A group has exactly one of “all”, “any” and “not”, and nothing else.")
            )
        elif "not" in node:
            stack.append((node["not"], f"{path}/not", depth + 1))
        else:
            ((kind, children),) = node.items()
            if not isinstance(children, list) or not children:
                problems.append(Problem(f"{path}/{kind}", f"“{kind}” needs at least one condition."))
            elif len(children) > MAX_LEAVES:
                problems.append(Problem(f"{path}/{kind}", _TOO_MANY))
            else:
                numbered = reversed(list(enumerate(children)))
                stack += [(child, f"{path}/{kind}/{index}", depth + 1) for index, child in numbered]
        if found > MAX_LEAVES or nodes > MAX_NODES:
            problems.append(Problem(path, _TOO_MANY))
            break
    return problems


def leaves(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every comparison of a checked tree with its JSON pointer, in reading order."""
    if "not" in tree:
        yield from leaves(tree["not"], f"{path}/not")
    elif "all" in tree or "any" in tree:
        ((kind, children),) = tree.items()
        for index, child in enumerate(children):
            yield from leaves(child, f"{path}/{kind}/{index}")
    else:
        yield path, tree


def windows(tree: Mapping[str, Any]) -> frozenset[tuple[str, int]]:
    """The cumulative facts a checked tree asks for: (field, hours)."""
    return frozenset(
        (leaf["field"], leaf["window_hours"]) for _, leaf in leaves(tree) if "window_hours" in leaf
    )


def _is_group(node: dict) -> bool:
    return "all" in node or "any" in node or "not" in node


def _leaf_problems(leaf: dict, path: str, schema: Schema) -> Iterator[Problem]:
    for key in leaf:
        if key not in {"field", "op", "value", "window_hours"}:
            pointer = str(key)[:80].replace("~", "~0").replace("/", "~1")
            yield Problem(
                f"{path}/{pointer}", "A comparison has a field, an op and a value, and nothing else."
            )
            return
    name, op = leaf.get("field"), leaf.get("op")
    field = schema.get(name) if isinstance(name, str) else None
    if field is None:
        yield Problem(f"{path}/field", "There is no such field in this process.")
        return
    if not isinstance(op, str) or op not in OPS[field.type]:
        allowed = ", ".join(OPS[field.type])
        yield Problem(f"{path}/op", f"A {field.type} can be compared by: {allowed}.")
        return
    if (sentence := _value_problem(field, op, leaf.get("value"))) is not None:
        yield Problem(f"{path}/value", sentence)
    hours = leaf.get("window_hours")
    if field.cumulative and (type(hours) is not int or not 1 <= hours <= MAX_WINDOW_HOURS):
        sentence = f"A cumulative field needs a window of 1 to {MAX_WINDOW_HOURS} whole hours."
        yield Problem(f"{path}/window_hours", sentence)
    elif not field.cumulative and "window_hours" in leaf:
        yield Problem(f"{path}/window_hours", "Only a cumulative field has a window.")


def _value_problem(field: Field, op: str, value: object) -> str | None:
    if field.type in NUMERIC:
        return _number_problem(value, whole=field.type == "days")
    if field.type == "boolean":
        return None if isinstance(value, bool) else "The value must be true or false."
    if field.type == "variance":
        return _band_problem(value)
    if op not in LISTS:
        return _text_problem(field, value)
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_LEAVES:
        return f"The value must be a list of 1 to {MAX_LEAVES} texts."
    for item in value:
        if (problem := _text_problem(field, item)) is not None:
            return problem
    return None if len(set(value)) == len(value) else "Each text may stand in the list only once."


def _number_problem(value: object, *, whole: bool = False) -> str | None:
    if not isinstance(value, str):
        return "Write the number as text, such as “5000” or “0.90”."
    if not _NUMBER.fullmatch(value):
        return "The value must be a plain number of at most 15 digits, such as “5000” or “0.90”."
    if whole and not re.fullmatch(r"\d{1,5}", value, re.ASCII):
        return "The value must be a whole number of days from 0 to 99999."
    return None


def _band_problem(value: object) -> str | None:
    if not isinstance(value, dict) or value.keys() != {"percent", "absolute"}:
        return "A tolerance band needs a “percent” and an “absolute” limit, and nothing else."
    for limit in (value["percent"], value["absolute"]):
        if (problem := _number_problem(limit)) is not None:
            return problem
        if Decimal(limit) < 0:
            return "The limits of a tolerance band cannot be negative."
    return None


def _text_problem(field: Field, value: object) -> str | None:
    if not isinstance(value, str):
        return "The value must be a text."
    if not value.strip():
        return "The value must not be empty."
    if len(value) > MAX_TEXT:
        return f"The value may have at most {MAX_TEXT} characters."
    if any("\ud800" <= character <= "\udfff" or character == "\0" for character in value):
        return "The value contains a character that cannot be stored."
    if field.choices and value not in field.choices:
        return f"“{value}” is not among the choices of {field.label}."
    return None


_NO = Verdict(Truth.FALSE)


class Compiled:
    """A condition ready to be asked. Immutable, safe to share between threads, holds no facts."""

    __slots__ = ("_leaves", "_tree", "answer")

    def __init__(self, tree: Mapping[str, Any], schema: Schema) -> None:
        self._leaves: dict[str, tuple[str, Closure]] = {
            path: (leaf["field"], comparison(leaf, schema[leaf["field"]])) for path, leaf in leaves(tree)
        }
        self._tree = tree
        # The bare answer in Kleene's numbers, without saying why: for those who ask a million times.
        self.answer = self._build(tree, "")

    def evaluate(self, facts: Facts) -> Verdict:
        """What the condition says about `facts`; wrong or missing facts give UNKNOWN, never an exception.

        `matched` are the pointers of the comparisons that made it TRUE (under a "not": that were false);
        `unknown` the names of the fields that left it UNKNOWN.
        """
        truth = self.answer(facts)
        if truth == FALSE:
            return _NO
        found: list[str] = []
        self._explain(self._tree, "", truth, facts, found)
        if truth == TRUE:
            return Verdict(Truth.TRUE, matched=tuple(found))
        return Verdict(Truth.UNKNOWN, unknown=tuple(dict.fromkeys(self._leaves[path][0] for path in found)))

    def _build(self, node: Mapping[str, Any], path: str) -> Closure:
        if "not" in node:
            return _negated(self._build(node["not"], f"{path}/not"))
        if "all" in node or "any" in node:
            ((kind, children),) = node.items()
            parts = tuple(
                self._build(child, f"{path}/{kind}/{index}") for index, child in enumerate(children)
            )
            return _joined(parts, stop=FALSE if kind == "all" else TRUE)
        return self._leaves[path][1]

    def _explain(
        self, node: Mapping[str, Any], path: str, wanted: int, facts: Facts, found: list[str]
    ) -> int:
        """Collect the leaves under `node` that came to `wanted`; the polarity turns at each "not"."""
        if "not" in node:
            return TRUE - self._explain(node["not"], f"{path}/not", TRUE - wanted, facts, found)
        if "all" in node or "any" in node:
            ((kind, children),) = node.items()
            before = len(found)
            parts = [
                self._explain(child, f"{path}/{kind}/{index}", wanted, facts, found)
                for index, child in enumerate(children)
            ]
            truth = min(parts) if kind == "all" else max(parts)
            if truth != wanted:
                del found[before:]
            return truth
        truth = self._leaves[path][1](facts)
        if truth == wanted:
            found.append(path)
        return truth


def compile(tree: Mapping[str, Any], schema: Schema) -> Compiled:  # noqa: A001  (the domain's own word)
    """The checked tree as closures; Invalid with the first problem, and all of them in `details`."""
    problems = check(tree, schema)
    if problems:
        first = problems[0]
        raise Invalid("condition", first.sentence, field=first.path, details=problems)
    return Compiled(tree, schema)


def _negated(part: Closure) -> Closure:
    return lambda facts: TRUE - part(facts)


def _joined(parts: tuple[Closure, ...], stop: int) -> Closure:
    """An "all" stops at the first FALSE, an "any" at the first TRUE; otherwise the worst, or best, counts."""
    if len(parts) == 1:
        return parts[0]
    choose = min if stop == FALSE else max

    def joined(facts: Facts) -> int:
        truth = TRUE - stop
        for part in parts:
            value = part(facts)
            if value == stop:
                return stop
            truth = choose(truth, value)
        return truth

    return joined
