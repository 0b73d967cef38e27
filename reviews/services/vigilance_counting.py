"""Counting for vigilance: each reviewer's decisions once, into the sums of their days (E1–E5).

It reads the rows of decisions, never the trail, and of each only figures are kept. What fails with one reviewer keeps
nobody else.
"""

import logging
from collections.abc import Callable, Sequence
from copy import copy
from datetime import date, datetime
from operator import attrgetter
from typing import TypeVar
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models import F

from reviews.domain import vigilance_tally, windows
from reviews.domain.vigilance_tally import Memory, Seen, Tally
from reviews.models import ReviewerSignal, VigilanceNotice
from reviews.selectors import vigilance_rows
from reviews.selectors.vigilance_rows import Known

logger = logging.getLogger(__name__)

# Reviewers whose figures are committed together: a commit costs more than the counting of a reviewer's day.
TOGETHER = 25
_FAILURES = (DatabaseError, ArithmeticError, LookupError, TypeError, ValueError)


Row = TypeVar("Row", VigilanceNotice, ReviewerSignal)


def together(rows: Sequence[Row], work: Callable[[Sequence[Row]], int], problem: str) -> int:
    """Do the work for many at a time, each time in one transaction, and where one of them fails, for each of these by himself,
    so that he keeps nobody else; returns the sum. The work may be done again on rows where it was rolled back."""
    done = 0
    for begin in range(0, len(rows), TOGETHER):
        some = rows[begin : begin + TOGETHER]
        try:
            with transaction.atomic():
                done += work(some)
        except _FAILURES:
            for row in some:
                try:
                    with transaction.atomic():
                        done += work([row])
                except _FAILURES:
                    # The next sweep tries him again.
                    logger.exception(problem, row.reviewer_id)
    return done


def count_all(*, at: datetime) -> int:
    """Count what nobody counted, of everybody who acknowledged the notice; returns how many decisions.

    A sweep: it may run twice, and beside itself.
    """
    until = vigilance_rows.horizon(at)
    waiting = vigilance_rows.waiting(until)
    known = Known()
    return together(
        waiting,
        lambda notices: count(notices=notices, until=until, known=known),
        "The decisions of the reviewer %s could not be counted",
    )


@transaction.atomic(savepoint=False)
def count(*, notices: Sequence[VigilanceNotice], until: datetime, known: Known) -> int:
    """Count the next decisions of these reviewers; returns how many, and none of whom another sweep counted faster."""
    mine = {notice.reviewer_id: copy(notice) for notice in notices}
    counted, found = 0, vigilance_rows.MOST
    while found >= vigilance_rows.MOST:
        seen = vigilance_rows.unseen(mine.values(), until, known)
        found = sum(map(len, seen.values()))
        made: list[ReviewerSignal] = []
        for reviewer, rows in seen.items():
            if not _advance(mine[reviewer], rows):
                del mine[reviewer]
                continue
            _add_all(reviewer, rows, known, made)
            counted += len(rows)
        ReviewerSignal.objects.bulk_create(made)
    return counted


def _advance(notice: VigilanceNotice, rows: Sequence[vigilance_rows.Row]) -> bool:
    last, _, newest = rows[-1]
    won = VigilanceNotice.objects.filter(pk=notice.pk, seen_at=notice.seen_at, seen=notice.seen).update(
        seen_at=newest.at, seen=last
    )
    notice.seen_at, notice.seen = newest.at, last
    return bool(won)


def _add_all(
    reviewer: UUID, rows: Sequence[vigilance_rows.Row], known: Known, made: list[ReviewerSignal]
) -> None:
    days: dict[tuple[UUID, date], list[Seen]] = {}
    for _, process, seen in rows:
        days.setdefault((process, windows.local_day(seen.at, known.zones[process])), []).append(seen)
    for (process, day), found in days.items():
        _add(process, reviewer, day, found, known, made)


def _add(
    process: UUID, reviewer: UUID, day: date, seen: Sequence[Seen], known: Known, made: list[ReviewerSignal]
) -> None:
    """Add decisions to the sums of a day; what is remembered goes on from the day before, or begins anew where a lead
    has cleared it since. Days that are not there yet go into `made`, to be stored together."""
    mine = ReviewerSignal.objects.filter(process=process, reviewer=reviewer)
    newest = list(mine.filter(day__lte=day).order_by("-day")[:2])
    newest += [row for row in made if (row.process_id, row.reviewer_id) == (process, reviewer)]
    newest.sort(key=attrgetter("day"), reverse=True)
    same = next((row for row in newest if row.day == day), None)
    # A day whose sums were forgotten remembers nothing: it goes on from the day before.
    before = next((row for row in newest if row.memory), None)
    memory = Memory()
    if before is not None and not known.cleared_between(before, seen[0].at):
        memory = Memory(**before.memory)
        memory = memory if before is same else memory.tomorrow()
    tally = Tally.read(same.tally) if same is not None else Tally()
    vigilance_tally.count(seen, tally, memory)
    changes = {"tally": tally.written(), "memory": memory.written(), "last_at": seen[-1].at, "stale": True}
    if same is not None:
        mine.filter(pk=same.pk).update(**changes)
    else:
        made.append(ReviewerSignal(process_id=process, reviewer_id=reviewer, day=day, **changes))


@transaction.atomic
def begin_again() -> None:
    """Forget every sum, so that the next sweep counts all decisions since each notice again: for whoever writes down the
    past after the present, and for operators who doubt the sums. What people said, and what was raised, stays."""
    ReviewerSignal.objects.update(tally={}, memory={}, stale=True)
    VigilanceNotice.objects.update(seen_at=F("acknowledged_at"), seen=None)
