"""Reminders of corrective actions that are late (F11): the owner first, some days later also whoever leads him."""

import logging
from datetime import datetime

from django.db import DatabaseError, transaction
from django.urls import reverse

from audit.domain.envelope import Actor, Target
from audit.services import recording
from contracts import access
from contracts.domain import sla_clock
from contracts.domain.roles import MANAGE_PROCESS, VIEW_STORY
from contracts.models import User
from contracts.selectors import calendars
from contracts.services import notifications
from reviews.enums import ActionState
from reviews.models import CorrectiveAction
from reviews.selectors import consequences as selector
from reviews.services import trail

# Business days after which a late action is no longer its owner's affair alone.
LATE_DAYS = 3
OWNER, LEAD = 1, 2
_QA = Actor.system("qa")

logger = logging.getLogger(__name__)


def remind_due(*, at: datetime) -> int:
    """Remind of what is open past its day; returns how many actions somebody was reminded of now.

    A sweep: it may run twice and beside itself, and each step is taken once for an action.
    """
    late = CorrectiveAction.objects.filter(state=ActionState.OPEN, due_at__lt=at, reminded__lt=LEAD)
    reminded = 0
    for pk in list(late.order_by("due_at", "pk").values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                reminded += _remind(selector.found(pk), at)
        except DatabaseError:
            # One that fails must not keep the others: the next sweep tries it again.
            logger.exception("Nobody could be reminded of the corrective action %s", pk)
    return reminded


def _remind(action: CorrectiveAction, at: datetime) -> bool:
    """Take the step that is due; False where it was taken, or the action moved on."""
    limit = sla_clock.add_days(action.due_at, LATE_DAYS, calendars.terms(action.process.calendar))
    step = LEAD if at >= limit else OWNER
    stands = CorrectiveAction.objects.filter(
        pk=action.pk, state=ActionState.OPEN, owner=action.owner, reminded__lt=step
    )
    if not stands.update(reminded=step):
        return False
    told = _people(action, step)
    facts = {
        "action": action.pk,
        "owner": action.owner_id,
        "due_at": action.due_at,
        "step": step,
        "told": [person.pk for person in told],
    }
    target = Target("corrective_action", str(action.pk), "", "interaction", str(action.interaction_id))
    recording.record_many(
        [
            trail.entry(
                interaction=action.interaction,
                action="action.overdue",
                by=_QA,
                facts=facts,
                at=at,
                target=target,
            )
        ]
    )
    whose = action.owner.name if action.owner else "nobody"
    for person in told:
        own = person.pk == action.owner_id
        notifications.notify(
            user=person,
            subject=f"{action.process.code}: "
            + ("your corrective action is overdue" if own else "a corrective action is overdue"),
            body="Say what you did about it, or hand it over."
            if own
            else f"It belongs to {whose}. See that it is done, or hand it over.",
            link=reverse("reviews:action", args=[action.pk]),
            at=at,
        )
    return True


def _people(action: CorrectiveAction, step: int) -> list[User]:
    """Whom a step tells: the owner; at the second one also his lead, and without one whoever manages the process. An action
    that nobody owns concerns these at once."""
    owner, process = action.owner, action.process
    told = [owner] if owner is not None else []
    if owner is not None and step == OWNER:
        return told
    lead = owner.lead if owner is not None else None
    if lead is not None and access.can(lead, VIEW_STORY, process):
        return [*told, lead]
    managers = access.holders(process, MANAGE_PROCESS).order_by("name", "pk")
    return [*told, *(person for person in managers if owner is None or person.pk != owner.pk)]
