"""Recalls in words: what went out, what takes its place, what is still to be said (D4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from contracts import access
from contracts.models import User
from contracts.presenters.parts import State
from reviews import permissions
from reviews.domain import keysets
from reviews.enums import ReasonCode, RecallCause, RecallState, Remedy, Verdict
from reviews.models import Interaction, Recall
from reviews.presenters import outputs, words
from reviews.presenters.rule_life import Button
from reviews.presenters.values import Part

_STATES = {
    RecallState.OPEN: ("bad", "bad"),
    RecallState.ACKNOWLEDGED: ("warn", "clock"),
    RecallState.CONFIRMED: ("good", "check"),
}


@dataclass(frozen=True)
class Row:
    short: str
    url: str
    process: str
    step: str
    severity: State
    state: State
    cause: str
    opened: datetime
    missing: str


@dataclass(frozen=True)
class RecallsPage:
    running: list[Row]
    over: list[Row]
    first_url: str
    next_url: str


@dataclass(frozen=True)
class Opening:
    """What is about to be recalled."""

    short: str
    process: str
    step: str
    back_url: str
    released: datetime | None
    decided: str
    output: list[tuple[str, Part]]


@dataclass(frozen=True)
class Said:
    """One of the things that are asked before a recall is over: by whom it was said, or why the reader may not say it."""

    done: bool
    who: str
    at: datetime | None
    text: str
    button: Button


@dataclass(frozen=True)
class RecallPage:
    id: str
    short: str
    process: str
    step: str
    case_url: str
    state: State
    severity: State
    cause: str
    opened_by: str
    opened: datetime
    released: datetime | None
    decided: str
    running: bool
    went_out: list[tuple[str, Part]]
    remedy: str
    instead: list[tuple[str, Part]]
    reason: str
    explanation: str
    factors: list[str]
    authority: str
    correction: Said
    acknowledged: Said
    noticed: Said
    confirmed: Said


def listing(
    running: Sequence[Recall], over: Sequence[Recall], at: datetime, *, more: bool, first: bool
) -> RecallsPage:
    here = reverse("reviews:recalls")
    last = over[-1] if over and more else None
    return RecallsPage(
        running=[_row(recall) for recall in running],
        over=[_row(recall) for recall in over],
        first_url="" if first else here,
        next_url=f"{here}?{urlencode({'after': keysets.write(last.opened_at, last.pk)})}" if last else "",
    )


def _row(recall: Recall) -> Row:
    return Row(
        short=words.short_id(recall.interaction_id),
        url=reverse("reviews:recall", args=[recall.pk]),
        process=recall.process.name,
        step=recall.interaction.step.name,
        severity=words.severity_short(recall.severity),
        state=state(recall),
        cause=RecallCause(recall.cause).label,
        opened=recall.opened_at,
        missing=missing(recall),
    )


def state(recall: Recall) -> State:
    stands = RecallState(recall.state)
    return State(stands.label, *_STATES[stands])


def missing(recall: Recall) -> str:
    """What is still to be said before the recall is over, in words."""
    if recall.state == RecallState.CONFIRMED:
        return ""
    found = []
    if not recall.remedy:
        found.append("what takes its place")
    if recall.state == RecallState.OPEN:
        found.append("the client’s system")
    if recall.notify is None:
        found.append("the notice to the customer")
    return ", ".join([*found, "the fix"])


def opening(interaction: Interaction, out: dict[str, Any]) -> Opening:
    return Opening(
        short=words.short_id(interaction.pk),
        process=interaction.process.name,
        step=interaction.step.name,
        back_url=_case(interaction) or reverse("reviews:recalls"),
        released=interaction.released_at,
        decided=_decided(interaction),
        output=outputs.fields_of(interaction, out),
    )


def page(recall: Recall, reader: User, at: datetime) -> RecallPage:
    interaction, pk = recall.interaction, recall.pk
    decision = interaction.final_decision
    out = (decision.output or interaction.output) if decision else interaction.output
    return RecallPage(
        id=str(pk),
        short=words.short_id(interaction.pk),
        process=f"{recall.process.code} · {recall.process.name}",
        step=interaction.step.name,
        case_url=_case(interaction),
        state=state(recall),
        severity=words.severity(recall.severity),
        cause=RecallCause(recall.cause).label,
        opened_by=recall.opened_by.name if recall.opened_by else "Countersign",
        opened=recall.opened_at,
        released=interaction.released_at,
        decided=_decided(interaction),
        running=recall.state != RecallState.CONFIRMED,
        went_out=outputs.fields_of(interaction, out),
        remedy=Remedy(recall.remedy).label if recall.remedy else "Nobody has said it yet",
        instead=outputs.fields_of(interaction, recall.output) if recall.output else [],
        reason=ReasonCode(recall.reason_code).label if recall.reason_code else "",
        explanation=recall.explanation,
        factors=recall.factors,
        authority=recall.authority,
        correction=_said(
            recall.corrected_by,
            recall.corrected_at,
            "",
            "correct",
            permissions.check_can_correct,
            reader,
            recall,
        ),
        acknowledged=_said(
            recall.acknowledged_by,
            recall.acknowledged_at,
            "",
            "acknowledge",
            permissions.check_can_acknowledge,
            reader,
            recall,
        ),
        noticed=_said(
            recall.noticed_by,
            recall.noticed_at,
            _notice(recall),
            "notice",
            permissions.check_can_decide_notice,
            reader,
            recall,
        ),
        confirmed=_said(
            recall.confirmed_by,
            recall.confirmed_at,
            recall.fix,
            "confirm",
            permissions.check_can_confirm,
            reader,
            recall,
        ),
    )


def _said(
    by: User | None, at: datetime | None, text: str, act: str, check: Any, reader: User, recall: Recall
) -> Said:
    url = reverse(f"reviews:recall_{act}", args=[recall.pk])
    return Said(
        at is not None, by.name if by else "", at, text, Button(url, *access.allowed(check, reader, recall))
    )


def _notice(recall: Recall) -> str:
    if recall.notify is None:
        return ""
    return f"{'The customer is told' if recall.notify else 'The customer is not told'}: {recall.notice}"


def _decided(interaction: Interaction) -> str:
    """By whom what went out was decided: that stays as it was."""
    decision = interaction.final_decision
    if decision is None:
        return "Straight through: nobody decided"
    return f"{Verdict(decision.verdict).label}, {decision.decided_by.name} ({decision.authority})"


def _case(interaction: Interaction) -> str:
    case = getattr(interaction, "case", None)
    return reverse("reviews:case", args=[case.pk]) if case else ""
