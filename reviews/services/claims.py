"""Claiming: one person at a time works on a case, on a lease that everybody can see (D1).

The database is the queue. A claim is a conditional update whose row count decides; `SKIP LOCKED` only keeps people
from waiting for each other where the database offers it.
"""

import logging
from datetime import datetime, timedelta
from typing import NoReturn
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, Q, QuerySet

from audit.domain.envelope import Actor
from audit.errors import Conflict, NotVisible
from audit.services import recording
from contracts import access
from contracts.models import User
from reviews import permissions
from reviews.domain import roles, texts
from reviews.enums import CaseState, ClaimEnd, InteractionState
from reviews.models import Case, Claim, Interaction, Queue
from reviews.models.case import CLAIMABLE
from reviews.selectors import cases, control_log, snapshots
from reviews.services import standing, trail

logger = logging.getLogger(__name__)

_LEASES = Actor.system("leases")
# Whoever is away for longer than this between two heartbeats was not at work in between.
HEARTBEAT_GAP = 60


def lease() -> timedelta:
    return timedelta(seconds=settings.LEASE_SECONDS)


def lock(case_id: UUID, user: User | None) -> None:
    """Stand in line for a case until the transaction ends: whoever moves it begins here, so that two of them never
    wait for each other. SQLite has one writer anyway. What the user may do is looked at again after the wait; a sweep
    has no user."""
    if connection.features.has_select_for_update:
        list(Case.objects.select_for_update(no_key=True).filter(pk=case_id).values_list("pk"))
    if user is not None:
        access.read_again(user)


@transaction.atomic
def next_case(*, user: User, at: datetime, queue_id: UUID | None = None) -> Claim | None:
    """Claim the next case for a person: first by due time, then by severity, then by age; None where none waits.

    Whoever holds a case already gets that one again, also where he asks twice at once.
    """
    if connection.features.has_select_for_update:
        list(User.objects.select_for_update(no_key=True).filter(pk=user.pk).values_list("pk"))
    access.read_again(user)
    ids = access.objects_with(user, Queue, roles.WORK_QUEUE)
    if queue_id is not None:
        ids = [queue for queue in ids if queue == queue_id]
    if queue_id is not None and not ids:
        raise NotVisible("not_found", "There is no such queue that you work on.")
    held = (
        Claim.objects.filter(user=user, ended_at__isnull=True, expires_at__gt=at, case__queue__in=ids)
        .order_by("claimed_at", "pk")
        .first()
    )
    if held is not None:
        return held
    # What is meant for somebody else comes last: it must not look as if nothing waited.
    waits = _first_waiting(ids, user, Q(meant_for__isnull=True) | Q(meant_for=user))
    if waits is None:
        waits = _first_waiting(ids, user, Q(meant_for__isnull=False))
    return _take(waits, user, at) if waits is not None else None


def _first_waiting(queues: list[UUID], user: User, meant: Q) -> Case | None:
    """The case to take next, locked where the database can lock. Only that one: the head of a queue that somebody
    looked at and left must not look taken to others."""
    heads = {queue: _waiting(queue, user, meant).first() for queue in queues} if len(queues) > 1 else {}
    first = [
        (case.due_at, case.severity, case.pk, queue) for queue, case in heads.items() if case is not None
    ]
    for queue in [queue for *_, queue in sorted(first)] if heads else queues:
        waits = _waiting(queue, user, meant)
        if connection.features.has_select_for_update_skip_locked:
            waits = waits.select_for_update(skip_locked=True, of=("self",), no_key=True)
        for case in waits.select_related("interaction").annotate(stamp=F("process__stamp"))[:1]:
            return snapshots.furnish(case, case.stamp)
    return None


def _waiting(queue: UUID, user: User, meant: Q) -> QuerySet[Case]:
    # One queue at a time, so that the index gives the first row without sorting the rest.
    waiting = Case.objects.filter(meant, queue=queue, state__in=CLAIMABLE)
    return control_log.seen_by(waiting.exclude(first_reviewer=user), user).order_by(
        "due_at", "severity", "pk"
    )


@transaction.atomic
def claim(*, case_id: UUID, user: User, at: datetime) -> Claim:
    """Claim one case. Raises Conflict with the holder's name where somebody has it."""
    lock(case_id, user)
    case = cases.load(case_id)
    held = permissions.holding(user, case, at)
    if held is not None:
        permissions.check_can_work(user, case.queue)
        return held
    stale = Claim.objects.filter(case=case, ended_at__isnull=True, expires_at__lte=at).first()
    if stale is not None and _lapse(stale.pk, case_id, at):
        # The sweep has not come by yet: whoever asks does not wait for it.
        case = cases.load(case_id)
    if case.state == CaseState.IN_REVIEW and case.owner_id and case.owner_id != user.pk:
        permissions.check_can_work(user, case.queue)
        raise Conflict("held", f"{case.owner.name} is working on this case.")  # type: ignore[union-attr]
    permissions.check_can_claim(user, case)
    taken = _take(case, user, at)
    if taken is None:
        raise Conflict("held", "Somebody else has just taken this case.")
    return taken


