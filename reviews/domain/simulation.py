"""What other rules would have done: one past interaction after the other, by the very function that routes.

Before is what really happened where the base routed it, and otherwise what the base would have done. After is what the
candidate would have done with the same facts. What held an interaction outside the rules holds it in both.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from contracts.domain.money import StaleRate
from reviews.domain import routing
from reviews.domain.cumulative import Running, Window
from reviews.domain.facts import NONE_KNOWN, Facts
from reviews.domain.routing import Outcome
from reviews.domain.rule_terms import Effect, RuleSetTerms, StepTerms
from reviews.enums import ChangeKind, Disposition

_STALE = "FX_STALE"
# How the codes of halts and of the watch after them begin.
_HALT = "HALT"
_EMPTY = "[]"
_decoder = json.JSONDecoder()
Stored = Sequence[Mapping[str, Any]]
_NONE: Stored = ()
_STEPS = {category: StepTerms(category) for category in ("D1", "D2", "D3")}


class Held(StrEnum):
    """What something outside the rules did with an interaction: nothing, sent it to a person, or kept it apart."""

    NOT = ""
    TO_PERSON = "to_person"
    QUARANTINED = "quarantined"


class Past(NamedTuple):
    """An interaction as it was routed: its stored facts, and what became of it under which rules.

    `id` is text, and the last three are JSON: all are read when they are needed.
    """

    id: str
    at: datetime
    subject: str
    amount: Decimal | None
    currency: str
    category: str
    version: int | None
    disposition: str
    needs_second: bool
    failsafe: bool
    fired: str
    reasons: str
    snapshot: str


class Way(NamedTuple):
    """Where an interaction went or would go; the queue only where a person looks at it."""

    disposition: str
    queue: str = ""
    second: bool = False


class Judged(NamedTuple):
    """One interaction under both versions. `unjudged` means that the candidate asks what nobody knew of it."""

    at: datetime
    before: Way
    after: Way
    kind: str
    fired_before: Sequence[str]
    fired_after: tuple[int, ...]
    amount: Decimal | None
    unjudged: bool
    rerouted: bool
    held: Held
    id: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Trial:
    """The rules that are tried, those they are compared with, and what the process is like.

    `queues` are the kinds of queue it has; `quarantining` the codes that keep an interaction apart whatever the rules
    say.
    """

    candidate: RuleSetTerms
    base: RuleSetTerms | None
    queues: frozenset[str]
    quarantining: frozenset[str] = frozenset()
    base_version: int | None = field(init=False)
    windows: frozenset[Window] = field(init=False)
    base_codes: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        base = self.base.windows() if self.base else frozenset()
        object.__setattr__(self, "base_version", self.base.version if self.base else None)
        object.__setattr__(self, "windows", self.candidate.windows() | base)
        object.__setattr__(
            self, "base_codes", tuple(rule.code for rule in self.base.rules) if self.base else ()
        )


def judge(trial: Trial, past: Past, running: Running | None) -> Judged:
    """A stored interaction under both versions; `running` has counted it, and everything of its subject before it."""
    facts = _facts(past.snapshot)
    if running is not None and past.subject:
        facts = _completed(facts, past, running)
    step = _STEPS.get(past.category) or StepTerms(past.category)
    fired = _NONE if past.fired == _EMPTY else _read(past.fired)
    codes_outside = () if past.reasons == _EMPTY else _outside(_read(past.reasons))
    halted = any(code.startswith(_HALT) for code in codes_outside)
    held = _held(trial, past.disposition, fired, codes_outside) if codes_outside else Held.NOT
    # Rules are compared with rules: what became of it under a halt says nothing about them.
    rerouted = halted or past.version != trial.base_version
    if rerouted or past.failsafe:
        # What an unanswered rule feared is not stored, so the queue of such a case is decided again.
        base = routing.decide(step=step, ruleset=trial.base, facts=facts)
    if rerouted:
        before = _way(trial, base, held)
        codes: Sequence[str] = [trial.base_codes[place] for place in base.fired]
    else:
        before = _happened(trial, past, fired, base.queue if past.failsafe else None)
        codes = [rule["code"] for rule in fired] if fired else ()
    outcome = routing.decide(step=step, ruleset=trial.candidate, facts=facts)
    after = _way(trial, outcome, held)
    return Judged(
        past.at,
        before,
        after,
        _kind(before, after) if before != after else "",
        codes,
        outcome.fired,
        facts.values.get("amount"),
        bool(outcome.unanswered),
        rerouted,
        held,
        past.id,
    )


def judge_new(trial: Trial, facts: Facts, *, step: StepTerms, at: datetime, held: Held, line: int) -> Judged:
    """A line of a file under both versions, by facts that were gathered just now."""
    readable = facts.readable()
    base = routing.decide(step=step, ruleset=trial.base, facts=readable)
    outcome = routing.decide(step=step, ruleset=trial.candidate, facts=readable)
    before, after = _way(trial, base, held), _way(trial, outcome, held)
    return Judged(
        at,
        before,
        after,
        _kind(before, after) if before != after else "",
        [trial.base_codes[place] for place in base.fired],
        outcome.fired,
        readable.values.get("amount"),
        bool(outcome.unanswered),
        rerouted=True,
        held=held,
        line=line,
    )


def _read(text: str) -> Any:
    # `loads` would look for space around it, twice.
    return _decoder.raw_decode(text)[0]


def _facts(snapshot: str) -> Facts:
    try:
        return Facts.from_snapshot(_read(snapshot))
    except Exception:  # what cannot be read again goes to a person, as it would live
        return Facts(NONE_KNOWN, ("FACTS_ERROR",))


def _completed(facts: Facts, past: Past, running: Running) -> Facts:
    """The facts with the cumulative ones that nobody asked for then."""
    known = facts.values
    lacking = [window for window in running.windows if window[1] not in (known.get(window[0]) or NONE_KNOWN)]
    if not lacking:
        return facts
    try:
        found = running.totals(past.subject, past.at, lacking)
    except StaleRate:
        return facts if _STALE in facts.problems else Facts(known, (*facts.problems, _STALE))
    values = dict(known)
    for name, totals in found.items():
        values[name] = {**(known.get(name) or NONE_KNOWN), **totals}
    return Facts(values, facts.problems)


def _outside(reasons: Stored) -> tuple[str, ...]:
    """The codes of what held it outside the rules: routing's own are left out."""
    return tuple(code for reason in reasons if routing.from_outside(code := reason["code"]))


