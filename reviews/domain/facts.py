"""The facts that routing looks at: made readable once, kept as plain JSON, and read back exactly."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

NONE_KNOWN: Mapping[str, Any] = {}


class Unreadable:
    """Stands for a fact of a kind that no rule understands (a float, NaN, bytes …): every question about it is
    UNKNOWN."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unreadable)

    def __hash__(self) -> int:
        return hash(Unreadable)


UNREADABLE = Unreadable()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an interaction, and the codes of what went wrong while finding out.

    Numbers are Decimals or whole numbers, sets are frozensets (lists of texts will do), cumulative facts are
    `{window_hours: total}`, a variance is `{"percent", "absolute"}`. `adverse` (bool) is always expected;
    `confidence` may be missing, which sends the case to a person. Problem codes: FX_STALE, MODEL_UNKNOWN,
    MODEL_UNAPPROVED, FACTS_ERROR.
    """

    values: Mapping[str, Any]
    problems: tuple[str, ...] = ()

    def readable(self) -> "Facts":
        """The same facts in the few forms that rules understand; one that has none is a problem of its own."""
        values = {str(name): _form(fact)[1] for name, fact in self.values.items() if fact is not None}
        problems = tuple(str(problem) for problem in self.problems)
        if UNREADABLE in values.values() and "FACTS_UNREADABLE" not in problems:
            problems += ("FACTS_UNREADABLE",)
        return Facts(values, problems)

    def snapshot(self, *, step: Any, version: int | None) -> dict[str, Any]:
        """Readable facts as plain JSON: values as they would be printed, with the kind of each beside it."""
        kinds: dict[str, str] = {}
        shown: dict[str, Any] = {}
        for name, fact in self.values.items():
            kinds[name] = _form(fact)[0]
            shown[name] = _shown(fact)
        return {
            "ruleset_version": None if version is None else str(version),
            "step": None if step is None else {"category": str(step.category), "code": str(step.code)},
            "problems": list(self.problems),
            "facts": shown,
            "kinds": kinds,
        }

    @classmethod
    def from_snapshot(cls, snapshot: Mapping[str, Any]) -> "Facts":
        """The facts of a stored snapshot; KeyError or ValueError if it is none."""
        kinds = snapshot["kinds"]
        values = {
            name: shown if (read := _READERS[kinds[name]]) is None else read(shown)
            for name, shown in snapshot["facts"].items()
        }
        return cls(values, tuple(snapshot["problems"]))


def _form(fact: Any) -> tuple[str, Any]:
    """The kind of a fact and the one form it has from here on."""
    kind = type(fact)
    if kind is bool:
        return "boolean", fact
    if kind is Decimal:
        return ("number", fact) if fact.is_finite() else ("unreadable", UNREADABLE)
    if kind is int:
        return "number", Decimal(fact)
    if isinstance(fact, str):
        return "text", str.__str__(fact)
    if isinstance(fact, (frozenset, set, list, tuple)):
        if all(type(member) is str for member in fact):
            return "set", frozenset(fact)
        return "unreadable", UNREADABLE
    if isinstance(fact, Mapping):
        return _mapping(fact)
    return "unreadable", UNREADABLE


def _mapping(fact: Mapping[Any, Any]) -> tuple[str, Any]:
    amounts = {key: _form(value) for key, value in fact.items() if value is not None}
    if any(kind != "number" for kind, _ in amounts.values()):
        return "unreadable", UNREADABLE
    values = {key: value for key, (_, value) in amounts.items()}
    if all(type(key) is int for key in values):
        return "windows", values
    if values.keys() <= {"percent", "absolute"}:
        return "variance", values
    return "unreadable", UNREADABLE


def _shown(fact: Any) -> Any:
    if isinstance(fact, (bool, str)):
        return fact
    if isinstance(fact, Decimal):
        return str(fact)
    if isinstance(fact, frozenset):
        return sorted(fact)
    if isinstance(fact, Mapping):
        return {str(key): str(value) for key, value in fact.items()}
    return None


# None: as it is shown.
_READERS: dict[str, Callable[[Any], Any] | None] = {
    "boolean": None,
    "number": Decimal,
    "text": None,
    "set": frozenset,
    "windows": lambda shown: {int(key): Decimal(value) for key, value in shown.items()},
    "variance": lambda shown: {key: Decimal(value) for key, value in shown.items()},
    "unreadable": lambda shown: UNREADABLE,
}
