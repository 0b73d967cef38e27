"""Rules as routing asks them: what each wants when it fires, and a version of them compiled over its schema."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reviews.domain import conditions
from reviews.domain.comparisons import UNKNOWN, Closure
from reviews.domain.conditions import Compiled, Schema


class Effect(StrEnum):
    """What a rule asks for when it fires."""

    HUMAN_REVIEW = "human_review"
    SECOND_REVIEW = "second_review"
    SENIOR_ONLY = "senior_only"
    CLIENT_FINAL = "client_final"
    BLOCK = "block"
    SAMPLE_BOOST = "sample_boost"


BITS = {effect.value: 1 << place for place, effect in enumerate(Effect)}
SEVERITIES = (1, 2, 3, 4)
LEAST_SEVERE = 4


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a set: the condition tree, what it asks for, and whom it concerns when escalated.

    `severity` runs from 1 (harm or reportable) to 4 (a question); `legal_lock` means that no later version
    may loosen it.
    """

    code: str
    name: str
    condition: Mapping[str, Any]
    effect: Effect
    severity: int = LEAST_SEVERE
    trigger_class: str = ""
    legal_lock: bool = False
    rationale: str = ""


@dataclass(frozen=True)
class RuleSetTerms:
    """A version of a process's rules over its schema, compiled once. A rule that cannot be compiled stays in the
    set as broken, and every case it meets goes to a person."""

    version: int
    rules: tuple[Rule, ...]
    schema: Schema
    compiled: tuple[Compiled | None, ...] = field(init=False, repr=False, compare=False)
    # What each rule answers, and the bit of its effect.
    asked: tuple[tuple[Closure, int], ...] = field(init=False, repr=False, compare=False)
    # The sentences said so far: by the place of the rule, and by which of its alternatives held.
    said: dict[tuple[int, tuple[int, ...]], str] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        compiled = tuple(_compiled(rule, self.schema) for rule in self.rules)
        asked = tuple(
            (condition.answer if condition else _unanswerable, _bit(rule))
            for rule, condition in zip(self.rules, compiled, strict=True)
        )
        object.__setattr__(self, "compiled", compiled)
        object.__setattr__(self, "asked", asked)

    def windows(self) -> frozenset[tuple[str, int]]:
        """The cumulative facts that some rule asks for: (field, hours)."""
        sound = (rule for rule, condition in zip(self.rules, self.compiled, strict=True) if condition)
        return frozenset().union(*(conditions.windows(rule.condition) for rule in sound))


@dataclass(frozen=True, slots=True)
class StepTerms:
    """What routing must know of a step: its decision category D1 (AI decides), D2 (AI proposes), D3 (people only)."""

    category: str
    code: str = ""


def _bit(rule: Rule) -> int:
    return BITS.get(rule.effect, 0) if isinstance(rule.effect, str) else 0


def _unanswerable(values: Mapping[str, Any]) -> int:
    """The answer of a rule that could not be read."""
    return UNKNOWN


def _compiled(rule: Rule, schema: Schema) -> Compiled | None:
    try:
        Effect(rule.effect)
        return conditions.compile(rule.condition, schema)
    except Exception:  # a broken rule must not keep the others from being asked
        return None
