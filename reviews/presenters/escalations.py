"""Escalations as their owners and overseers read them: whose, since when, by when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from contracts.models import User
from contracts.presenters.parts import State
from reviews.domain import keysets
from reviews.enums import EscalationReason, EscalationState
from reviews.models import Escalation, EscalationDrillCall
from reviews.presenters import drills, words
from reviews.presenters.drills import MyCall


@dataclass(frozen=True)
class Row:
    id: UUID
    short: str
    url: str
    process: str
    step: str
    level: str
    owner: str
    reason: str
    question: str
    asked_by: str
    opened: datetime
    state: State
    acknowledge: str
    acknowledge_late: bool
    resolve: str
    resolve_late: bool
    to_acknowledge: bool
    successor_id: str
    successor: str


@dataclass(frozen=True)
class EscalationsPage:
    calls: list[MyCall]
    mine: list[Row]
    others: list[Row]
    first_url: str
    next_url: str


def escalations_page(
    owned: list[Escalation],
    others: list[Escalation],
    calls: list[EscalationDrillCall],
    *,
    more: bool,
    first: bool,
    people: dict[str, User],
    at: datetime,
) -> EscalationsPage:
    here = reverse("reviews:escalations")
    last = others[-1] if others and more else None
    return EscalationsPage(
        calls=drills.mine(calls, at),
        mine=[_row(escalation, people, at) for escalation in owned],
        others=[_row(escalation, people, at) for escalation in others],
        first_url="" if first else here,
        next_url=f"{here}?{urlencode({'after': keysets.write(last.resolve_due_at, last.pk)})}"
        if last
        else "",
    )


def _row(escalation: Escalation, people: dict[str, User], at: datetime) -> Row:
    level: dict[str, Any] = next((one for one in escalation.path if one["level"] == escalation.level), {})
    taken = escalation.acknowledged_at is not None
    named = [level.get("person"), level.get("deputy")]
    successor = next((people[pk] for pk in named if pk in people and pk != str(escalation.owner_id)), None)
    return Row(
        id=escalation.pk,
        short=words.short_id(escalation.case_id),
        url=reverse("reviews:case", args=[escalation.case_id]),
        process=escalation.process.name,
        step=escalation.case.interaction.step.name,
        level=f"{level['name']}, {words.role(level['role'])}" if level else f"L{escalation.level}",
        owner=escalation.owner.name,
        reason=EscalationReason(escalation.reason).label,
        question=escalation.question,
        asked_by=escalation.opened_by.name if escalation.opened_by else "Countersign",
        opened=escalation.opened_at,
        state=State("Taken on", "info", "person") if taken else State("Not taken on yet", "warn", "clock"),
        acknowledge="" if taken else words.limit(escalation.ack_due_at, at),
        acknowledge_late=not taken and escalation.ack_due_at < at,
        resolve=words.limit(escalation.resolve_due_at, at),
        resolve_late=escalation.resolve_due_at < at,
        to_acknowledge=escalation.state == EscalationState.OPEN,
        successor_id=str(successor.pk) if successor else "",
        successor=successor.name if successor else "",
    )
