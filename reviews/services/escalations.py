"""Escalation: a case goes up the path, level by level, and always belongs to exactly one person (C1, C4, C5).

The path is frozen with the escalation. Limits are business minutes of each level's calendar; when one runs out the
case moves up and both levels are told.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse

from audit.domain.envelope import Actor
from audit.errors import Conflict, Invalid, NotVisible
from audit.services import recording
from contracts.domain import sla_clock
from contracts.models import User
from contracts.selectors import calendars, paths
from contracts.services import notifications
from reviews import permissions
from reviews.enums import CaseState, ClaimEnd, EscalationReason, EscalationState, InteractionState
from reviews.models import Case, Decision, Escalation, EscalationStep, Interaction
from reviews.services import claims, trail

_CLOCK = Actor.system("escalation")


@transaction.atomic
def escalate(*, case_id: UUID, user: User, question: str, at: datetime, unsure: bool = False) -> Escalation:
    """A reviewer hands the case he holds up the path, with a question. *Unsure* is a healthy answer, not a fault (D9).

    Raises Invalid without a question (not asked of somebody who is unsure), Conflict where the case is not in hand.
    """
    case = claims.load(case_id)
    permissions.check_can_see_case(user, case)
    if case.state == CaseState.ESCALATED:
        raise Conflict("escalated", "This case is escalated already.")
    permissions.check_holds(user, case, at)
    question = question.strip()
    if not question and not unsure:
        raise Invalid("question_required", "Say what you need decided.", "question")
    if not claims.end(case=case, user=user, at=at, how=ClaimEnd.ESCALATED):
        raise Conflict("lease_lapsed", "You do not hold this case any more. Your draft is kept; claim it again.")
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
    case = Case.objects.filter(interaction=interaction, state=CaseState.WAITING).first()
    if case is None:
        raise Conflict("not_waiting", "This interaction is not waiting in a queue.")
    if not question.strip():
        raise Invalid("question_required", "Say what you need decided.", "question")
    return open_path(
        case=claims.load(case.pk), reason=EscalationReason.AGENT, question=question.strip(), by=agent, at=at
    )


def open_path(
    *,
    case: Case,
    reason: EscalationReason,
    question: str,
    by: User | None,
    at: datetime,
    levels: list[dict[str, Any]] | None = None,
) -> Escalation:
    """Open an escalation at the first level of the path in force. Part of the caller's transaction.

    Raises Conflict where the process has no path, or where one is running already.
    """
    version = 1
    if levels is None:
        path = paths.in_force(case.process, case.trigger_class)
        if path is None:
            raise Conflict("no_path", "This process has no escalation path yet: ask the operations manager.")
        levels, version = paths.frozen(path), path.version
    first = levels[0]
    owner = _owner(first, exclude=by)
    ack_due, resolve_due = _limits(first, at)
    try:
        with transaction.atomic():
            escalation = Escalation.objects.create(
                case=case,
                process=case.process,
                reason=reason,
                question=question,
                package=_package(case),
                path=levels,
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
    escalation = _load(escalation_id, user)
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
    _record(escalation, "escalation.acknowledged", user, {"case": escalation.case_id, "level": escalation.level}, at)
    escalation.refresh_from_db()
    return escalation


@transaction.atomic
def hand_over(*, escalation_id: UUID, user: User, to: str, reason: str, at: datetime) -> Escalation:
    """The owner gives it to the other person named for this level. Raises Invalid for anybody else."""
    escalation = _load(escalation_id, user)
    permissions.check_can_own(user, escalation)
    level = _level(escalation)
    named = {level["person"], level["deputy"]} - {None, str(user.pk)}
    if to not in named:
        raise Invalid("not_named", "It can be given to the person or the deputy named for this level.", "to")
    person = User.objects.filter(pk=to, is_active=True).first()
    if person is None:
        raise Invalid("not_named", "That account is closed.", "to")
    _give(escalation, person, user, reason or "handed over", at)
    return escalation


def resolve(*, escalation: Escalation, decision: Decision, by: User, at: datetime) -> None:
    """Close a running escalation by the decision that was made. Part of the caller's transaction."""
    changed = Escalation.objects.filter(pk=escalation.pk, resolved_at__isnull=True).update(
        state=EscalationState.RESOLVED, resolved_at=at, resolved_by=by, promote_at=None
    )
    if not changed:
        raise Conflict("resolved", "This escalation is resolved already.")
    escalation.steps.filter(ended_at__isnull=True).update(ended_at=at, end="resolved")
    facts = {"case": escalation.case_id, "level": escalation.level, "decision": decision.pk}
    _record(escalation, "escalation.resolved", by, facts, at)


def reopen(*, escalation: Escalation, at: datetime) -> None:
    """Undo took the decision back: the escalation runs on where it stood. Part of the caller's transaction."""
    Escalation.objects.filter(pk=escalation.pk).update(
        state=EscalationState.ACKNOWLEDGED,
        resolved_at=None,
        resolved_by=None,
        promote_at=max(escalation.resolve_due_at, at),
    )
    last = escalation.steps.order_by("-started_at", "-pk").first()
    if last is not None:
        EscalationStep.objects.filter(pk=last.pk).update(ended_at=None, end="")


