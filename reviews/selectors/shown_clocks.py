"""The clocks of a case as people look at them.

A control item is in nobody's account and has no clocks; it shows those that any other case would have, so that nobody can
tell it apart by them (E4).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.domain import case_clock
from contracts.domain.case_clock import Clock
from contracts.domain.sla_kinds import Ledger
from contracts.selectors import calendars
from reviews.domain.clock_kinds import ClockState
from reviews.models import Case, CaseClock, ClockPause
from reviews.selectors import agreed_times, clocks


@dataclass(frozen=True)
class Shown:
    """One clock. `spent` is the time that counted so far, or until it stopped."""

    ledger: Ledger
    level: str
    minutes: int | None
    due_at: datetime | None
    stopped_at: datetime | None
    state: ClockState
    clock: Clock | None

    def spent(self, at: datetime) -> timedelta | None:
        return case_clock.spent(self.clock, self.stopped_at or at) if self.clock else None


def of(case: Case) -> list[Shown]:
    """Every clock of a case, in the order in which they began."""
    rows = list(CaseClock.objects.filter(case=case).order_by("started_at", "ledger", "pk"))
    stood = clocks.pauses(case.pk)
    if not rows and case.meant_for_id is not None:
        agreed = [one for one in agreed_times.agreed(case.process) if one.ledger != Ledger.UC]
        said = calendars.histories({one.calendar_key for one in agreed if one.calendar_key})
        return [_like(case, one, stood, said[one.calendar_key]) for one in agreed]
    known = clocks.calendars_of(rows)
    return [
        Shown(
            ledger=Ledger(row.ledger),
            level=row.level,
            minutes=row.terms[-1]["minutes"] if row.terms else None,
            due_at=row.due_at,
            stopped_at=row.stopped_at,
            state=ClockState(row.state),
            clock=clocks.computed(row, stood, known),
        )
        for row in rows
    ]


def pauses(case: Case) -> list[ClockPause]:
    rows = ClockPause.objects.filter(case=case).select_related("entered_by")
    return list(rows.order_by("begins_at", "pk"))


def _like(
    case: Case, agreed: agreed_times.Agreed, stood: list[case_clock.Pause], said: case_clock.History
) -> Shown:
    terms = [(case.opened_at, agreed.minutes, said)]
    clock = case_clock.of_histories(case.opened_at, terms, stood, case.closed_at)
    due, stopped = case_clock.due(clock), case.closed_at
    kept = stopped is None or due is None or stopped <= due
    state = ClockState.RUNNING if stopped is None else ClockState.MET if kept else ClockState.MISSED
    return Shown(agreed.ledger, agreed.level, agreed.minutes, due, stopped, state, clock)
