"""Which way an interaction goes: released, to a person, or held back. Pure, and closed on every failure.

Every rule of the set is evaluated, none is skipped. The category of the step is a floor that rules can raise
and never lower. Whatever cannot be answered (a missing fact, a stale rate, a broken rule) ends with a person
and the reason FAILSAFE. The snapshot holds all that was looked at, so that `replay` gives the same route.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reviews.domain import conditions
from reviews.domain.conditions import Compiled, Schema, Truth
from reviews.domain.facts import NONE_KNOWN, Facts
from reviews.domain.sentences import capitalised, short


class Effect(StrEnum):
    """What a rule asks for when it fires."""

    HUMAN_REVIEW = "human_review"
    SECOND_REVIEW = "second_review"
    SENIOR_ONLY = "senior_only"
    CLIENT_FINAL = "client_final"
    BLOCK = "block"
    SAMPLE_BOOST = "sample_boost"


AUTO_RELEASE, REVIEW, QUARANTINE = "auto_release", "review", "quarantine"
QUEUES = ("review", "senior", "client")
SEVERITIES = (1, 2, 3, 4)
LEAST_SEVERE = 4

_STEP_SENTENCES = {
    "D2": "A person decides every case of this step (category D2)",
    "D3": "Only people decide this step; what the AI says is never a decision (category D3)",
}
_PROBLEM_SENTENCES = {
    "FX_STALE": "The exchange rate is missing or too old",
    "MODEL_UNKNOWN": "The model version is not known here",
    "MODEL_UNAPPROVED": "The model version is not approved for this step",
    "FACTS_ERROR": "The facts of this case could not be worked out",
    "FACTS_UNREADABLE": "A fact of this case is not of the expected kind",
    "ADVERSE_UNKNOWN": "It is not known whether the outcome is adverse to the customer",
    "CATEGORY_UNKNOWN": "The decision category of the step is not known",
    "NO_RULES": "No rule set is active for this process",
    "BROKER_DOWN": "The message broker does not answer, so nothing is released without a person",
    "ROUTING_ERROR": "The rules could not be evaluated",
}


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

    def __post_init__(self) -> None:
        object.__setattr__(self, "compiled", tuple(_compiled(rule, self.schema) for rule in self.rules))

    def windows(self) -> frozenset[tuple[str, int]]:
        """The cumulative facts that some rule asks for: (field, hours)."""
        sound = (rule for rule, condition in zip(self.rules, self.compiled, strict=True) if condition)
        return frozenset().union(*(conditions.windows(rule.condition) for rule in sound))


@dataclass(frozen=True, slots=True)
class StepTerms:
    """What routing must know of a step: its decision category D1 (AI decides), D2 (AI proposes), D3 (people only)."""

    category: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that held, with the pointers of the comparisons that made it hold."""

    code: str
    name: str
    version: int
    effect: Effect
    severity: int
    trigger_class: str
    sentence: str
    matched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a case is where it is: a stable code, a sentence, and the rule or problem behind it."""

    code: str
    sentence: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """Where an interaction goes and why. `snapshot` is plain JSON."""

    disposition: str
    fired: tuple[Fired, ...]
    reasons: tuple[Reason, ...]
    queue: str
    needs_second: bool
    severity: int
    boosted: bool
    failsafe: bool
    snapshot: dict[str, Any]


def route(*, step: StepTerms, ruleset: RuleSetTerms | None, facts: Facts) -> Route:
    """The way of one interaction. Never raises: what goes wrong here sends the case to a person."""
    try:
        readable = facts.readable()
    except Exception:  # any failure whatever must end with a person
        readable = Facts(NONE_KNOWN, ("FACTS_ERROR",))
    try:
        return _route(step, ruleset, readable)
    except Exception:
        return _helpless(readable)


def replay(snapshot: Mapping[str, Any], ruleset: RuleSetTerms | None, step: StepTerms) -> Route:
    """The route that the facts of a stored snapshot take under `ruleset`; the same as then if it is the same."""
    return route(step=step, ruleset=ruleset, facts=Facts.from_snapshot(snapshot))


def _route(step: StepTerms, ruleset: RuleSetTerms | None, facts: Facts) -> Route:
    fired: list[Fired] = []
    unanswered: list[tuple[Rule, Reason]] = []
    if ruleset is not None:
        for rule, condition in zip(ruleset.rules, ruleset.compiled, strict=True):
            _apply(rule, condition, ruleset, facts.values, fired, unanswered)

    reasons = [*_floor(step, facts.values), *(_fired_reason(one) for one in fired)]
    problems = [*facts.problems, *_unknowns(step, ruleset, facts.values)]
    failures = [_failure(code) for code in dict.fromkeys(problems)] + [reason for _, reason in unanswered]
    reasons += failures

    effects = {one.effect for one in fired}
    # A rule that could not be answered may have asked for more than a reviewer: it is not given less.
    feared = {rule.effect for rule, _ in unanswered}
    if Effect.BLOCK in effects:
        disposition = QUARANTINE
    elif failures or any(reason.code != f"RULE_{Effect.SAMPLE_BOOST.name}" for reason in reasons):
        disposition = REVIEW
    else:
        disposition = AUTO_RELEASE
    return Route(
        disposition=disposition,
        fired=tuple(fired),
        reasons=tuple(reasons),
        queue=_queue(effects, feared),
        needs_second=Effect.SECOND_REVIEW in effects | feared,
        severity=min((one.severity for one in fired), default=LEAST_SEVERE),
        boosted=Effect.SAMPLE_BOOST in effects,
        failsafe=bool(failures),
        snapshot=facts.snapshot(step=step, version=None if ruleset is None else ruleset.version),
    )


def _apply(
    rule: Rule,
    condition: Compiled | None,
    ruleset: RuleSetTerms,
    values: Mapping[str, Any],
    fired: list[Fired],
    unanswered: list[tuple[Rule, Reason]],
) -> None:
    label = f"rule {rule.code} v{ruleset.version}"
    if condition is None:
        unanswered.append((rule, Reason("FAILSAFE", f"A rule could not be read ({label})", rule.code)))
        return
    verdict = condition.evaluate(values)
    if verdict.truth is Truth.UNKNOWN:
        missing = " and ".join(ruleset.schema[name].label for name in verdict.unknown)
        sentence = f"{capitalised(missing)} could not be judged ({label})"
        unanswered.append((rule, Reason("FAILSAFE", sentence, rule.code)))
    elif verdict.truth is Truth.TRUE:
        sentence = f"{_because(rule.condition, ruleset.schema, verdict.matched)} ({label})"
        fired.append(
            Fired(
                rule.code,
                rule.name,
                ruleset.version,
                Effect(rule.effect),
                rule.severity,
                rule.trigger_class,
                sentence,
                verdict.matched,
            )
        )


def _because(tree: Mapping[str, Any], schema: Schema, matched: Iterable[str]) -> str:
    """The condition in short; of several alternatives only those that held."""
    if "any" not in tree:
        return short(tree, schema)
    held = sorted({int(path.split("/")[2]) for path in matched})
    return short({"any": [tree["any"][index] for index in held]}, schema)


def _floor(step: StepTerms, values: Mapping[str, Any]) -> Iterable[Reason]:
    """What sends a case to a person before any rule is asked."""
    if step.category in _STEP_SENTENCES:
        yield Reason(f"STEP_{step.category}", _STEP_SENTENCES[step.category])
    if values.get("adverse") is True:
        yield Reason("ADVERSE", "The outcome is adverse to the customer, so a person decides")
    if values.get("confidence") is None:
        yield Reason("CONFIDENCE_MISSING", "The AI did not say how sure it is")


def _unknowns(step: StepTerms, ruleset: RuleSetTerms | None, values: Mapping[str, Any]) -> Iterable[str]:
    if ruleset is None:
        yield "NO_RULES"
    if step.category not in {"D1", "D2", "D3"}:
        yield "CATEGORY_UNKNOWN"
    if not isinstance(values.get("adverse"), bool):
        yield "ADVERSE_UNKNOWN"


def _fired_reason(one: Fired) -> Reason:
    return Reason(f"RULE_{one.effect.name}", one.sentence, one.code)


def _failure(problem: str) -> Reason:
    return Reason("FAILSAFE", _PROBLEM_SENTENCES.get(problem, "A check before routing failed"), problem)


def _queue(effects: set[Effect], feared: set[Effect]) -> str:
    if Effect.CLIENT_FINAL in effects:
        return "client"
    if Effect.SENIOR_ONLY in effects or feared & {Effect.SENIOR_ONLY, Effect.CLIENT_FINAL, Effect.BLOCK}:
        return "senior"
    return "review"


def _helpless(facts: Facts) -> Route:
    """The route when routing itself broke down: a person, with as much of the facts as there is."""
    return Route(
        disposition=REVIEW,
        fired=(),
        reasons=(_failure("ROUTING_ERROR"),),
        queue="review",
        needs_second=False,
        severity=LEAST_SEVERE,
        boosted=False,
        failsafe=True,
        snapshot=facts.snapshot(step=None, version=None),
    )


def _compiled(rule: Rule, schema: Schema) -> Compiled | None:
    try:
        Effect(rule.effect)
        return conditions.compile(rule.condition, schema)
    except Exception:  # a broken rule must not keep the others from being asked
        return None