def _held(trial: Trial, disposition: str, fired: Stored, outside: Sequence[str]) -> Held:
    codes = [code for code in outside if not code.startswith(_HALT)]
    if not codes:
        return Held.NOT
    blocked = any(rule["effect"] == Effect.BLOCK for rule in fired)
    if disposition == Disposition.QUARANTINED and not (blocked and trial.quarantining.isdisjoint(codes)):
        return Held.QUARANTINED
    return Held.TO_PERSON


def _happened(trial: Trial, past: Past, fired: Stored, queue: str | None) -> Way:
    if past.disposition == _RELEASED.disposition:
        return _RELEASED
    if past.disposition != Disposition.REVIEW:
        return _APART
    if queue is None:
        queue = routing.queue_for(rule["effect"] for rule in fired)
    return Way(past.disposition, queue if queue in trial.queues else "review", past.needs_second)


_RELEASED = Way(Disposition.AUTO_RELEASED.value)
_APART = Way(Disposition.QUARANTINED.value)


def _way(trial: Trial, outcome: Outcome, held: Held) -> Way:
    became = routing.disposition(
        outcome.disposition,
        quarantined=held is Held.QUARANTINED,
        to_person=held is Held.TO_PERSON,
    )
    if became is Disposition.AUTO_RELEASED:
        return _RELEASED
    if became is Disposition.QUARANTINED:
        return _APART
    queue = outcome.queue if outcome.queue in trial.queues else "review"
    return Way(became.value, queue, outcome.needs_second)


_BY_DISPOSITION: tuple[tuple[Callable[[Way, Way], bool], ChangeKind], ...] = (
    (lambda before, after: after.disposition == Disposition.QUARANTINED, ChangeKind.QUARANTINED),
    (lambda before, after: before.disposition == Disposition.QUARANTINED, ChangeKind.UNQUARANTINED),
    (lambda before, after: after.disposition == Disposition.AUTO_RELEASED, ChangeKind.NEWLY_STRAIGHT),
    (lambda before, after: before.disposition == Disposition.AUTO_RELEASED, ChangeKind.NEWLY_REVIEWED),
)


def _kind(before: Way, after: Way) -> str:
    """How two different ways differ."""
    if before.disposition != after.disposition:
        return next(kind.value for holds, kind in _BY_DISPOSITION if holds(before, after))
    if before.queue != after.queue:
        return ChangeKind.OTHER_QUEUE.value
    return (ChangeKind.SECOND_ADDED if after.second else ChangeKind.SECOND_DROPPED).value
