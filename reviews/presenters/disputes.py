"""Disputed scores: the thread below a score, the scores of one's own work, what waits for a third person, and the rates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from contracts.presenters.parts import State
from reviews.domain import estimates
from reviews.enums import DisputeOutcome, Mark
from reviews.models import Dispute, Evaluation
from reviews.presenters import words
from reviews.presenters.evaluations import MARKS, outcome, points
from reviews.presenters.samples import NOTHING, verdict
from reviews.selectors import disputes as selector
from reviews.selectors.disputes import Rates, Waiting
from reviews.selectors.evaluations import Sheet

# F8: under so many nothing is said.
ENOUGH = 10
_OPEN = State("Waits for a third person", "info", "clock")
_OUTCOMES = {
    DisputeOutcome.UPHELD: State("Upheld", "neutral", "check"),
    DisputeOutcome.OVERTURNED: State("Overturned", "warn", "arrow"),
}


@dataclass(frozen=True)
class Change:
    """A line that was answered differently, and what was said of it."""

    text: str
    before: State
    after: State
    note: str


@dataclass(frozen=True)
class Thread:
    """A dispute as it stands below the score: who said what, and what a third person decided."""

    url: str
    state: State
    by: str
    at: datetime
    reason: str
    lines: list[str]
    due: datetime
    why: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    score: str = ""
    result: State | None = None
    changes: list[Change] | None = None
    judged: str = ""
    went_out: str = ""


def thread(sheet: Sheet) -> Thread | None:
    """The dispute of a scored evaluation, if there is one."""
    dispute: Dispute | None = getattr(sheet.evaluation, "dispute", None)
    if dispute is None:
        return None
    texts = {item.code: item.text for item in sheet.items}
    decided: dict[str, Any] = {}
    if dispute.adjudicated_by is not None:
        decided = {
            "why": dispute.why,
            "decided_by": dispute.adjudicated_by.name,
            "decided_at": dispute.adjudicated_at,
        }
    if dispute.outcome == DisputeOutcome.OVERTURNED:
        decided |= {
            "score": points(dispute.score),
            "result": outcome(passed=bool(dispute.passed), critical=bool(dispute.critical_fail)),
            "changes": _changes(sheet.evaluation.answers, dispute.answers, texts),
            "judged": "wrong" if dispute.judged_wrong else "not wrong",
            "went_out": "wrong" if dispute.output_wrong else "not wrong",
        }
    return Thread(
        url=reverse("reviews:dispute", args=[dispute.pk]),
        state=state(dispute),
        by=dispute.raised_by.name,
        at=dispute.raised_at,
        reason=dispute.reason,
        lines=[texts[code] for code in dispute.lines if code in texts],
        due=dispute.due_at,
        **decided,
    )


def state(dispute: Dispute) -> State:
    return _OUTCOMES[DisputeOutcome(dispute.outcome)] if dispute.outcome else _OPEN


def _changes(
    first: Mapping[str, Any], corrected: Mapping[str, Any], texts: Mapping[str, str]
) -> list[Change]:
    return [
        Change(
            text=texts[code],
            before=MARKS[Mark(first[code]["mark"])],
            after=MARKS[Mark(corrected[code]["mark"])],
            note=corrected[code]["note"],
        )
        for code in texts
        if code in corrected and first[code]["mark"] != corrected[code]["mark"]
    ]


@dataclass(frozen=True)
class OwnRow:
    url: str
    short: str
    process: str
    step: str
    scored_at: datetime
    score: str
    result: State
    dispute: State | None
    until: datetime | None


def own_row(evaluation: Evaluation, at: datetime) -> OwnRow:
    """A score of one's own work; `until` while it can still be disputed."""
    dispute: Dispute | None = getattr(evaluation, "dispute", None)
    until = selector.disputable_until(evaluation) if dispute is None else None
    stands = selector.standing(evaluation)
    assert evaluation.submitted_at is not None  # noqa: S101 — a constraint of the table
    return OwnRow(
        url=reverse("reviews:evaluation", args=[evaluation.pk]),
        short=words.short_id(evaluation.interaction_id),
        process=evaluation.process.code,
        step=evaluation.interaction.step.name,
        scored_at=evaluation.submitted_at,
        score=points(stands.score),
        result=verdict(stands),
        dispute=state(dispute) if dispute else None,
        until=until if until is not None and until >= at else None,
    )


@dataclass(frozen=True)
class WaitingRow:
    url: str
    short: str
    process: str
    step: str
    by: str
    auditor: str
    due: datetime
    overdue: bool
    refusal: str


def waiting_row(waiting: Waiting, at: datetime) -> WaitingRow:
    dispute, evaluation = waiting.dispute, waiting.dispute.evaluation
    return WaitingRow(
        url=reverse("reviews:dispute", args=[dispute.pk]),
        short=words.short_id(evaluation.interaction_id),
        process=dispute.process.code,
        step=evaluation.interaction.step.name,
        by=dispute.raised_by.name,
        auditor=evaluation.submitted_by.name if evaluation.submitted_by else NOTHING,
        due=dispute.due_at,
        overdue=dispute.due_at < at,
        refusal=waiting.refusal,
    )


@dataclass(frozen=True)
class DecidedRow:
    url: str
    short: str
    process: str
    by: str
    auditor: str
    decided_by: str
    decided_at: datetime
    state: State
    before: str
    after: str


def decided_row(dispute: Dispute) -> DecidedRow:
    evaluation = dispute.evaluation
    assert dispute.adjudicated_at is not None  # noqa: S101 — a constraint of the table
    assert dispute.adjudicated_by is not None  # noqa: S101 — a constraint of the table
    return DecidedRow(
        url=reverse("reviews:evaluation", args=[evaluation.pk]),
        short=words.short_id(evaluation.interaction_id),
        process=dispute.process.code,
        by=dispute.raised_by.name,
        auditor=evaluation.submitted_by.name if evaluation.submitted_by else NOTHING,
        decided_by=dispute.adjudicated_by.name,
        decided_at=dispute.adjudicated_at,
        state=state(dispute),
        before=points(evaluation.score),
        after=points(dispute.score) or points(evaluation.score),
    )


@dataclass(frozen=True)
class Rate:
    """A share as it is shown: nothing but its numbers while there are fewer than ten."""

    count: int
    of: int
    share: str
    low: str
    high: str


def rate(count: int, of: int) -> Rate:
    if of < ENOUGH:
        return Rate(count, of, "", "", "")
    interval = estimates.wilson(count, of)
    assert interval.share is not None  # noqa: S101 — there are at least ten
    return Rate(
        count, of, f"{100 * interval.share:.1f}", f"{100 * interval.low:.1f}", f"{100 * interval.high:.1f}"
    )


@dataclass(frozen=True)
class RatesRow:
    process: str
    name: str
    disputes: Rate
    overturned: Rate


def rates_row(rates: Rates) -> RatesRow:
    return RatesRow(
        process=rates.process.code,
        name=rates.process.name,
        disputes=rate(rates.disputed, rates.scored),
        overturned=rate(rates.overturned, rates.adjudicated),
    )
