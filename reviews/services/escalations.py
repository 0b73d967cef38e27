"""Escalation: a case goes up the path, level by level, and always belongs to exactly one person (C1, C4, C5).

The path is frozen with the escalation. Limits are business minutes of each level's calendar; `promotions` is their
clock.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Greatest

from audit.errors import Conflict, Invalid, NotVisible
from audit.services import recording
from contracts.models import User
from contracts.selectors import paths
from reviews import permissions
from reviews.domain import redaction, texts
from reviews.enums import CaseState, ClaimEnd, EscalationReason, EscalationState, Learning
from reviews.models import Case, Decision, Escalation, EscalationStep, Interaction
from reviews.selectors import cases, levels, packages
from reviews.services import claims, ownership, standing, trail

QUESTION = "Say what you need decided."


@transaction.atomic
def escalate(*, case_id: UUID, user: User, question: str, at: datetime, unsure: bool = False) -> Escalation:
    """A reviewer hands the case he holds up the path, with a question. *Unsure* is a healthy answer, not a fault (D9).

    Raises Invalid without a question (not asked of somebody who is unsure), Conflict where the case is not in hand.
    """
    claims.lock(case_id, user)
    case = cases.load(case_id)
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
        claims.lock(case_id, agent)
    if case_id is None or (case := cases.load(case_id)).state != CaseState.WAITING:
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
        defined = paths.in_force(case.process, case.trigger_class, case.severity)
        if defined is None:
            raise Conflict("no_path", "This process has no escalation path yet: ask the operations manager.")
        path, version = paths.frozen(defined), defined.matrix.version
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
                promote_at=min(ack_due, resolve_due),
            )
    except IntegrityError:
        raise Conflict("escalated", "This case is escalated already.") from None
    if not standing.move(case, CaseState.ESCALATED, owner=owner):
        raise Conflict("moved", "This case has just moved on.")
    ownership.take(escalation, at)
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
                by=by or ownership.CLOCK,
                facts=facts,
                personal={"question": question},
                at=at,
            )
        ]
    )
    ownership.tell(owner, escalation, f"A case needs you: {reason.label}", question, at)
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
        # Taken on after it was overdue, it is not overdue once more.
        promote_at=Greatest("promote_at", "resolve_due_at"),
    )
    if not changed:
        raise Conflict("not_open", "There is nothing to acknowledge any more.")
    escalation.steps.filter(ended_at__isnull=True).update(acknowledged_at=at)
    ownership.record(
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
    ownership.give(escalation, person, by=user, cause="handed_over", at=at, why=reason)
    return escalation


def resolve(
    *, escalation: Escalation, decision: Decision, learning: Learning, by: User, at: datetime
) -> None:
    """Close a running escalation by the decision that was made, and with what it taught (C6). Part of the caller's
    transaction."""
    running = Escalation.objects.filter(pk=escalation.pk, resolved_at__isnull=True)
    # Whoever decides has taken it on.
    if running.filter(acknowledged_at__isnull=True).update(acknowledged_at=at, acknowledged_by=by):
        escalation.steps.filter(ended_at__isnull=True).update(acknowledged_at=at)
    closed = {"state": EscalationState.RESOLVED, "resolved_at": at, "resolved_by": by, "learning": learning}
    if not running.update(**closed):
        raise Conflict("resolved", "This escalation is resolved already.")
    escalation.steps.filter(ended_at__isnull=True).update(ended_at=at, end="resolved")
    facts = {"case": escalation.case_id, "level": escalation.level, "decision": decision.pk}
    ownership.record(escalation, "escalation.resolved", by, facts, at)
    facts = {
        "case": escalation.case_id,
        "level": escalation.level,
        "outcome": decision.verdict,
        "learning": learning,
    }
    ownership.record(escalation, "escalation.closed", by, facts, at)


def reopen(*, escalation: Escalation) -> None:
    """Undo took the decision back: the escalation runs on where it stood. Part of the caller's transaction."""
    Escalation.objects.filter(pk=escalation.pk).update(
        state=EscalationState.ACKNOWLEDGED,
        resolved_at=None,
        resolved_by=None,
        learning="",
        promote_at=Greatest("promote_at", "resolve_due_at"),
    )
    last = escalation.steps.order_by("-started_at", "-pk").first()
    if last is not None:
        EscalationStep.objects.filter(pk=last.pk).update(ended_at=None, end="")


def _lock_and_load(escalation_id: UUID, user: User) -> Escalation:
    found = Escalation.objects.select_related("case__queue", "process__client", "owner").filter(
        pk=escalation_id
    )
    escalation = found.first()
    if escalation is None:
        raise NotVisible("not_found", "There is no such escalation that you can see.")
    claims.lock(escalation.case_id, user)
    # Read again: it may have moved on while somebody else had the case.
    escalation = found.get()
    escalation.case.process = escalation.case.queue.process = escalation.process
    permissions.check_can_see_case(user, escalation.case)
    return escalation
