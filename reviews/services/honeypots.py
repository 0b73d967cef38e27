"""Honeypots: control items planned for each reviewer, put into his queue like any other case, and judged (E4, E6).

All of it is done by sweeps. Nothing on the way of a reviewer's request looks at a control item, so nothing there is slower
or different; and nothing of one ever goes out: no release, no message, no outcome for an agent.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random, SystemRandom
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from audit.domain.envelope import Actor, Target
from audit.services import logs, recording
from contracts.models import Process
from contracts.services import notifications
from reviews.domain import honeypots, windows
from reviews.domain.honeypots import ASKED, ORIGIN
from reviews.domain.transitions import CASE, HONEYPOT, before
from reviews.enums import (
    CaseState,
    ControlKind,
    EscalationState,
    HoneypotState,
    InteractionState,
    Learning,
)
from reviews.models import Case, ControlItem, Escalation, Honeypot, HoneypotPlan, Interaction, ReviewerSignal
from reviews.selectors import cases
from reviews.selectors import honeypots as selector
from reviews.selectors.honeypots import Load
from reviews.services import claims, nudges, planting

logger = logging.getLogger(__name__)

_SWEEP = Actor.system("honeypots")
# Between two sweeps: a moment in it is drawn for each item, so that none comes with the beat.
EVERY = timedelta(minutes=5)
# Who has not decided for so long is not at work.
AT_WORK = timedelta(hours=1)
# What nobody took for so long is taken away again.
PATIENCE = timedelta(hours=24)
_ANSWERED = [CaseState.DECIDED, CaseState.AWAITING_SECOND, CaseState.ESCALATED]


# ── Planning ─────────────────────────────────────────────────────────────────────────────────────────────────


def plan_due(*, at: datetime, dice: Random | None = None) -> int:
    """Plan an item for everybody who has decided enough since his last one; returns how many were planned.

    A sweep: it may run twice and beside itself, for nobody has two of them open on one process.
    """
    dice, planned = dice or SystemRandom(), 0
    plans = HoneypotPlan.objects.filter(allowed=True, process__went_live_at__isnull=False)
    for plan in plans.select_related("process").order_by("process__code"):
        for load in selector.loads(plan.process, at):
            if _is_due(plan, load, at):
                planned += plan_one(process=plan.process, reviewer=load.reviewer, at=at, dice=dice)
    return planned


def _is_due(plan: HoneypotPlan, load: Load, at: datetime) -> bool:
    number = honeypots.wanted(load.decided, plan.share, doubled=load.doubled)
    if load.open or load.given >= number or load.last_at <= at - AT_WORK:
        return False
    # One draw for each gap: asked again, the answer is the same until he has decided more.
    # With the portal's key in it, for a reviewer knows his own id and the order of his work.
    draw = Random(f"{settings.SECRET_KEY} {load.reviewer} {load.gap}").random()  # noqa: S311
    return honeypots.is_due(since_last=load.since_last, load=load.decided, number=number, draw=draw)


def plan_one(*, process: Process, reviewer: UUID, at: datetime, dice: Random) -> bool:
    """Plan one item that the reviewer never had, for some moment before the next sweep; False where the library has none,
    or another worker was faster."""
    choices = selector.unseen_items(process, reviewer)
    if not choices:
        logger.warning("The library of %s has no control item left for a reviewer", process.code)
        return False
    return plan_item(item=dice.choice(choices), reviewer=reviewer, at=at, dice=dice) is not None


def plan_item(*, item: ControlItem, reviewer: UUID, at: datetime, dice: Random) -> Honeypot | None:
    """Plan this very item; None where the reviewer has one open, or had this one."""
    wait = dice.uniform(0, EVERY.total_seconds())
    try:
        with transaction.atomic():
            row = Honeypot.objects.create(
                item=item,
                process_id=item.process_id,
                reviewer_id=reviewer,
                planned_at=at,
                plant_at=at + timedelta(seconds=wait),
            )
            _record("honeypot.planned", row, {"plant_at": row.plant_at}, at)
            nudges.after_commit("reviews.plant_honeypots", countdown=wait)
    except IntegrityError:
        return None
    return row


# ── Putting it before the reviewer ───────────────────────────────────────────────────────────────────────────


def plant_due(*, at: datetime, limit: int = 100, dice: Random | None = None) -> int:
    """Put what is planned into its queue; returns how many cases there are more. A sweep."""
    due = Honeypot.objects.filter(state=HoneypotState.PLANNED, plant_at__lte=at).order_by("plant_at", "pk")
    planted = 0
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        try:
            planted += plant(honeypot_id=pk, at=at, dice=dice or SystemRandom())
        except DatabaseError:
            logger.exception("The control item %s could not be put into its queue", pk)
    return planted


@transaction.atomic
def plant(*, honeypot_id: UUID, at: datetime, dice: Random) -> bool:
    """Make an interaction and its case of a planned item, as if the agent had just posted it; False where somebody else did.

    Where it would not go to people now, or control items are not allowed any more, it is withdrawn.
    """
    locked = Honeypot.objects.select_for_update(of=("self",)).filter(
        pk=honeypot_id, state=HoneypotState.PLANNED
    )
    row = locked.select_related("item__step", "process__client").first()
    if row is None:
        return False
    allowed = HoneypotPlan.objects.filter(process=row.process_id, allowed=True).exists()
    made = planting.build(item=row.item, reviewer=row.reviewer_id, at=at, dice=dice) if allowed else None
    if made is None:
        _withdraw(row, "not_possible_now" if allowed else "not_allowed", at)
        return False
    planting.store(made)
    won = Honeypot.objects.filter(pk=row.pk, state__in=before(HONEYPOT, HoneypotState.SERVED)).update(
        state=HoneypotState.SERVED, interaction=made.interaction, served_at=at
    )
    if not won:
        raise DatabaseError("Another worker has put this control item into its queue.")
    row.interaction = made.interaction
    _record("honeypot.served", row, {"interaction": made.interaction.pk, "case": made.case.pk}, at)
    return True


# ── Judging ──────────────────────────────────────────────────────────────────────────────────────────────────


def settle_due(*, at: datetime, limit: int = 200) -> int:
    """Judge what reviewers can take back no more, and take away what nobody took; returns how many ended. A sweep."""
    served = Honeypot.objects.filter(state=HoneypotState.SERVED)
    due = served.filter(interaction__case__state__in=_ANSWERED) | served.filter(
        interaction__case__state=CaseState.WAITING, served_at__lte=at - PATIENCE
    )
    ended = 0
    for pk in list(due.order_by("served_at", "pk").values_list("pk", flat=True)[:limit]):
        try:
            ended += settle(honeypot_id=pk, at=at)
        except DatabaseError:
            # One that fails must not keep the others: the next sweep tries it again.
            logger.exception("The control item %s could not be judged", pk)
    return ended


@transaction.atomic
def settle(*, honeypot_id: UUID, at: datetime) -> bool:
    """Judge one control item and tell its reviewer; False where it is not over yet. Its case is closed, and nothing goes out."""
    row = (
        Honeypot.objects.select_related("item__step", "process", "reviewer", "interaction__case")
        .filter(pk=honeypot_id, state=HoneypotState.SERVED)
        .first()
    )
    if row is None or row.interaction is None:
        return False
    case = cases.load(row.interaction.case.pk)
    if case.state != CaseState.DECIDED:
        # What is decided is taken in the order in which undo and release take it: the interaction, then its case.
        claims.lock(case.pk, None)
        case = cases.load(case.pk)
        if case.state == CaseState.DECIDED:
            return False
    if case.state == CaseState.WAITING and row.served_at and row.served_at <= at - PATIENCE:
        return _close(case, at) and _withdraw(row, "nobody_took_it", at)
    answer = _answer(case, at) if case.state in _ANSWERED else None
    if answer is None:
        return False
    if not _close(case, at):
        # Nothing of this stands: the next sweep begins anew.
        raise DatabaseError("The case of a control item has just moved on.")
    by, what, material = answer
    if by != row.reviewer_id:
        return _withdraw(row, "taken_by_another", at)
    caught = honeypots.is_caught(ControlKind(row.item.kind), what, material=material)
    state = HoneypotState.CAUGHT if caught else HoneypotState.MISSED
    won = Honeypot.objects.filter(pk=row.pk, state__in=before(HONEYPOT, state)).update(
        state=state, answer=what, ended_at=at
    )
    if not won:
        return False
    row.state, row.answer = state, what
    facts = {"interaction": row.interaction.pk, "answer": what}
    _record("honeypot.caught" if caught else "honeypot.missed", row, facts, at)
    _count(row, at)
    _debrief(row, at)
    return True


def _answer(case: Case, at: datetime) -> tuple[UUID, str, bool] | None:
    """Who answered, what, and whether it changed what matters; None while it can be taken back.

    The first decision counts: on what comes after it nobody else is asked.
    """
    until = at - timedelta(seconds=settings.UNDO_SECONDS)
    if case.state == CaseState.DECIDED:
        # Whoever takes it back at this moment waits for this row, and then comes too late.
        over = Interaction.objects.filter(
            pk=case.interaction_id, state=InteractionState.DECIDED, release_after__lte=at
        ).update(release_after=None)
        if not over:
            return None
    decision = case.standing_decisions().order_by("round", "pk").first()
    if case.state == CaseState.DECIDED and decision is not None:
        return decision.decided_by_id, decision.verdict, decision.material
    if decision is not None:
        settled = decision.decided_at <= until
        return (decision.decided_by_id, decision.verdict, decision.material) if settled else None
    running = Escalation.objects.filter(case=case, resolved_at__isnull=True, opened_at__lte=until).first()
    if running is None or running.opened_by_id is None:
        return None
    return running.opened_by_id, ASKED, False


def _close(case: Case, at: datetime) -> bool:
    """Close the case of a control item where it stands; False where somebody has just moved it."""
    closed = Case.objects.filter(
        pk=case.pk, state=case.state, state__in=before(CASE, CaseState.CLOSED), meant_for__isnull=False
    ).update(state=CaseState.CLOSED, closed_at=at, owner=None)
    if not closed:
        return False
    for running in Escalation.objects.filter(case=case, resolved_at__isnull=True):
        Escalation.objects.filter(pk=running.pk).update(
            state=EscalationState.RESOLVED,
            resolved_at=at,
            resolved_by=running.opened_by_id,
            learning=Learning.NONE,
            promote_at=None,
        )
        running.steps.filter(ended_at__isnull=True).update(ended_at=at, end="withdrawn")
    return True


def _withdraw(row: Honeypot, cause: str, at: datetime) -> bool:
    won = Honeypot.objects.filter(pk=row.pk, state__in=before(HONEYPOT, HoneypotState.WITHDRAWN)).update(
        state=HoneypotState.WITHDRAWN, ended_at=at
    )
    if won:
        _record("honeypot.withdrawn", row, {"cause": cause}, at)
    return bool(won)


def _count(row: Honeypot, at: datetime) -> None:
    """The figures of that day are worked out once more, now with this one."""
    day = windows.local_day(at, row.process.time_zone)
    ReviewerSignal.objects.filter(process=row.process_id, reviewer=row.reviewer_id, day__gte=day).update(
        stale=True
    )


def _debrief(row: Honeypot, at: datetime) -> None:
    right = row.state == HoneypotState.CAUGHT
    notifications.notify(
        user=row.reviewer,
        subject="That was a control item: " + ("you decided it as expected" if right else "it was missed"),
        body=(
            f"One of your cases of {row.process.code} was a control item, and nothing of it went out. {row.item.wrong} "
            "All of them stand on the page of your vigilance."
        ),
        link=reverse("reviews:vigilance_mine"),
        at=at,
    )


def _record(action: str, row: Honeypot, facts: Mapping[str, Any], at: datetime) -> None:
    """In the portal's own log, which neither reviewers nor leads nor clients read."""
    recording.record(
        log=logs.PLATFORM,
        action=action,
        actor=_SWEEP,
        target=Target("honeypot", str(row.pk)),
        facts={
            "process": row.process_id,
            "item": row.item_id,
            "kind": row.item.kind,
            "reviewer": row.reviewer_id,
            **facts,
        },
        at=at,
        origin=ORIGIN,
    )
