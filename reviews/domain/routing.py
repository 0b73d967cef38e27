"""Which way an interaction goes: released, to a person, or held back. Pure, and closed on every failure.

Every rule of the set is evaluated, none is skipped. The category of the step is a floor that rules can raise
and never lower. Whatever cannot be answered (a missing fact, a stale rate, a broken rule) ends with a person
and the reason FAILSAFE. The snapshot holds all that was looked at, so that `replay` gives the same route.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from reviews.domain.comparisons import FALSE, TRUE
from reviews.domain.facts import NONE_KNOWN, Facts
from reviews.domain.rule_terms import BITS, LEAST_SEVERE, Effect, Rule, RuleSetTerms, StepTerms
from reviews.domain.sentences import capitalised, short
from reviews.enums import Disposition

_SECOND, _SENIOR, _CLIENT, _BLOCK, _BOOST = (
    BITS[effect.value]
    for effect in (
        Effect.SECOND_REVIEW,
        Effect.SENIOR_ONLY,
        Effect.CLIENT_FINAL,
        Effect.BLOCK,
        Effect.SAMPLE_BOOST,
    )
)

AUTO_RELEASE, REVIEW, QUARANTINE = "auto_release", "review", "quarantine"
QUEUES = ("review", "senior", "client")
_STEP_SENTENCES = {
    "D2": "A person decides every case of this step (category D2)",
    "D3": "Only people decide this step; what the AI says is never a decision (category D3)",
}
# More ways for alternatives to hold than this are put into words each time.
_KEPT = 1_000

_OWN_CODES = frozenset(
    {*(f"STEP_{category}" for category in _STEP_SENTENCES), "ADVERSE", "CONFIDENCE_MISSING", "FAILSAFE"}
)
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


class Outcome(NamedTuple):
    """Where an interaction goes, before anybody puts into words why.

    `fired` and `unanswered` are places in the rule set; `floor` is what sent it to a person before any rule was asked,
    `problems` what went wrong.
    """

    disposition: str
    queue: str
    needs_second: bool
    boosted: bool
    failsafe: bool
    fired: tuple[int, ...]
    unanswered: tuple[int, ...]
    floor: tuple[Reason, ...]
    problems: tuple[str, ...]


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
    outcome = decide(step=step, ruleset=ruleset, facts=readable)
    try:
        return _worded(outcome, step, ruleset, readable)
    except Exception:
        return _helpless(readable)


def decide(*, step: StepTerms, ruleset: RuleSetTerms | None, facts: Facts) -> Outcome:
    """The way by readable facts, without words: what `route` puts into words, and what simulation counts.

    Never raises, as `route` does not.
    """
    try:
        return _decide(step, ruleset, facts)
    except Exception:  # any failure whatever must end with a person
        return _BROKEN


def replay(snapshot: Mapping[str, Any], ruleset: RuleSetTerms | None, step: StepTerms) -> Route:
    """The route that the facts of a stored snapshot take under `ruleset`; the same as then if it is the same."""
    return route(step=step, ruleset=ruleset, facts=Facts.from_snapshot(snapshot))


def disposition(routed: str, *, quarantined: bool, to_person: bool) -> Disposition:
    """What becomes of an interaction that routing sent this way and that something outside the rules may hold."""
    if quarantined or routed == QUARANTINE:
        return Disposition.QUARANTINED
    if to_person or routed != AUTO_RELEASE:
        return Disposition.REVIEW
    return Disposition.AUTO_RELEASED


def from_outside(code: str) -> bool:
    """Whether a stored reason is not routing's own: what held an interaction whatever the rules said."""
    return code not in _OWN_CODES and not code.startswith("RULE_")


def queue_for(effects: Iterable[str]) -> str:
    """The kind of queue for a case on which rules of these effects fired, and none was left unanswered."""
    asked = 0
    for effect in effects:
        asked |= BITS.get(effect, 0)
    return _queue(asked, 0)


