"""Corrective actions and findings in people's hands: done, handed over, verified, closed (F11)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid
from audit.services import recording
from contracts.models import User
from contracts.selectors import authority
from contracts.services import notifications
from contracts.services.acting import actor
from reviews import permissions
from reviews.domain import texts
from reviews.domain.transitions import CORRECTIVE_ACTION, before
from reviews.enums import ActionState
from reviews.models import CorrectiveAction, RecalibrationFinding
from reviews.permissions.consequences import MOVED
from reviews.selectors import consequences as selector
from reviews.services import trail

SHORTEST = 10


@transaction.atomic
def finish(*, action_id: UUID, by: User, done: str, at: datetime) -> CorrectiveAction:
    """Its owner says what he did. Raises NotAllowed for everybody else, Conflict where it was said, Invalid where nothing
    is said."""
    action = selector.held(action_id)
    permissions.check_can_finish(by, action)
    done = _said(done, "done", "Say what was done.")
    _move(action, ActionState.DONE, owner=by, changes={"done": done, "done_at": at, "done_by": by})
    facts = {"action": action.pk, "in_time": at <= action.due_at}
    _record(action, "action.done", facts, by, at, {"done": done})
    return selector.found(action.pk)


@transaction.atomic
def assign(*, action_id: UUID, by: User, to: str, at: datetime) -> CorrectiveAction:
    """Give an open action to somebody else who may own it. Raises NotAllowed, Conflict once it is done, Invalid for
    anybody who may not own it."""
    action = selector.held(action_id)
    permissions.check_can_assign(by, action)
    person = next((one for one in selector.owners(action.process) if str(one.pk) == to), None)
    if person is None or person.pk == action.owner_id:
        raise Invalid("owner", "Choose somebody else who may own it.", "to")
    open_ = CorrectiveAction.objects.filter(pk=action.pk, state=ActionState.OPEN)
    if not open_.update(owner=person):
        raise Conflict("action_moved", MOVED)
    _record(action, "action.assigned", {"action": action.pk, "owner": person.pk}, by, at)
    _tell(person, action, "a corrective action is yours", at)
    return selector.found(action.pk)


@transaction.atomic
def verify(*, action_id: UUID, by: User, at: datetime) -> CorrectiveAction:
    """Somebody else looked that it helps: the action is over. Raises NotAllowed for its owner and whoever did it."""
    action = selector.held(action_id)
    permissions.check_can_verify(by, action)
    _move(action, ActionState.VERIFIED, owner=action.owner, changes={"verified_at": at, "verified_by": by})
    took = int((at - action.created_at).total_seconds())
    _record(action, "action.verified", {"action": action.pk, "seconds": took}, by, at)
    return selector.found(action.pk)


@transaction.atomic
def give_back(*, action_id: UUID, by: User, why: str, at: datetime) -> CorrectiveAction:
    """It does not help: its owner has it again, with the reason. Raises as `verify` does, and Invalid without one."""
    action = selector.held(action_id)
    permissions.check_can_verify(by, action)
    why = _said(why, "why", "Say what is missing.")
    changes = {"returned": why, "done_at": None, "done_by": None}
    _move(action, ActionState.OPEN, owner=action.owner, changes=changes)
    _record(action, "action.returned", {"action": action.pk}, by, at, {"why": why})
    if action.owner is not None:
        _tell(action.owner, action, "a corrective action came back to you", at)
    return selector.found(action.pk)


@transaction.atomic
def close_finding(*, finding_id: UUID, by: User, changed: str, at: datetime) -> RecalibrationFinding:
    """Say what was changed, so that it does not fail again; from here on its failures count anew. Raises NotAllowed,
    Conflict where it is closed, Invalid where nothing is said."""
    finding = selector.finding(by, finding_id)
    permissions.check_can_close_finding(by, finding)
    changed = _said(changed, "changed", "Say what was changed.")
    open_ = RecalibrationFinding.objects.filter(pk=finding.pk, closed_at__isnull=True)
    if not open_.update(changed=changed, closed_at=at, closed_by=by):
        raise Conflict("finding_closed", "This finding is closed already.")
    process = finding.process
    recording.record(
        log=process.client.log_key,
        action="qa.recalibration_closed",
        actor=actor(by, authority.role_on(by, process)),
        target=Target("recalibration_finding", str(finding.pk), finding.item, "process", str(process.pk)),
        facts={"item": finding.item, "seconds": int((at - finding.created_at).total_seconds())},
        personal={"changed": changed},
        subject=str(finding.pk),
        at=at,
        client=process.client.slug,
        process=process.code,
    )
    return selector.finding(by, finding_id)


def _said(text: str, field: str, sentence: str) -> str:
    text = texts.clean(text, field, required=sentence)
    if len(text) < SHORTEST:
        raise Invalid("text_short", f"{sentence} At least {SHORTEST} characters.", field)
    return text


def _move(
    action: CorrectiveAction, state: ActionState, *, owner: User | None, changes: Mapping[str, Any]
) -> None:
    stands = CorrectiveAction.objects.filter(
        pk=action.pk, state__in=before(CORRECTIVE_ACTION, state), owner=owner
    )
    if not stands.update(state=state, **changes):
        raise Conflict("action_moved", MOVED)


def _record(
    action: CorrectiveAction,
    name: str,
    facts: Mapping[str, Any],
    by: User,
    at: datetime,
    personal: Mapping[str, str] | None = None,
) -> None:
    interaction = action.interaction
    recording.record_many(
        [
            trail.entry(
                interaction=interaction,
                action=name,
                by=by,
                role=authority.role_on(by, interaction.process),
                facts=facts,
                at=at,
                personal=personal,
                target=Target("corrective_action", str(action.pk), "", "interaction", str(interaction.pk)),
            )
        ]
    )


def _tell(person: User, action: CorrectiveAction, what: str, at: datetime) -> None:
    notifications.notify(
        user=person,
        subject=f"{action.process.code}: {what}",
        body="",
        link=reverse("reviews:action", args=[action.pk]),
        at=at,
    )
