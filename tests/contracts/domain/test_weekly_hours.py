"""C1: which hours of a week somebody covers, and which nobody does."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain import weekly_hours
from contracts.domain.sla_clock import Calendar, is_open

MONDAY = date(2026, 3, 2)
OFFICE = Calendar("Europe/Berlin", {day: ((time(9), time(18)),) for day in range(5)})
NIGHTS = Calendar("Asia/Manila", {day: ((time(22), time(6)),) for day in range(7)})
ALWAYS = Calendar("UTC", always_open=True)


@pytest.mark.parametrize(
    "calendars, words",
    [
        ([ALWAYS], ""),
        (
            [OFFICE],
            "Monday to Friday 00:00–09:00 and 18:00–00:00; Saturday and Sunday all day, Europe/Berlin time",
        ),
        ([OFFICE, ALWAYS], ""),
        ([], "Monday to Sunday all day, Europe/Berlin time"),
        (
            [OFFICE, NIGHTS],
            (
                "Monday to Friday 00:00–09:00 and 23:00–00:00; Saturday and Sunday 00:00–15:00 and 23:00–00:00,"
                " Europe/Berlin time"
            ),
        ),
    ],
)
def test_gaps_in_words_names_the_hours_and_the_zone(calendars, words):
    assert weekly_hours.gaps_in_words(calendars, MONDAY, "Europe/Berlin") == words


def test_holidays_do_not_matter_to_a_matrix():
    closed = Calendar("Europe/Berlin", OFFICE.weekly, frozenset({MONDAY}))

    assert weekly_hours.gaps([closed], MONDAY, "Europe/Berlin") == weekly_hours.gaps(
        [OFFICE], MONDAY, "Europe/Berlin"
    )


def test_by_day_cuts_at_the_readers_midnight():
    found = weekly_hours.by_day(weekly_hours.spans(NIGHTS, MONDAY, "Asia/Manila"), MONDAY, "Asia/Manila")

    assert found == [[(0, 360), (1320, 1440)]] * 7


def test_a_week_of_summer_time_is_an_hour_shorter():
    (whole,) = weekly_hours.spans(ALWAYS, date(2026, 3, 23), "Europe/Berlin")

    assert whole[1] - whole[0] == timedelta(hours=167)


@given(st.integers(0, 7 * 24 * 60 - 1), st.sets(st.sampled_from([0, 1])))
def test_a_minute_is_in_a_gap_or_somebody_works(minute, chosen):
    calendars = [[OFFICE, NIGHTS][index] for index in chosen]
    moment = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(minutes=minute)

    free = weekly_hours.gaps(calendars, MONDAY, "UTC")

    assert any(start <= moment < end for start, end in free) != any(is_open(moment, one) for one in calendars)