def _decide(step: StepTerms, ruleset: RuleSetTerms | None, facts: Facts) -> Outcome:
    values = facts.values
    fired: list[int] = []
    unanswered: list[int] = []
    effects = feared = 0
    if ruleset is not None:
        for place, (answer, bit) in enumerate(ruleset.asked):
            truth = answer(values)
            if truth == FALSE:
                continue
            if truth == TRUE:
                fired.append(place)
                effects |= bit
            else:
                # It may have asked for more than a reviewer: the case is not given less.
                unanswered.append(place)
                feared |= bit

    floor = tuple(_floor(step, values))
    problems = (*facts.problems, *_unknowns(step, ruleset, values))
    if problems:
        problems = tuple(dict.fromkeys(problems))
    failsafe = bool(problems or unanswered)
    if effects & _BLOCK:
        disposition = QUARANTINE
    elif failsafe or floor or effects & ~_BOOST:
        disposition = REVIEW
    else:
        disposition = AUTO_RELEASE
    return Outcome(
        disposition,
        _queue(effects, feared),
        bool((effects | feared) & _SECOND),
        bool(effects & _BOOST),
        failsafe,
        tuple(fired),
        tuple(unanswered),
        floor,
        problems,
    )


def _worded(outcome: Outcome, step: StepTerms, ruleset: RuleSetTerms | None, facts: Facts) -> Route:
    if outcome is _BROKEN:
        return _helpless(facts)
    fired: tuple[Fired, ...] = ()
    unanswered: tuple[Reason, ...] = ()
    if ruleset is not None:
        fired = tuple(_fired(ruleset, place, facts.values) for place in outcome.fired)
        unanswered = tuple(_unanswered(ruleset, place, facts.values) for place in outcome.unanswered)
    return Route(
        disposition=outcome.disposition,
        fired=fired,
        reasons=(
            *outcome.floor,
            *(_fired_reason(one) for one in fired),
            *(_failure(code) for code in outcome.problems),
            *unanswered,
        ),
        queue=outcome.queue,
        needs_second=outcome.needs_second,
        severity=min((one.severity for one in fired), default=LEAST_SEVERE),
        boosted=outcome.boosted,
        failsafe=outcome.failsafe,
        snapshot=facts.snapshot(step=step, version=None if ruleset is None else ruleset.version),
    )


def _fired(ruleset: RuleSetTerms, place: int, values: Mapping[str, Any]) -> Fired:
    rule, condition = ruleset.rules[place], ruleset.compiled[place]
    matched = condition.evaluate(values).matched if condition else ()
    sentence = _said(ruleset, place, matched)
    return Fired(
        rule.code,
        rule.name,
        ruleset.version,
        Effect(rule.effect),
        rule.severity,
        rule.trigger_class,
        sentence,
        matched,
    )


def _unanswered(ruleset: RuleSetTerms, place: int, values: Mapping[str, Any]) -> Reason:
    rule, condition = ruleset.rules[place], ruleset.compiled[place]
    if condition is None:
        return Reason("FAILSAFE", f"A rule could not be read {_label(ruleset, rule)}", rule.code)
    missing = " and ".join(ruleset.schema[name].label for name in condition.evaluate(values).unknown)
    return Reason(
        "FAILSAFE", f"{capitalised(missing)} could not be judged {_label(ruleset, rule)}", rule.code
    )


def _label(ruleset: RuleSetTerms, rule: Rule) -> str:
    return f"(rule {rule.code} v{ruleset.version})"


def _said(ruleset: RuleSetTerms, place: int, matched: Iterable[str]) -> str:
    """Why a rule fired, in short; of several alternatives only those that held. What was said once is kept."""
    rule = ruleset.rules[place]
    tree = rule.condition
    held: tuple[int, ...] = ()
    if "any" in tree:
        held = tuple(sorted({int(path.split("/")[2]) for path in matched}))
        tree = {"any": [tree["any"][index] for index in held]}
    sentence = ruleset.said.get((place, held))
    if sentence is None:
        sentence = f"{short(tree, ruleset.schema)} {_label(ruleset, rule)}"
        if len(ruleset.said) < _KEPT:
            ruleset.said[place, held] = sentence
    return sentence


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


def _queue(effects: int, feared: int) -> str:
    if effects & _CLIENT:
        return "client"
    if effects & _SENIOR or feared & (_SENIOR | _CLIENT | _BLOCK):
        return "senior"
    return "review"


_BROKEN = Outcome(REVIEW, "review", False, False, True, (), (), (), ("ROUTING_ERROR",))


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