def _take(case: Case, user: User, at: datetime) -> Claim | None:
    """Take a waiting case by conditional update; None where somebody was faster. Either all of it or nothing."""
    interaction = case.interaction
    sop_version = snapshots.terms_of(case).step_of(interaction).sop_version
    try:
        with transaction.atomic():
            won = Case.objects.filter(pk=case.pk, state=case.state, state__in=CLAIMABLE).update(
                state=CaseState.IN_REVIEW, owner=user
            )
            if not won:
                return None
            taken = Claim.objects.create(
                case=case,
                user=user,
                claimed_at=at,
                heartbeat_at=at,
                expires_at=at + lease(),
                sop_version=sop_version,
            )
    except IntegrityError:
        return None
    second = case.first_reviewer_id is not None
    Interaction.objects.filter(pk=interaction.pk).update(state=InteractionState.IN_REVIEW)
    facts = {
        "case": case.pk,
        "queue": case.queue_id,
        "round": 2 if second else 1,
        "expires_at": taken.expires_at,
        "sop_version": sop_version,
    }
    recording.record_many(
        [
            trail.entry(
                interaction=interaction, action="review.claimed", by=user, role="reviewer", facts=facts, at=at
            )
        ]
    )
    return taken


def heartbeat(*, case_id: UUID, user: User, at: datetime, active_seconds: int) -> Claim:
    """Note that the person is at work: the lease moves on, and the active time grows by what the server can believe.

    No more seconds are credited than passed on the server's clock, and none beyond a minute's silence.
    Raises Conflict where the lease lapsed, NotAllowed where the queue is not his to work any more.
    """
    case = cases.load(case_id)
    permissions.check_can_work(user, case.queue)
    held = permissions.holding(user, case, at)
    if held is None:
        _refuse(case, user, at)
    passed = int((at - held.heartbeat_at).total_seconds())
    credited = max(0, min(active_seconds, passed, HEARTBEAT_GAP))
    changed = Claim.objects.filter(pk=held.pk, ended_at__isnull=True, heartbeat_at=held.heartbeat_at).update(
        heartbeat_at=max(at, held.heartbeat_at),
        active_seconds=held.active_seconds + credited,
        expires_at=max(held.expires_at, at + lease()) if credited else held.expires_at,
    )
    if changed:
        held.refresh_from_db()
    return held


@transaction.atomic
def extend(*, case_id: UUID, user: User, at: datetime) -> Claim:
    """Extend the lease by its full length from now. Raises Conflict where it lapsed."""
    lock(case_id, user)
    case = cases.load(case_id)
    permissions.check_holds(user, case, at)
    changed = Claim.objects.filter(case=case, user=user, ended_at__isnull=True, expires_at__gt=at).update(
        expires_at=at + lease()
    )
    if not changed:
        _refuse(case, user, at)
    facts = {"case": case.pk, "expires_at": at + lease()}
    recording.record_many(
        [
            trail.entry(
                interaction=case.interaction, action="review.lease_extended", by=user, facts=facts, at=at
            )
        ]
    )
    return Claim.objects.get(case=case, user=user, ended_at__isnull=True)


@transaction.atomic
def hand_back(*, case_id: UUID, user: User, reason: str, at: datetime) -> None:
    """Give a case back to its queue. Raises Conflict where the user does not hold it."""
    lock(case_id, user)
    case = cases.load(case_id)
    reason = texts.clean(reason, "why")
    if not end(case=case, user=user, at=at, how=ClaimEnd.HANDED_BACK):
        _refuse(case, user, at)
    seconds = _return(case)
    recording.record_many(
        [
            trail.entry(
                interaction=case.interaction,
                action="review.handed_back",
                by=user,
                role="reviewer",
                facts={"case": case.pk, "seconds": seconds},
                personal={"why": reason},
                at=at,
            )
        ]
    )


def end(*, case: Case, user: User, at: datetime, how: ClaimEnd) -> bool:
    """End the user's living claim; False where it is not living any more. Part of the caller's transaction."""
    return bool(
        Claim.objects.filter(case=case, user=user, ended_at__isnull=True, expires_at__gt=at).update(
            ended_at=at, end=how
        )
    )


def _return(case: Case) -> int:
    """Put a case back to where it waited before it was claimed; returns the seconds its last claim was active."""
    second = case.first_reviewer_id is not None
    to = CaseState.AWAITING_SECOND if second else CaseState.WAITING
    standing.move(case, to, only=CaseState.IN_REVIEW, owner=None)
    last = case.claims.order_by("-claimed_at", "-pk").first()
    return last.active_seconds if last else 0


def expire(*, at: datetime, limit: int = 500) -> int:
    """Give back every case whose lease ran out; returns how many. A sweep: it may run twice, and beside itself."""
    due = Claim.objects.filter(ended_at__isnull=True, expires_at__lte=at).order_by("expires_at", "pk")
    lapsed = 0
    for claim_id, case_id in due.values_list("pk", "case")[:limit]:
        try:
            with transaction.atomic():
                lock(case_id, None)
                lapsed += _lapse(claim_id, case_id, at)
        except DatabaseError:
            # One that fails must not keep the others: the next sweep tries it again.
            logger.exception("The lapsed lease %s could not be ended", claim_id)
    return lapsed


def _lapse(claim_id: UUID, case_id: UUID, at: datetime) -> bool:
    """End one claim whose lease ran out and give its case back; False where somebody else has just done so."""
    ended = Claim.objects.filter(pk=claim_id, ended_at__isnull=True, expires_at__lte=at).update(
        ended_at=at, end=ClaimEnd.LAPSED
    )
    if not ended:
        return False
    case = cases.load(case_id)
    facts = {"case": case.pk, "seconds": _return(case)}
    recording.record_many(
        [
            trail.entry(
                interaction=case.interaction, action="review.lease_expired", by=_LEASES, facts=facts, at=at
            )
        ]
    )
    return True


def _refuse(case: Case, user: User, at: datetime) -> NoReturn:
    """Say why somebody who does not hold a case cannot go on: unseen, not his to work on, or the lease lapsed."""
    permissions.check_can_see_case(user, case)
    permissions.check_holds(user, case, at)
    raise Conflict("lease_lapsed", "You do not hold this case any more. Your draft is kept; claim it again.")
