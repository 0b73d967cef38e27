"""Whose an escalation is: exactly one person at any time, with one open step that says since when (C5)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from audit.domain.envelope import Actor
from audit.errors import Conflict
from audit.services import recording
from contracts.models import User
from contracts.services import notifications
from reviews.enums import CaseState
from reviews.models import Case, Escalation, EscalationStep, Interaction
from reviews.services import trail

CLOCK = Actor.system("escalation")


def give(
    escalation: Escalation, person: User, *, by: User | Actor, cause: str, at: datetime, why: str = ""
) -> None:
    """Give a running escalation to another person at the level where it stands; the clock runs on. Part of the
    caller's transaction.

    Raises Conflict where it has just moved on.
    """
    changed = Escalation.objects.filter(
        pk=escalation.pk, owner=escalation.owner_id, resolved_at__isnull=True
    ).update(owner=person)
    if not changed:
        raise Conflict("moved", "This escalation has just moved on.")
    escalation.steps.filter(ended_at__isnull=True).update(ended_at=at, end="handed_over")
    escalation.refresh_from_db()
    take(escalation, at)
    facts = {"case": escalation.case_id, "level": escalation.level, "owner": person.pk, "cause": cause}
    record(escalation, "ownership.reassigned", by, facts, at, {"why": why})
    tell(person, escalation, "A case was given to you", escalation.question, at)


def take(escalation: Escalation, at: datetime) -> None:
    """The case is its owner's from now on, at the level where the escalation stands. Part of the caller's
    transaction."""
    EscalationStep.objects.create(
        escalation=escalation,
        level=escalation.level,
        owner_id=escalation.owner_id,
        started_at=at,
        ack_due_at=escalation.ack_due_at,
        resolve_due_at=escalation.resolve_due_at,
        acknowledged_at=escalation.acknowledged_at,
    )
    Case.objects.filter(pk=escalation.case_id, state=CaseState.ESCALATED).update(owner=escalation.owner_id)


def record(
    escalation: Escalation,
    action: str,
    by: User | Actor,
    facts: Mapping[str, Any],
    at: datetime,
    personal: Mapping[str, str] | None = None,
) -> None:
    """Record an event of an escalation. Part of the caller's transaction."""
    interaction = Interaction.objects.select_related("process__client").get(pk=escalation.case.interaction_id)
    recording.record_many(
        [trail.entry(interaction=interaction, action=action, by=by, facts=facts, personal=personal, at=at)]
    )


def tell(user: User, escalation: Escalation, subject: str, body: str, at: datetime) -> None:
    """A message to somebody about a case that is escalated. Of a control item nobody hears."""
    if escalation.case.meant_for_id is not None:
        return
    link = reverse("reviews:case", args=[escalation.case_id])
    notifications.notify(user=user, subject=subject, body=body, link=link, at=at)
