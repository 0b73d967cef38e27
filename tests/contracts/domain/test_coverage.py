"""K6: the hours of a week in which nobody of those who may halt is on call."""

from datetime import UTC, date, datetime, time

import pytest

from contracts.domain import coverage
from contracts.domain.sla_clock import Calendar

WINTER, SUMMER = date(2026, 1, 5), date(2026, 7, 6)
ALWAYS = Calendar("UTC", always_open=True)


def daily(zone: str, opens: str, closes: str, days=range(7)) -> Calendar:
    span = ((time.fromisoformat(opens), time.fromisoformat(closes)),)
    return Calendar(zone, dict.fromkeys(days, span))


def hours(*calendars: Calendar, week: date = WINTER) -> float:
    return sum(gap.hours for gap in coverage.uncovered(calendars, week))


@pytest.mark.parametrize(
    ("_case", "calendars", "open_hours"),
    [
        ("nobody", [], 168),
        ("somebody around the clock", [ALWAYS], 0),
        ("office hours of one", [daily("UTC", "09:00", "17:00", range(5))], 128),
        ("two that meet", [daily("UTC", "00:00", "12:00"), daily("UTC", "12:00", "00:00")], 0),
        ("a night shift", [daily("UTC", "06:00", "18:00"), daily("UTC", "18:00", "06:00")], 0),
        ("an hour between them", [daily("UTC", "06:00", "18:00"), daily("UTC", "19:00", "06:00")], 7),
        ("two zones", [daily("Asia/Manila", "08:00", "20:00"), daily("Asia/Manila", "20:00", "08:00")], 0),
        ("overlapping", [daily("UTC", "00:00", "16:00"), daily("UTC", "08:00", "00:00")], 0),
    ],
)
def test_uncovered_hours(_case, calendars, open_hours):
    assert hours(*calendars) == open_hours


def test_what_covers_in_winter_may_leave_an_hour_in_summer():
    berlin, manila = daily("Europe/Berlin", "08:00", "20:00"), daily("Asia/Manila", "03:00", "15:00")

    assert hours(berlin, manila, week=WINTER) == 0
    assert hours(berlin, manila, week=SUMMER) == 7
    assert coverage.uncovered_all_year([berlin, manila], datetime(2026, 1, 7, tzinfo=UTC)) != []


def test_a_gap_says_when_it_begins_and_ends():
    [gap, *_rest] = coverage.uncovered([daily("UTC", "00:00", "23:00")], WINTER)

    assert (gap.begins, gap.ends) == (
        datetime(2026, 1, 5, 23, tzinfo=UTC),
        datetime(2026, 1, 6, tzinfo=UTC),
    )
