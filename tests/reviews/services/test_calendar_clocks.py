"""Clocks follow a calendar that is defined anew: what has passed is kept, what is left goes by the new hours (U1, U3)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from audit.domain.ids import new_id
from contracts.domain.sla_kinds import Metric
from contracts.models import CalendarDefinition, Process
from contracts.services import agreements
from reviews.models import CaseClock
from reviews.services import clock_sweeps, clocks
from tests import worlds
from tests.factories import reviews as made
from tests.factories import service_levels
from tests.factories.clocks import clock, timed
from tests.reviews.services.stages import events
from tests.worlds import Desk

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


def office(desk, at, closes="18:00"):
    """Let the process go by an office that was open that day until then."""
    calendar = agreements.define_for(
        process=desk.process, terms=_office(closes), by=desk.governance, at=at - HOUR
    )
    Process.objects.filter(pk=desk.process.pk).update(calendar=calendar, stamp=new_id())
    desk.process.refresh_from_db()
    return calendar


def _office(closes, days_off=()):
    hours = {str(day): [["09:00", closes]] for day in range(5)}
    return agreements.Terms("Office", "UTC", hours, days_off=[(day, "") for day in days_off])


def redefined(desk, calendar, at, closes="18:00", days_off=()):
    return agreements.redefine_calendar(
        process=desk.process,
        calendar_id=calendar.pk,
        number=calendar.number,
        terms=_office(closes, days_off),
        why="Fewer people",
        by=desk.governance,
        at=at,
    )


def test_a_calendar_that_is_defined_anew_moves_what_is_left(desk, at):
    """From nine to six; at half past ten the desk says that it closes at eleven and has the next day off."""
    calendar = office(desk, at)
    service_levels.agreed(desk, at - MINUTE, timed(Metric.REVIEW_TIME, 120), service_levels.terms("A", "0.5"))
    case = made.waiting_case(desk, at)
    begun = clock(case).due_at
    later = at + HOUR
    calendar = redefined(desk, calendar, later, "11:00", [date(2026, 3, 5)])

    moves = [clock_sweeps.follow_calendars(at=later + minutes * MINUTE) for minutes in (0, 1, 6, 7)]

    assert moves == [1, 0, 0, 0]
    assert begun == at + 2 * HOUR
    # An hour had passed and half an hour is left that day; the rest is on Friday from nine.
    assert clock(case).due_at == datetime(2026, 3, 6, 9, 30, tzinfo=UTC)
    assert not CalendarDefinition.objects.filter(followed_at__isnull=True).exists()
    assert events("clock.moved")[-1].facts["why"] == "The calendar Office was defined anew"


def test_a_pause_entered_afterwards_counts_with_what_the_calendar_said_then(desk, at):
    calendar = office(desk, at)
    service_levels.agreed(desk, at - MINUTE, timed(Metric.REVIEW_TIME, 120), service_levels.terms("A", "0.5"))
    case = made.waiting_case(desk, at)
    later = at + HOUR
    redefined(desk, calendar, later, "11:00")
    clock_sweeps.follow_calendars(at=later)

    clocks.pause(
        case_id=case.pk, begins=at, ends=at + 30 * MINUTE, why="Waiting", by=desk.lead, at=later + MINUTE
    )

    # Half an hour had passed, half an hour is left that day, and one hour is due on Thursday.
    assert clock(case).due_at == datetime(2026, 3, 5, 10, 0, tzinfo=UTC)


def test_what_was_late_by_the_old_hours_stays_late(desk, at):
    calendar = office(desk, at)
    service_levels.agreed(desk, at - MINUTE, timed(Metric.REVIEW_TIME, 120), service_levels.terms("A", "0.5"))
    case = made.waiting_case(desk, at)
    late = at + 3 * HOUR
    redefined(desk, calendar, late, "10:00")

    assert clock_sweeps.follow_calendars(at=late) == 0
    assert clock_sweeps.judge(at=late) == 1
    assert clock(case).due_at == clock(case).breached_at == at + 2 * HOUR


def test_a_clock_that_an_intake_still_opened_by_the_old_hours_follows_too(desk, at):
    calendar = office(desk, at)
    service_levels.agreed(desk, at - MINUTE, timed(Metric.REVIEW_TIME, 120), service_levels.terms("A", "0.5"))
    redefined(desk, calendar, at - MINUTE, "11:00")
    clock_sweeps.follow_calendars(at=at - MINUTE)
    case = made.waiting_case(desk, at)
    # As an intake leaves it that read the hours a moment before.
    CaseClock.objects.filter(case=case).update(due_at=at + 2 * HOUR)

    assert clock_sweeps.follow_calendars(at=at + MINUTE) == 1
    assert clock(case).due_at == datetime(2026, 3, 5, 9, 30, tzinfo=UTC)


def test_clocks_of_another_calendar_stay(desk, at):
    calendar = office(desk, at)
    other = agreements.define_for(
        process=desk.process, terms=replace(_office("12:00"), name="Other"), by=desk.legal, at=at
    )
    service_levels.agreed(
        desk,
        at - MINUTE,
        replace(timed(Metric.REVIEW_TIME, 120), calendar=other),
        service_levels.terms("A", "0.5"),
    )
    case = made.waiting_case(desk, at)
    due = clock(case).due_at
    redefined(desk, calendar, at + MINUTE, "11:00")

    assert clock_sweeps.follow_calendars(at=at + MINUTE) == 0
    assert clock(case).due_at == due
