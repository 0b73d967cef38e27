"""Escalation: a case goes up the path, level by level, and always belongs to exactly one person (C1, C4, C5).

The path is frozen with the escalation. Limits are business minutes of each level's calendar; when one runs out the
case moves up and both levels are told.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F, Q
from django.urls import reverse

from audit.domain.envelope import Actor
from audit.errors import Conflict, Invalid, NotVisible
from audit.services import recording
from contracts.models import User
from contracts.selectors import paths
from contracts.services import notifications
from reviews import permissions
from reviews.domain import redaction, texts
from reviews.enums import CaseState, ClaimEnd, EscalationReason, EscalationState, InteractionState
from reviews.models import Case, Decision, Escalation, EscalationStep, Interaction
from reviews.selectors import levels, packages
from reviews.services import claims, trail

logger = logging.getLogger(__name__)

QUESTION = "Say what you need decided."
_CLOCK = Actor.system("escalation")


@transaction.atomic
def escalate(*, case_id: UUID, user: User, question: str, at: datetime, unsure: bool = False) -> Escalation:
    """A reviewer hands the case he holds up the path, with a question. *Unsure* is a healthy answer, not a fault (D9).

    Raises Invalid without a question (not asked of somebody who is unsure), Conflict where the case is not in hand.
    """
    claims.lock(case_id)
    case = claims.load(case_id)
    permissions.check_can_see_case(user, case)
    if case.state == CaseState.ESCALATED:
        raise Conflict("escalated", "This case is escalated already.")
    permissions.check_holds(user, case, at)
    question = texts.clean(question, "question", required="" if unsure else QUESTION)
    if not claims.end(case=case, user=user, at=at, how=ClaimEnd.ESCALATED):
        raise Conflict(
            "lease_lapsed", "You do not hold this case any more. Your draft is kept; claim it again."
        )
    if unsure:
        recording.record_many(
            [
                trail.entry(
                    interaction=case.interaction,
                    action="review.unsure",
                    by=user,
                    role="reviewer",
                    facts={"case": case.pk},
                    personal={"question": question},
                    at=at,
                )
            ]
        )
    reason = EscalationReason.UNSURE if unsure else EscalationReason.REVIEWER
    return open_path(case=case, reason=reason, question=question, by=user, at=at)


@transaction.atomic
def escalate_by_agent(*, interaction: Interaction, agent: User, question: str, at: datetime) -> Escalation:
    """An AI agent asks for a person to decide its own waiting interaction (C1). Raises Conflict where none waits."""
    permissions.check_is_agent_of(agent, interaction)
    question = texts.clean(question, "question", required=QUESTION)
    case_id = Case.objects.filter(interaction=interaction).values_list("pk", flat=True).first()
    if case_id is not None:
        claims.lock(case_id)
    if case_id is None or (case := claims.load(case_id)).state != CaseState.WAITING:
        raise Conflict("not_waiting", "This interaction is not waiting in a queue.")
    shown = redaction.redact_text(question).text
    return open_path(case=case, reason=EscalationReason.AGENT, question=shown, by=agent, at=at)


def open_path(
    *,
    case: Case,
    reason: EscalationReason,
    question: str,
    by: User | None,
    at: datetime,
    path: list[dict[str, Any]] | None = None,
    version: int = 1,
) -> Escalation:
    """Open an escalation on the path in force, at the first level where somebody is there who has not decided on the
    case yet. Part of the caller's transaction.

    Raises Conflict where the process has no path, or where one is running already.
    """
    if path is None:
        defined = paths.in_force(case.process, case.trigger_class)
        if defined is None:
            raise Conflict("no_path", "This process has no escalation path yet: ask the operations manager.")
        path, version = paths.frozen(defined), defined.version
    first, owner = levels.begin(path, case, by)
    ack_due, resolve_due = levels.limits(first, at)
    try:
        with transaction.atomic():
            escalation = Escalation.objects.create(
                case=case,
                process=case.process,
                reason=reason,
                question=question,
                package=packages.of(case),
                path=path,
                path_version=version,
                level=first["level"],
                owner=owner,
                opened_by=by,
                opened_at=at,
                ack_due_at=ack_due,
                resolve_due_at=resolve_due,
                promote_at=ack_due,
            )
    except IntegrityError:
        raise Conflict("escalated", "This case is escalated already.") from None
    _start_step(escalation, at)
    _own(case, owner)
    facts = {
        "case": case.pk,
        "reason": reason,
        "level": first["level"],
        "owner": owner.pk,
        "ack_due_at": ack_due,
        "resolve_due_at": resolve_due,
        "path_version": version,
        "trigger_class": case.trigger_class,
    }
    recording.record_many(
        [
            trail.entry(
                interaction=case.interaction,
                action="escalation.opened",
                by=by or _CLOCK,
                facts=facts,
                personal={"question": question},
                at=at,
            )
        ]
    )
    _tell(owner, case, f"A case needs you: {reason.label}", question, at)
    return escalation


@transaction.atomic
def acknowledge(*, escalation_id: UUID, user: User, at: datetime) -> Escalation:
    """The owner takes it on: the clock of acknowledgement stops, that of resolution runs on."""
    escalation = _lock_and_load(escalation_id, user)
    permissions.check_can_own(user, escalation)
    changed = Escalation.objects.filter(
        pk=escalation.pk, owner=user, state=EscalationState.OPEN, resolved_at__isnull=True
    ).update(
        state=EscalationState.ACKNOWLEDGED,
        acknowledged_at=at,
        acknowledged_by=user,
        promote_at=escalation.resolve_due_at,
    )
    if not changed:
        raise Conflict("not_open", "There is nothing to acknowledge any more.")
    escalation.steps.filter(ended_at__isnull=True).update(acknowledged_at=at)
    _record(
        escalation,
        "escalation.acknowledged",
        user,
        {"case": escalation.case_id, "level": escalation.level},
        at,
    )
    escalation.refresh_from_db()
    return escalation


@transaction.atomic
def hand_over(*, escalation_id: UUID, user: User, to: str, reason: str, at: datetime) -> Escalation:
    """The owner gives it to the other person named for this level. Raises Invalid for anybody else."""
    escalation = _lock_and_load(escalation_id, user)
    permissions.check_can_own(user, escalation)
    if escalation.resolved_at is not None:
        raise Conflict("resolved", "This escalation is resolved already.")
    reason = texts.clean(reason, "reason")
    level = levels.of(escalation)
    named = {level["person"], level["deputy"]} - {None, str(user.pk)}
    if to not in named:
        raise Invalid("not_named", "It can be given to the person or the deputy named for this level.", "to")
    person = levels.present(escalation.process).filter(pk=to).first()
    if person is None:
        raise Invalid("not_named", "That account is closed.", "to")
    _give(escalation, person, user, "handed_over", at, reason)
    return escalation


def resolve(*, escalation: Escalation, decision: Decision, by: User, at: datetime) -> None:
    """Close a running escalation by the decision that was made. Part of the caller's transaction."""
    running = Escalation.objects.filter(pk=escalation.pk, resolved_at__isnull=True)
    # Whoever decides has taken it on.
    if running.filter(acknowledged_at__isnull=True).update(acknowledged_at=at, acknowledged_by=by):
        escalation.steps.filter(ended_at__isnull=True).update(acknowledged_at=at)
    if not running.update(state=EscalationState.RESOLVED, resolved_at=at, resolved_by=by, promote_at=None):
        raise Conflict("resolved", "This escalation is resolved already.")
    escalation.steps.filter(ended_at__isnull=True).update(ended_at=at, end="resolved")
    facts = {"case": escalation.case_id, "level": escalation.level, "decision": decision.pk}
    _record(escalation, "escalation.resolved", by, facts, at)


