"""Counting for vigilance: each reviewer's decisions once, into the sums of their days (E1–E5).

It reads the rows of decisions, never the trail, and of each only figures are kept. A reviewer is a savepoint of his
own: what fails with one keeps nobody else.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models import F

from contracts.models import Process
from reviews.domain import vigilance_tally, windows
from reviews.domain.vigilance_tally import Memory, Seen, Tally
from reviews.models import ReviewerSignal, VigilanceAction, VigilanceNotice
from reviews.selectors import vigilance_rows
from reviews.selectors.vigilance_rows import Steps

logger = logging.getLogger(__name__)

# Reviewers whose savepoints are committed together: a commit costs more than the counting of a reviewer's day.
TOGETHER = 25


def count_all(*, at: datetime) -> int:
    """Count what nobody counted, of everybody who acknowledged the notice; returns how many decisions.

    A sweep: it may run twice, and beside itself.
    """
    until = vigilance_rows.horizon(at)
    steps, zones = Steps(), dict(Process.objects.values_list("pk", "time_zone"))
    counted = 0
    waiting = vigilance_rows.waiting(until)
    for begin in range(0, len(waiting), TOGETHER):
        with transaction.atomic():
            for notice in waiting[begin : begin + TOGETHER]:
                try:
                    found = vigilance_rows.MOST
                    while found == vigilance_rows.MOST:
                        found = count(notice=notice, until=until, steps=steps, zones=zones)
                        counted += found
                except (DatabaseError, ArithmeticError, LookupError, TypeError, ValueError):
                    # One who cannot be counted must not keep the others: the next sweep tries again.
                    logger.exception(
                        "The decisions of the reviewer %s could not be counted", notice.reviewer_id
                    )
    return counted


@transaction.atomic
def count(*, notice: VigilanceNotice, until: datetime, steps: Steps, zones: dict[UUID, str]) -> int:
    """Count the next decisions of one reviewer; returns how many, 0 also where another sweep was faster."""
    rows = vigilance_rows.unseen(notice, until, steps)
    if not rows:
        return 0
    last, _, newest = rows[-1]
    won = VigilanceNotice.objects.filter(pk=notice.pk, seen_at=notice.seen_at, seen=notice.seen).update(
        seen_at=newest.at, seen=last
    )
    if not won:
        return 0
    notice.seen_at, notice.seen = newest.at, last
    days: dict[tuple[UUID, date], list[Seen]] = {}
    for _, process, seen in rows:
        days.setdefault((process, windows.local_day(seen.at, zones[process])), []).append(seen)
    for (process, day), found in days.items():
        _add(process, notice.reviewer_id, day, found)
    return len(rows)


def _add(process: UUID, reviewer: UUID, day: date, seen: Sequence[Seen]) -> None:
    """Add decisions to the sums of a day; what is remembered goes on from the day before, or begins anew where a lead
    has cleared it since."""
    mine = ReviewerSignal.objects.filter(process=process, reviewer=reviewer)
    newest = list(mine.filter(day__lte=day).order_by("-day")[:2])
    same = next((row for row in newest if row.day == day), None)
    # A day whose sums were forgotten remembers nothing: it goes on from the day before.
    before = next((row for row in newest if row.memory), None)
    memory = Memory()
    if before is not None and not _cleared_between(before, seen[0].at):
        memory = Memory(**before.memory)
        memory = memory if before is same else memory.tomorrow()
    tally = Tally.read(same.tally) if same is not None else Tally()
    vigilance_tally.count(seen, tally, memory)
    changes = {
        "tally": tally.written(),
        "memory": memory.written(),
        "last_at": seen[-1].at,
        "stale": True,
    }
    if same is not None:
        mine.filter(pk=same.pk).update(**changes)
    else:
        ReviewerSignal.objects.create(process_id=process, reviewer_id=reviewer, day=day, **changes)


def _cleared_between(row: ReviewerSignal, at: datetime) -> bool:
    """Whether a lead cleared what was raised after the last decision of this row, and before the next one."""
    cleared = VigilanceAction.objects.filter(process=row.process_id, reviewer=row.reviewer_id)
    return cleared.filter(cleared_at__gte=row.last_at, cleared_at__lte=at).exists()


@transaction.atomic
def begin_again() -> None:
    """Forget every sum, so that the next sweep counts all decisions since each notice again: for whoever writes down the
    past after the present, and for operators who doubt the sums. What people said, and what was raised, stays."""
    ReviewerSignal.objects.update(tally={}, memory={}, stale=True)
    VigilanceNotice.objects.update(seen_at=F("acknowledged_at"), seen=None)
