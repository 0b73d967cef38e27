"""What people do about vigilance: a reviewer takes note and comments, a lead clears; and twelve months on all is forgotten
(E8)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audit.domain.envelope import Actor, Target
from audit.errors import Conflict, Invalid, NotVisible
from audit.services import logs, recording
from contracts.models import User
from contracts.selectors import authority
from contracts.services import notifications
from contracts.services.acting import actor
from reviews import permissions
from reviews.domain import texts
from reviews.models import ReviewerSignal, VigilanceAction, VigilanceNotice
from reviews.services import vigilance_events

KEPT = timedelta(days=365)
COMMENT_LENGTH, CLEARANCE_LENGTH, SHORTEST = 1_000, 500, 10


@transaction.atomic
def acknowledge(*, by: User, at: datetime) -> VigilanceNotice:
    """Take note of what is measured, by whoever works a queue of a provider. Only decisions from now on are counted; a
    second time changes nothing."""
    permissions.check_is_reviewer(by)
    notice, new = VigilanceNotice.objects.get_or_create(
        reviewer=by, defaults={"acknowledged_at": at, "seen_at": at}
    )
    if new:
        vigilance_events.record_own("vigilance.acknowledged", by, facts={}, at=at)
    return notice


@transaction.atomic
def comment(*, signal_id: UUID, text: str, by: User, at: datetime) -> ReviewerSignal:
    """Say something about one's own figures of a day; saying it again replaces it. Leads read it, clients do not."""
    row = ReviewerSignal.objects.select_related("process").filter(pk=signal_id, reviewer=by).first()
    if row is None:
        raise NotVisible("not_found", "There are no such figures of yours.")
    text = texts.clean(text, "comment", longest=COMMENT_LENGTH)
    if not text:
        raise Invalid("comment_required", "Write what you want to say.", "comment")
    ReviewerSignal.objects.filter(pk=row.pk).update(comment=text, commented_at=at, commented_by=by)
    facts = {"process": row.process.code, "day": row.day.isoformat()}
    vigilance_events.record_own("vigilance.commented", by, facts=facts, at=at, text=text)
    row.refresh_from_db(fields=["comment", "commented_at", "commented_by"])
    return row


@transaction.atomic
def clear(*, action_id: UUID, reason: str, by: User, at: datetime) -> VigilanceAction:
    """End what an amber or red band led to. What was counted up to now no longer counts against the reviewer.

    Raises NotVisible and NotAllowed for whoever does not lead the reviewers of the process, or is meant himself;
    Invalid without a reason; Conflict where somebody was faster.
    """
    found = VigilanceAction.objects.select_related("process__client", "reviewer").filter(pk=action_id).first()
    if found is None:
        raise NotVisible("not_found", "There is nothing here that you can see.")
    permissions.check_can_clear_vigilance(by, found)
    reason = texts.clean(reason, "reason", longest=CLEARANCE_LENGTH)
    if len(reason) < SHORTEST:
        raise Invalid("reason_required", f"Say what was done, in at least {SHORTEST} characters.", "reason")
    won = VigilanceAction.objects.filter(pk=found.pk, cleared_at__isnull=True).update(
        cleared_at=at, cleared_by=by, clearance=reason
    )
    if not won:
        raise Conflict("cleared", "This has been cleared already.")
    vigilance_events.record(
        "vigilance.cleared",
        found.process,
        found.reviewer_id,
        facts={"band": found.band, "index": found.index},
        actor=actor(by, authority.role_on(by, found.process)),
        at=at,
        why=reason,
    )
    notifications.notify(
        user=found.reviewer,
        subject=f"Your vigilance on {found.process.code} was cleared",
        body=f"{by.name} has cleared what was raised. Counting begins again tomorrow.",
        link=reverse("reviews:vigilance_mine"),
        at=at,
    )
    found.refresh_from_db(fields=["cleared_at", "cleared_by", "clearance"])
    return found


@transaction.atomic
def forget(*, at: datetime) -> int:
    """Drop figures, comments and what was cleared once they are twelve months old; returns how many rows. A sweep."""
    until = at - KEPT
    days, _ = ReviewerSignal.objects.filter(day__lt=until.date()).delete()
    actions, _ = VigilanceAction.objects.filter(cleared_at__lt=until).delete()
    if days or actions:
        recording.record(
            log=logs.PLATFORM,
            action="vigilance.forgotten",
            actor=Actor.system("retention"),
            target=Target("vigilance", until.date().isoformat()),
            facts={"days": days, "actions": actions},
            at=at,
        )
    return days + actions