def reopen(*, escalation: Escalation, at: datetime) -> None:
    """Undo took the decision back: the escalation runs on where it stood. Part of the caller's transaction."""
    # Nobody above and no time left: that was told already, or is seen by the person who has just taken it back.
    over = escalation.resolve_due_at <= at and levels.above(escalation) is None
    Escalation.objects.filter(pk=escalation.pk).update(
        state=EscalationState.ACKNOWLEDGED,
        resolved_at=None,
        resolved_by=None,
        promote_at=None if over else max(escalation.resolve_due_at, at),
    )
    last = escalation.steps.order_by("-started_at", "-pk").first()
    if last is not None:
        EscalationStep.objects.filter(pk=last.pk).update(ended_at=None, end="")


def promote_due(*, at: datetime, limit: int = 200) -> int:
    """Move up whatever ran out of time, and reassign whatever belongs to somebody who is not there any more; returns
    how many moved.

    A sweep: each escalation in its own transaction, by conditional update, so that it may run twice and beside itself.
    """
    running = Escalation.objects.filter(resolved_at__isnull=True)
    due = running.filter(Q(promote_at__lte=at) | Q(pk__in=levels.orphans(running)))
    moved = 0
    for pk, case in due.order_by(F("promote_at").asc(nulls_last=True), "pk").values_list("pk", "case")[
        :limit
    ]:
        try:
            with transaction.atomic():
                claims.lock(case)
                moved += _move(pk, at)
        except DatabaseError:
            # One that fails must not keep the others: the next sweep tries it again.
            logger.exception("The escalation %s could not be moved", pk)
    return moved


def _move(pk: UUID, at: datetime) -> int:
    escalation = Escalation.objects.select_related("case", "owner", "process").get(pk=pk)
    if escalation.resolved_at is not None:
        return 0
    if escalation.promote_at is not None and escalation.promote_at <= at:
        cause = "not_acknowledged" if escalation.state == EscalationState.OPEN else "not_resolved"
        return _promote(escalation, cause, at)
    if not levels.present(escalation.process).filter(pk=escalation.owner_id).exists():
        return _replace_absent(escalation, at)
    return 0


