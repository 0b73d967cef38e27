"""Judging what was counted: the index and band of each reviewer, and what an amber or red band leads to (E6).

Amber asks the team lead for coaching; red sends what is costly to a second reviewer until a lead clears it. Nothing
here takes a role, a queue or an account from anybody, and no other code reads a band.
"""

from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audit.domain.envelope import Actor
from contracts import access
from contracts.domain.roles import LEAD_REVIEWERS
from contracts.models import Process, User
from contracts.services import notifications
from reviews.domain import vigilance
from reviews.domain.vigilance import Finding
from reviews.enums import VigilanceBand as Band
from reviews.models import ReviewerSignal, VigilanceAction
from reviews.selectors import vigilance_windows
from reviews.selectors.vigilance_windows import Ground
from reviews.services import vigilance_counting, vigilance_events
from reviews.services.vigilance_counting import together

_SWEEP = Actor.system("vigilance")
ACTS_ON = (Band.AMBER, Band.RED)


def sweep(*, at: datetime) -> int:
    """Count what is new and judge whom it concerns; returns how many decisions were counted. It may run twice."""
    counted = vigilance_counting.count_all(at=at)
    judge_all(at=at)
    return counted


def judge_all(*, at: datetime) -> int:
    """Judge every day whose sums have changed; returns how many."""
    waiting = (
        ReviewerSignal.objects.filter(stale=True).order_by().values_list("process", flat=True).distinct()
    )
    processes = Process.objects.select_related("client").filter(pk__in=list(waiting)).order_by("pk")
    return sum(_judge_process(process, at) for process in processes)


def _judge_process(process: Process, at: datetime) -> int:
    stale = list(
        ReviewerSignal.objects.filter(process=process, stale=True)
        .select_related("reviewer__lead")
        .order_by("day", "pk")
    )
    if not stale:
        return 0
    ground = vigilance_windows.ground(process, stale[0].day)
    newest = {row.pk for row in {row.reviewer_id: row for row in stale}.values()}
    for row in stale:
        row.process = process
    return together(
        stale,
        lambda rows: judge(rows=rows, ground=ground, newest=newest, at=at),
        "The reviewer %s could not be judged",
    )


@transaction.atomic(savepoint=False)
def judge(*, rows: Sequence[ReviewerSignal], ground: Ground, newest: Collection[UUID], at: datetime) -> int:
    """Judge reviewers at the end of their days; returns how many, and none of whom more was counted meanwhile. Only the
    `newest` day of each leads to anything."""
    locked = ReviewerSignal.objects.select_for_update(no_key=True).order_by("pk")
    still = set(locked.filter(pk__in=[row.pk for row in rows], stale=True).values_list("pk", "last_at"))
    judged = []
    for row in rows:
        if (row.pk, row.last_at) not in still:
            continue
        found = vigilance.judge(ground.window(row.reviewer_id, row.day, row.memory))
        if row.pk in newest and found.band != Band.INSUFFICIENT:
            _tell_raised(row, found, at)
            if found.band in ACTS_ON:
                _act(row, found, at)
        judged.append(_judged(row, found))
    ReviewerSignal.objects.bulk_update(judged, ["stale", "signals", "overrides", "index", "band"])
    return len(judged)


def _judged(row: ReviewerSignal, found: Finding) -> ReviewerSignal:
    """The row as it stands then; the one that was read stays as it was, for it may be judged again."""
    row = copy(row)
    row.stale, row.index, row.band = False, found.index, found.band
    row.signals, row.overrides = [asdict(signal) for signal in found.signals], list(found.overrides)
    return row


def _tell_raised(row: ReviewerSignal, found: Finding, at: datetime) -> None:
    """One event where signals are raised that were not before."""
    new = [code for code in found.raised if code not in _raised_before(row)] if found.raised else []
    if new:
        facts = {"signals": new, "index": found.index, "band": found.band, "days": vigilance_windows.DAYS}
        vigilance_events.record(
            "signal.raised", row.process, row.reviewer_id, facts=facts, actor=_SWEEP, at=at
        )


def _raised_before(row: ReviewerSignal) -> set[str]:
    known = row.signals
    if not known:
        earlier = ReviewerSignal.objects.filter(process=row.process, reviewer=row.reviewer, day__lt=row.day)
        known = earlier.order_by("-day").values_list("signals", flat=True).first() or []
    return {signal["code"] for signal in known if signal["raised"]}


def _act(row: ReviewerSignal, found: Finding, at: datetime) -> None:
    """What follows from amber and red: at most one thing at a time for a reviewer, which only gets more serious."""
    raised = {"band": found.band, "index": found.index, "reasons": _reasons(found), "raised_at": at}
    running = VigilanceAction.objects.filter(
        process=row.process, reviewer=row.reviewer, cleared_at__isnull=True
    ).first()
    if running is None:
        VigilanceAction.objects.create(process=row.process, reviewer=row.reviewer, **raised)
    elif running.band == Band.AMBER and found.band == Band.RED:
        VigilanceAction.objects.filter(pk=running.pk, band=Band.AMBER).update(**raised)
    else:
        return
    step = "second_review" if found.band == Band.RED else "coaching"
    facts = {"action": step, "band": found.band, "index": found.index, "reasons": raised["reasons"]}
    vigilance_events.record(
        "vigilance.action", row.process, row.reviewer_id, facts=facts, actor=_SWEEP, at=at
    )
    _notify(row, found.band, at)


def _reasons(found: Finding) -> list[str]:
    return [*found.overrides, *found.raised]


def _notify(row: ReviewerSignal, band: str, at: datetime) -> None:
    """Tell the lead what to do, and the reviewer what is seen of him and that he may say something about it."""
    name, code = row.reviewer.name, row.process.code
    asked = (
        f"{name}’s costly decisions on {code} get a second review until you clear it: talk with him first."
        if band == Band.RED
        else f"Please coach {name} on {code}, and clear it when you have."
    )
    for lead in leads(row.process, row.reviewer):
        notifications.notify(
            user=lead,
            subject=f"Vigilance of {name} on {code} is {band}",
            body=asked,
            link=reverse("reviews:vigilance"),
            at=at,
        )
    notifications.notify(
        user=row.reviewer,
        subject=f"Your vigilance on {code} is {band}",
        body=(
            "See which figures made it so and how they are worked out, and say what you have to say about it. "
            "Nothing is taken from you: your lead talks with you."
        ),
        link=reverse("reviews:vigilance_mine"),
        at=at,
    )


def leads(process: Process, reviewer: User) -> Sequence[User]:
    """Who is asked to act: the reviewer's own lead, or everybody who leads reviewers of the process; never himself."""
    holders = [user for user in access.holders(process, LEAD_REVIEWERS) if user.pk != reviewer.pk]
    own: list[User] = [user for user in holders if user.pk == reviewer.lead_id]
    return own or holders
