"""What one process knows of its reviewers in the weeks up to a day: the sums to judge each by (§5.4)."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q
from django.db.models.functions import TruncDate

from contracts.models import Process
from reviews.domain import vigilance_tally, windows
from reviews.domain.vigilance import Honeypots, Window
from reviews.domain.vigilance_signals import ENOUGH
from reviews.domain.vigilance_tally import Memory, Tally
from reviews.enums import SCORED, Verdict
from reviews.models import Evaluation, ReviewerSignal, VigilanceAction
from reviews.selectors import disputes, honeypots

DAYS = 28
# Two control items a week make eight in four weeks, which say nothing about 10 %: they count for a quarter.
HONEYPOT_DAYS = 90


@dataclass
class Ground:
    """The sums of all days of a process from which windows are made, and from when on they count against a person."""

    tallies: dict[date, dict[UUID, Tally]] = field(default_factory=dict)
    scores: dict[tuple[UUID, date], tuple[int, int]] = field(default_factory=dict)
    cleared: dict[UUID, date] = field(default_factory=dict)
    honeypots: list[tuple[UUID, date, bool]] = field(default_factory=list)
    unreadable: set[UUID] = field(default_factory=set)
    _together: dict[date, tuple[dict[UUID, Tally], Tally]] = field(default_factory=dict)

    def window(self, reviewer: UUID, day: date, memory: dict[str, Any]) -> Window:
        """What a reviewer is judged by at the end of a day. What lies before a lead's clearing counts for the peers'
        usual rates, and no more against him. Raises ValueError where his sums cannot be read."""
        if reviewer in self.unreadable:
            raise ValueError("These sums cannot be read.")
        people, everybody = self._until(day)
        cells = everybody.cells()
        compared = sum(cell.decisions for cell in cells.values())
        approved = sum(cell.approved for cell in cells.values())
        anew = self.cleared.get(reviewer, date.min) + timedelta(days=1)
        begins = max(day - timedelta(days=DAYS - 1), anew)
        own = vigilance_tally.total(
            found[reviewer]
            for when, found in self.tallies.items()
            if begins <= when <= day and reviewer in found
        )
        scored = [
            count for (who, when), count in self.scores.items() if who == reviewer and begins <= when <= day
        ]
        return Window(
            own=own,
            memory=Memory(**memory) if memory else Memory(),
            peers=vigilance_tally.peers(cells, people[reviewer].cells() if reviewer in people else {}),
            p_ref=approved / compared if compared >= ENOUGH else None,
            scored=sum(count[0] for count in scored),
            wrong=sum(count[1] for count in scored),
            honeypots=self._honeypots(reviewer, max(day - timedelta(days=HONEYPOT_DAYS - 1), anew), day),
        )

    def _honeypots(self, reviewer: UUID, begins: date, day: date) -> Honeypots | None:
        missed = [wrong for who, when, wrong in self.honeypots if who == reviewer and begins <= when <= day]
        return Honeypots(len(missed), sum(missed)) if missed else None

    def _until(self, day: date) -> tuple[dict[UUID, Tally], Tally]:
        """The sums of each person, and of all together, over the weeks up to a day."""
        if day not in self._together:
            begins = day - timedelta(days=DAYS - 1)
            parts: dict[UUID, list[Tally]] = {}
            for when, found in self.tallies.items():
                if begins <= when <= day:
                    for reviewer, tally in found.items():
                        parts.setdefault(reviewer, []).append(tally)
            people = {reviewer: vigilance_tally.total(tallies) for reviewer, tallies in parts.items()}
            self._together[day] = people, vigilance_tally.total(people.values())
        return self._together[day]


def ground(process: Process, first: date) -> Ground:
    """Everything needed to judge days from `first` on. Five queries, whatever they hold."""
    begins = first - timedelta(days=DAYS - 1)
    found = Ground(honeypots=_honeypots(process, first - timedelta(days=HONEYPOT_DAYS - 1)))
    rows = ReviewerSignal.objects.filter(process=process, day__gte=begins)
    for reviewer, day, tally in rows.values_list("reviewer", "day", "tally"):
        try:
            found.tallies.setdefault(day, {})[reviewer] = Tally.read(tally)
        except (AttributeError, TypeError, ValueError):
            found.unreadable.add(reviewer)
    cleared = VigilanceAction.objects.filter(process=process, cleared_at__isnull=False).order_by()
    for reviewer, last in cleared.values_list("reviewer").annotate(last=Max("cleared_at")):
        found.cleared[reviewer] = windows.local_day(last, process.time_zone)
    found.scores = _scores(process, begins)
    return found


def _scores(process: Process, begins: date) -> dict[tuple[UUID, date], tuple[int, int]]:
    """By reviewer and the day of his decision: how many approvals QA scored, and how many of them were wrong."""
    scored = (
        Evaluation.objects.filter(
            process=process,
            state__in=SCORED,
            submitted_at__gte=windows.of_day(begins, process.time_zone).start,
            interaction__final_decision__verdict=Verdict.APPROVE,
        )
        .order_by()
        .annotate(
            day=TruncDate("interaction__final_decision__decided_at", tzinfo=ZoneInfo(process.time_zone))
        )
        .annotate(wrong_stands=disputes.stands("output_wrong"))
        .values_list("interaction__final_decision__decided_by", "day")
        .annotate(scored=Count("pk"), wrong=Count("pk", filter=Q(wrong_stands=True)))
    )
    return {(reviewer, day): (count, wrong) for reviewer, day, count, wrong in scored}


def _honeypots(process: Process, begins: date) -> list[tuple[UUID, date, bool]]:
    """Whose each known-bad item was, on which day it was judged, and whether it was missed (E4)."""
    since = windows.of_day(begins, process.time_zone).start
    return [
        (reviewer, windows.local_day(ended, process.time_zone), missed)
        for reviewer, ended, missed in honeypots.results(process, since)
    ]