def _promote(escalation: Escalation, cause: str, at: datetime) -> int:
    """One level up, or — at the top — one reminder that it is overdue."""
    above = levels.above(escalation)
    still = Escalation.objects.filter(
        pk=escalation.pk, level=escalation.level, promote_at=escalation.promote_at, resolved_at__isnull=True
    )
    if above is None:
        if not still.update(promote_at=None):
            return 0
        facts = {"case": escalation.case_id, "level": escalation.level}
        _record(escalation, "escalation.overdue", _CLOCK, facts, at)
        _tell(
            escalation.owner, escalation.case, "A case is overdue with you", "There is nobody above you.", at
        )
        return 1
    owner = levels.owner(above, escalation.case, escalation.opened_by_id)
    ack_due, resolve_due = levels.limits(above, at)
    changed = still.update(
        level=above["level"],
        owner=owner,
        state=EscalationState.OPEN,
        acknowledged_at=None,
        acknowledged_by=None,
        ack_due_at=ack_due,
        resolve_due_at=resolve_due,
        promote_at=ack_due,
    )
    if not changed:
        return 0
    escalation.steps.filter(ended_at__isnull=True).update(ended_at=at, end="promoted")
    before, previous = escalation.level, escalation.owner
    escalation.refresh_from_db()
    _start_step(escalation, at)
    _own(escalation.case, owner)
    facts = {
        "case": escalation.case_id,
        "from_level": before,
        "level": escalation.level,
        "owner": owner.pk,
        "cause": cause,
        "ack_due_at": ack_due,
        "resolve_due_at": resolve_due,
    }
    _record(escalation, "escalation.promoted", _CLOCK, facts, at)
    _tell(owner, escalation.case, f"A case moved up to you from level {before}", escalation.question, at)
    _tell(
        previous,
        escalation.case,
        f"A case moved on from you to level {escalation.level}",
        "Its time ran out.",
        at,
    )
    return 1


def _replace_absent(escalation: Escalation, at: datetime) -> int:
    """The owner is not there any more: the other person of the level takes over, or else the next level."""
    person = levels.candidate(levels.of(escalation), escalation.case, escalation.opened_by_id)
    if person is not None:
        _give(escalation, person, _CLOCK, "owner_gone", at)
        return 1
    if levels.above(escalation) is None:
        return 0
    return _promote(escalation, "owner_gone", at)


def _give(
    escalation: Escalation, person: User, by: User | Actor, cause: str, at: datetime, why: str = ""
) -> None:
    changed = Escalation.objects.filter(
        pk=escalation.pk, owner=escalation.owner_id, resolved_at__isnull=True
    ).update(owner=person)
    if not changed:
        raise Conflict("moved", "This escalation has just moved on.")
    escalation.steps.filter(ended_at__isnull=True).update(ended_at=at, end="handed_over")
    escalation.refresh_from_db()
    _start_step(escalation, at)
    _own(escalation.case, person)
    facts = {"case": escalation.case_id, "level": escalation.level, "owner": person.pk, "cause": cause}
    _record(escalation, "ownership.reassigned", by, facts, at, {"why": why})
    _tell(person, escalation.case, "A case was given to you", escalation.question, at)


def _lock_and_load(escalation_id: UUID, user: User) -> Escalation:
    found = Escalation.objects.select_related("case__queue", "process__client", "owner").filter(
        pk=escalation_id
    )
    escalation = found.first()
    if escalation is None:
        raise NotVisible("not_found", "There is no such escalation that you can see.")
    claims.lock(escalation.case_id)
    # Read again: it may have moved on while somebody else had the case.
    escalation = found.get()
    escalation.case.process = escalation.case.queue.process = escalation.process
    permissions.check_can_see_case(user, escalation.case)
    return escalation


def _start_step(escalation: Escalation, at: datetime) -> None:
    EscalationStep.objects.create(
        escalation=escalation,
        level=escalation.level,
        owner_id=escalation.owner_id,
        started_at=at,
        ack_due_at=escalation.ack_due_at,
        resolve_due_at=escalation.resolve_due_at,
        acknowledged_at=escalation.acknowledged_at,
    )


def _own(case: Case, owner: User) -> None:
    Case.objects.filter(pk=case.pk).update(state=CaseState.ESCALATED, owner=owner)
    Interaction.objects.filter(pk=case.interaction_id).update(state=InteractionState.ESCALATED)


def _record(
    escalation: Escalation,
    action: str,
    by: User | Actor,
    facts: dict,
    at: datetime,
    personal: Mapping[str, str] | None = None,
) -> None:
    interaction = Interaction.objects.select_related("process__client").get(pk=escalation.case.interaction_id)
    recording.record_many(
        [trail.entry(interaction=interaction, action=action, by=by, facts=facts, personal=personal, at=at)]
    )


def _tell(user: User, case: Case, subject: str, body: str, at: datetime) -> None:
    link = reverse("reviews:case", args=[case.pk])
    notifications.notify(user=user, subject=subject, body=body, link=link, at=at)
