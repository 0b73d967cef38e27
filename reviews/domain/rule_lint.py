"""What keeps a rule set from becoming active: triggers without an escalation path, adverse outcomes that it would
release, and legal locks that a new version would loosen."""

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reviews.domain import conditions
from reviews.domain.conditions import Schema, Truth
from reviews.domain.rule_terms import SEVERITIES, Effect, Rule, RuleSetTerms

# Each is added up for every interaction while others wait for the sums of the same subject.
MAX_WINDOWS = 20
_TO_A_PERSON = frozenset(Effect) - {Effect.SAMPLE_BOOST}
# How far up the queue an effect reaches: reviewer, senior, client; a block goes beyond them all.
_REACH = {
    Effect.SAMPLE_BOOST: 0,
    Effect.HUMAN_REVIEW: 1,
    Effect.SECOND_REVIEW: 1,
    Effect.SENIOR_ONLY: 2,
    Effect.CLIENT_FINAL: 3,
    Effect.BLOCK: 4,
}


@dataclass(frozen=True, slots=True)
class LintProblem:
    """What is wrong with a rule set: a stable code, the rule at fault ("" for the set), and one sentence."""

    code: str
    rule: str
    sentence: str


def lint(
    ruleset: RuleSetTerms,
    *,
    paths: Collection[str],
    adverse: Mapping[str, Collection[str]] | None = None,
) -> list[LintProblem]:
    """Everything that forbids activating `ruleset`; empty when it may become active.

    `paths` are the trigger classes that have an escalation path; `adverse` the outcomes by field (`{"outcome":
    ["deny", "partial"]}`) that only a person may release. Routing sends them to a person whatever the rules say, so a
    set may be silent on them; it may not answer them with less than a person.
    """
    problems: list[LintProblem] = []
    seen: set[str] = set()
    for rule in ruleset.rules:
        if rule.code in seen:
            problems.append(LintProblem("rule_twice", rule.code, f"There are two rules {rule.code}."))
        seen.add(rule.code)
        problems += _rule_problems(rule, ruleset.schema, paths)
    if len(ruleset.windows()) > MAX_WINDOWS:
        sentence = (
            f"The rules ask for {len(ruleset.windows())} different sums over time; {MAX_WINDOWS} are allowed."
        )
        problems.append(LintProblem("too_many_windows", "", sentence))
    outcomes = [
        (name, outcome) for name, values in sorted((adverse or {}).items()) for outcome in sorted(values)
    ]
    for name, outcome in outcomes:
        answers = _answers(name, outcome, ruleset)
        if answers and not any(rule.effect in _TO_A_PERSON for rule in answers):
            problems.append(_released(outcome, answers[0]))
    return problems


def lock_broken(old: RuleSetTerms, new: RuleSetTerms) -> list[LintProblem]:
    """The legally locked rules of `old` that `new` drops, unlocks or loosens.

    A condition may become wider (a lower limit, one more alternative) but never narrower, and what cannot be
    shown to be at least as wide counts as narrower. The fields it asks about must mean what they meant.
    """
    successors = {rule.code: rule for rule in new.rules}
    problems = []
    for rule in old.rules:
        if rule.legal_lock and (why := _loosened(rule, successors.get(rule.code), old.schema, new.schema)):
            sentence = f"Rule {rule.code} ({rule.name}) is required by law: {why}."
            problems.append(LintProblem("lock_broken", rule.code, sentence))
    return problems


def _rule_problems(rule: Rule, schema: Schema, paths: Collection[str]) -> list[LintProblem]:
    problems = []
    found = conditions.check(rule.condition, schema)
    if found:
        problems.append(LintProblem("condition", rule.code, f"Rule {rule.code}: {found[0].sentence}"))
    if rule.effect not in _REACH:
        problems.append(LintProblem("effect", rule.code, f"Rule {rule.code} has an effect nobody knows."))
    if rule.severity not in SEVERITIES:
        problems.append(LintProblem("severity", rule.code, f"Rule {rule.code} needs a severity from 1 to 4."))
    if not rule.trigger_class:
        problems.append(
            LintProblem("no_trigger_class", rule.code, f"Rule {rule.code} belongs to no trigger class.")
        )
    elif rule.trigger_class not in paths:
        sentence = f"Rule {rule.code}: nobody is named for the trigger class “{rule.trigger_class}”."
        problems.append(LintProblem("no_path", rule.code, sentence))
    return problems


