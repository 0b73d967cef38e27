"""The clock of escalations: whatever ran out of time moves up, whatever belongs to nobody any more is reassigned, and
at the top somebody is reminded until it is decided (C4, C5)."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models import F, Q, QuerySet

from contracts.models import User
from reviews.enums import EscalationReason, EscalationState
from reviews.models import Escalation
from reviews.selectors import finals, levels
from reviews.services import claims, ownership
from reviews.services.ownership import CLOCK

logger = logging.getLogger(__name__)


def promote_due(*, at: datetime, limit: int = 200) -> int:
    """Move up whatever ran out of time, reassign whatever belongs to somebody who is not there any more, and remind of
    what is at the top; returns how many there were.

    A sweep: each escalation in its own transaction, by conditional update, so that it may run twice and beside itself.
    """
    running = Escalation.objects.filter(resolved_at__isnull=True, case__meant_for__isnull=True)
    due = running.filter(Q(promote_at__lte=at) | Q(pk__in=levels.orphans(running)))
    moved = 0
    for pk, case in due.order_by(F("promote_at").asc(nulls_last=True), "pk").values_list("pk", "case")[
        :limit
    ]:
        try:
            with transaction.atomic():
                claims.lock(case, None)
                moved += _move(pk, at)
        except DatabaseError:
            # One that fails must not keep the others: the next sweep tries it again.
            logger.exception("The escalation %s could not be moved", pk)
    return moved


def _move(pk: UUID, at: datetime) -> int:
    escalation = Escalation.objects.select_related("case", "owner", "process").get(pk=pk)
    if escalation.resolved_at is not None:
        return 0
    due = escalation.promote_at is not None and escalation.promote_at <= at
    if due and levels.above(escalation) is not None:
        cause = "not_acknowledged" if escalation.state == EscalationState.OPEN else "not_resolved"
        return _promote(escalation, cause, at)
    there = levels.present(escalation.process).filter(pk=escalation.owner_id).exists()
    if not there and (moved := _replace_absent(escalation, at)):
        return moved
    return _remind(escalation, at, there=there) if due else 0


def _promote(escalation: Escalation, cause: str, at: datetime) -> int:
    """One level up; both levels are told."""
    above = levels.above(escalation)
    assert above is not None  # noqa: S101 — the callers looked
    owner = levels.owner(above, escalation.case, escalation.opened_by_id)
    ack_due, resolve_due = levels.limits(above, at)
    changed = _as_it_stands(escalation).update(
        level=above["level"],
        owner=owner,
        state=EscalationState.OPEN,
        acknowledged_at=None,
        acknowledged_by=None,
        ack_due_at=ack_due,
        resolve_due_at=resolve_due,
        promote_at=min(ack_due, resolve_due),
    )
    if not changed:
        return 0
    escalation.steps.filter(ended_at__isnull=True).update(ended_at=at, end="promoted")
    before, previous = escalation.level, escalation.owner
    escalation.refresh_from_db()
    ownership.take(escalation, at)
    facts = {
        "case": escalation.case_id,
        "from_level": before,
        "level": escalation.level,
        "owner": owner.pk,
        "cause": cause,
        "ack_due_at": ack_due,
        "resolve_due_at": resolve_due,
    }
    ownership.record(escalation, "escalation.promoted", CLOCK, facts, at)
    ownership.tell(owner, escalation, f"A case moved up to you from level {before}", escalation.question, at)
    moved_on = f"A case moved on from you to level {escalation.level}"
    ownership.tell(previous, escalation, moved_on, "Its time ran out.", at)
    return 1


def _replace_absent(escalation: Escalation, at: datetime) -> int:
    """The owner is not there any more: the other person of the level takes over, or else the next level, and at the top
    whoever may decide escalations of the process."""
    final = escalation.reason == EscalationReason.FINAL_DECISION
    level = _final_level(escalation) if final else levels.of(escalation)
    person, cause = levels.candidate(level, escalation.case, escalation.opened_by_id), ""
    if person is None and levels.above(escalation) is not None:
        return _promote(escalation, "owner_gone", at)
    if person is None and not final:
        # The final decision is for those whom the agreement names, and for nobody else (C3).
        person, cause = levels.fallback(escalation), "nobody_named"
    if person is None:
        return 0
    ownership.give(escalation, person, by=CLOCK, cause=cause or "owner_gone", at=at)
    return 1


def _final_level(escalation: Escalation) -> levels.Level:
    """The level with the holders whom the agreement names now: the path keeps the hours under which the escalation began,
    but only those named today may decide (C3)."""
    level, rule = levels.of(escalation), finals.rule_now(escalation.case)
    if rule is None or rule.person_id is None:
        return level
    return {**level, "person": str(rule.person_id), "deputy": str(rule.deputy_id) if rule.deputy_id else None}


def _remind(escalation: Escalation, at: datetime, *, there: bool) -> int:
    """At the top: a reminder when it was not taken on in time, one that it is overdue, and then another each time the
    limit has passed once more."""
    over = escalation.resolve_due_at <= at
    # The clock stands beyond the limit only once the limit was told.
    told_already = escalation.promote_at is not None and escalation.promote_at > escalation.resolve_due_at
    following = levels.limits(levels.of(escalation), at)[1] if over else escalation.resolve_due_at
    if not _as_it_stands(escalation).update(promote_at=following):
        return 0
    reader = escalation.owner if there else levels.fallback(escalation)
    facts = {"case": escalation.case_id, "level": escalation.level}
    if over and not told_already:
        ownership.record(escalation, "escalation.overdue", CLOCK, facts, at)
    else:
        facts |= {"told": reader.pk} if reader is not None else {}
        ownership.record(escalation, "escalation.reminded", CLOCK, facts, at)
    if reader is not None:
        _tell(reader, escalation, at, there=there, first=over and not told_already)
    return 1


def _tell(reader: User, escalation: Escalation, at: datetime, *, there: bool, first: bool) -> None:
    if not there:
        subject = "A final decision waits for somebody to be named"
        body = "Nobody the agreement names for it is there any more."
    elif first:
        subject, body = "A case is overdue with you", "There is nobody above you."
    else:
        subject, body = "A case still waits for you", escalation.question
    ownership.tell(reader, escalation, subject, body, at)


def _as_it_stands(escalation: Escalation) -> QuerySet[Escalation]:
    """The row, if nobody has moved it since it was read."""
    return Escalation.objects.filter(
        pk=escalation.pk, level=escalation.level, promote_at=escalation.promote_at, resolved_at__isnull=True
    )