def promote_due(*, at: datetime, limit: int = 200) -> int:
    """Move up whatever ran out of time, and reassign whatever belongs to a closed account; returns how many moved.

    A sweep: each escalation in its own transaction, by conditional update, so that it may run twice and beside itself.
    """
    due = Escalation.objects.filter(resolved_at__isnull=True).filter(
        Q(promote_at__lte=at) | Q(owner__is_active=False)
    )
    moved = 0
    for pk in due.order_by("promote_at", "pk").values_list("pk", flat=True)[:limit]:
        with transaction.atomic():
            escalation = Escalation.objects.select_related("case", "owner", "process").get(pk=pk)
            if escalation.promote_at is not None and escalation.promote_at <= at:
                moved += _promote(escalation, at)
            elif not escalation.owner.is_active:
                moved += _replace_absent(escalation, at)
    return moved


def _promote(escalation: Escalation, at: datetime) -> int:
    """One level up, or — at the top — one reminder that it is overdue."""
    cause = "not_acknowledged" if escalation.state == EscalationState.OPEN else "not_resolved"
    above = next((level for level in escalation.path if level["level"] > escalation.level), None)
    still = Escalation.objects.filter(
        pk=escalation.pk, level=escalation.level, promote_at=escalation.promote_at, resolved_at__isnull=True
    )
    if above is None:
        if not still.update(promote_at=None):
            return 0
        facts = {"case": escalation.case_id, "level": escalation.level}
        _record(escalation, "escalation.overdue", _CLOCK, facts, at)
        _tell(escalation.owner, escalation.case, "A case is overdue with you", "There is nobody above you.", at)
        return 1
    owner = _owner(above, exclude=None)
    ack_due, resolve_due = _limits(above, at)
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
    _tell(previous, escalation.case, f"A case moved on from you to level {escalation.level}", "Its time ran out.", at)
    return 1


def _replace_absent(escalation: Escalation, at: datetime) -> int:
    """The owner's account is closed: the other person of the level takes over, or else the next level."""
    level = _level(escalation)
    named = [person for person in (level["person"], level["deputy"]) if person and person != str(escalation.owner_id)]
    person = User.objects.filter(pk__in=named, is_active=True).first()
    if person is None:
        if not any(other["level"] > escalation.level for other in escalation.path):
            return 0
        Escalation.objects.filter(pk=escalation.pk, resolved_at__isnull=True).update(promote_at=at)
        escalation.refresh_from_db()
        return _promote(escalation, at)
    _give(escalation, person, _CLOCK, "account closed", at)
    return 1


def _give(escalation: Escalation, person: User, by: User | Actor, cause: str, at: datetime) -> None:
    changed = Escalation.objects.filter(pk=escalation.pk, owner=escalation.owner_id, resolved_at__isnull=True).update(
        owner=person
    )
    if not changed:
        raise Conflict("moved", "This escalation has just moved on.")
    escalation.steps.filter(ended_at__isnull=True).update(ended_at=at, end="handed_over")
    escalation.refresh_from_db()
    _start_step(escalation, at)
    _own(escalation.case, person)
    facts = {"case": escalation.case_id, "level": escalation.level, "owner": person.pk, "cause": cause[:60]}
    _record(escalation, "ownership.reassigned", by, facts, at)
    _tell(person, escalation.case, "A case was given to you", escalation.question, at)


def _load(escalation_id: UUID, user: User) -> Escalation:
    escalation = Escalation.objects.select_related("case__queue", "process__client", "owner").filter(pk=escalation_id).first()
    if escalation is None:
        raise NotVisible("not_found", "There is no such escalation that you can see.")
    escalation.case.process = escalation.process
    permissions.check_can_see_case(user, escalation.case)
    return escalation


def _level(escalation: Escalation) -> dict[str, Any]:
    return next(level for level in escalation.path if level["level"] == escalation.level)


def _owner(level: Mapping[str, Any], exclude: User | None) -> User:
    """The person of a level, or the deputy where that account is closed or is the one who asks."""
    candidates = [level["person"], level["deputy"]]
    people = {str(user.pk): user for user in User.objects.filter(pk__in=[c for c in candidates if c], is_active=True)}
    for candidate in candidates:
        if candidate in people and (exclude is None or people[candidate].pk != exclude.pk):
            return people[candidate]
    for candidate in candidates:
        if candidate in people:
            return people[candidate]
    # Nobody of the level is there: the primary still owns it on paper, and the sweep moves it up at once.
    return User.objects.get(pk=level["person"])


def _limits(level: Mapping[str, Any], at: datetime) -> tuple[datetime, datetime]:
    calendar = calendars.read(level["calendar"])
    return (
        sla_clock.add(at, level["ack_minutes"], calendar),
        sla_clock.add(at, level["resolve_minutes"], calendar),
    )


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


def _package(case: Case) -> dict[str, Any]:
    """C6: what the next person needs to know, attached by itself."""
    tried = [
        {"verdict": decision.verdict, "reason": decision.reason_code, "at": decision.decided_at.isoformat()}
        for decision in case.decisions.filter(withdrawn_at__isnull=True).order_by("round", "pk")
    ]
    return {
        "why_here": [reason["sentence"] for reason in case.interaction.reasons],
        "tried": tried,
        "evidence_opened": sorted(set(case.evidence_views.values_list("panel", flat=True))),
        "due_at": case.due_at.isoformat(),
    }


def _record(escalation: Escalation, action: str, by: User | Actor, facts: dict, at: datetime) -> None:
    interaction = Interaction.objects.select_related("process__client").get(pk=escalation.case.interaction_id)
    recording.record_many([trail.entry(interaction=interaction, action=action, by=by, facts=facts, at=at)])


def _tell(user: User, case: Case, subject: str, body: str, at: datetime) -> None:
    link = reverse("reviews:case", args=[case.pk])
    notifications.notify(user=user, subject=subject, body=body, link=link, at=at)