def _answers(name: str, outcome: str, ruleset: RuleSetTerms) -> list[Rule]:
    """The rules that fire on the outcome alone, with all else unknown: then they fire on every such case."""
    known = {name: outcome, "adverse": True}
    nothing_else = {
        name: dataclasses.replace(field, optional=False) for name, field in ruleset.schema.items()
    }
    return [
        rule
        for rule in ruleset.rules
        if not conditions.check(rule.condition, nothing_else)
        and conditions.compile(rule.condition, nothing_else).evaluate(known).truth is Truth.TRUE
    ]


def _released(outcome: str, rule: Rule) -> LintProblem:
    sentence = (
        f"Rule {rule.code} would release the adverse outcome “{outcome}” without a person: send it to one."
    )
    return LintProblem("adverse_released", rule.code, sentence)


def _loosened(old: Rule, new: Rule | None, before: Schema, after: Schema) -> str | None:
    if new is None:
        return "it cannot be left out"
    if not new.legal_lock:
        return "its lock cannot be taken off"
    if _weaker(Effect(old.effect), Effect(new.effect)):
        return "its effect cannot be weakened"
    if new.severity > old.severity:
        return "its severity cannot be lowered"
    if new.trigger_class != old.trigger_class:
        return "its trigger class cannot be changed"
    if conditions.check(new.condition, after):
        return "its condition cannot be read"
    if any(
        after.get(leaf["field"]) != before.get(leaf["field"]) for _, leaf in conditions.leaves(old.condition)
    ):
        return "the fields it asks about cannot be changed"
    if not _Widening().covers(new.condition, old.condition):
        return "its condition cannot be narrowed"
    return None


def _weaker(old: Effect, new: Effect) -> bool:
    if new is Effect.BLOCK:
        return False
    return _REACH[new] < _REACH[old] or (old is Effect.SECOND_REVIEW and new is not Effect.SECOND_REVIEW)


class _Widening:
    """Whether one condition holds wherever another does, as far as their shapes can show it."""

    def __init__(self) -> None:
        # Shapes are compared from several sides; remembering each pair keeps the work quadratic.
        self._known: dict[tuple[int, int], bool] = {}

    def covers(self, wide: Mapping[str, Any], narrow: Mapping[str, Any]) -> bool:
        pair = (id(wide), id(narrow))
        if pair not in self._known:
            self._known[pair] = wide == narrow or self._by_shape(wide, narrow)
        return self._known[pair]

    def _by_shape(self, wide: Mapping[str, Any], narrow: Mapping[str, Any]) -> bool:
        if "any" in narrow:
            return all(self.covers(wide, part) for part in narrow["any"])
        if "all" in wide:
            return all(self.covers(part, narrow) for part in wide["all"])
        if "any" in wide and any(self.covers(part, narrow) for part in wide["any"]):
            return True
        if "all" in narrow and any(self.covers(wide, part) for part in narrow["all"]):
            return True
        if "not" in wide and "not" in narrow:
            return self.covers(narrow["not"], wide["not"])
        return "field" in wide and "field" in narrow and _leaf_covers(wide, narrow)


def _leaf_covers(wide: Mapping[str, Any], narrow: Mapping[str, Any]) -> bool:
    same = ("field", "op", "window_hours")
    if any(wide.get(key) != narrow.get(key) for key in same):
        return False
    op, mine, theirs = wide["op"], wide["value"], narrow["value"]
    if op in {">=", ">"}:
        return Decimal(mine) <= Decimal(theirs)
    if op in {"<=", "<"}:
        return Decimal(mine) >= Decimal(theirs)
    if op in {"in", "has_any"}:
        return set(mine) >= set(theirs)
    if op in {"not_in", "has_none", "has_all"}:
        return set(mine) <= set(theirs)
    if op == "contains":
        return mine.casefold() in theirs.casefold()
    if op == "outside_band":
        return all(Decimal(mine[side]) <= Decimal(theirs[side]) for side in ("percent", "absolute"))
    return mine == theirs
