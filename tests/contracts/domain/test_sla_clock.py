"""Deadlines in business time: known days in New York, Manila and Cebu, and laws that hold for every calendar."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain.sla_clock import Calendar, add, add_days, elapsed, is_open, next_opening

OFFICE = ((time(9), time(12)), (time(13), time(18)))
WEEKDAYS = dict.fromkeys(range(5), OFFICE)
MANILA_HOLIDAYS = frozenset(holidays.country_holidays("PH", years=[2026, 2027]))

CEBU = Calendar("Asia/Manila", WEEKDAYS, MANILA_HOLIDAYS)
HYDERABAD = Calendar("Asia/Kolkata", dict.fromkeys(range(5), ((time(9), time(18)),)))
NEW_YORK = Calendar("America/New_York", dict.fromkeys(range(7), ((time(0), time(0)),)))
NIGHT_SHIFT = Calendar(
    "Asia/Manila", dict.fromkeys(range(5), ((time(22), time(6)),)), frozenset({date(2026, 11, 18)})
)
ROUND_THE_CLOCK = Calendar("Asia/Manila", always_open=True)


def at(text, zone):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


MNL, NYC = "Asia/Manila", "America/New_York"
DEADLINES = [
    ("_case within the morning", CEBU, MNL, "2026-11-18T09:30", 15, "2026-11-18T09:45"),
    ("_case over lunch", CEBU, MNL, "2026-11-18T11:50", 15, "2026-11-18T13:05"),
    ("_case during lunch", CEBU, MNL, "2026-11-18T12:30", 15, "2026-11-18T13:15"),
    ("_case exactly until lunch", CEBU, MNL, "2026-11-18T11:45", 15, "2026-11-18T12:00"),
    ("_case at night in Cebu", CEBU, MNL, "2026-11-18T02:00", 15, "2026-11-18T09:15"),
    ("_case over the weekend", CEBU, MNL, "2026-11-20T17:50", 20, "2026-11-23T09:10"),
    ("_case a whole business day", CEBU, MNL, "2026-11-18T10:00", 480, "2026-11-19T10:00"),
    ("_case Christmas and Rizal Day in Manila", CEBU, MNL, "2026-12-23T17:00", 120, "2026-12-28T10:00"),
    ("_case no minutes while open", CEBU, MNL, "2026-11-18T10:00", 0, "2026-11-18T10:00"),
    ("_case no minutes while closed", CEBU, MNL, "2026-11-18T20:00", 0, "2026-11-19T09:00"),
    ("_case the hour that New York skips", NEW_YORK, NYC, "2026-03-08T01:30", 60, "2026-03-08T03:30"),
    ("_case the hour that New York repeats", NEW_YORK, NYC, "2026-11-01T00:30", 180, "2026-11-01T02:30"),
    ("_case a night shift past midnight", NIGHT_SHIFT, MNL, "2026-11-16T23:00", 480, "2026-11-17T23:00"),
    (
        "_case a night before a holiday is worked to its end",
        NIGHT_SHIFT,
        MNL,
        "2026-11-17T23:00",
        421,
        "2026-11-19T22:01",
    ),
    ("_case round the clock", ROUND_THE_CLOCK, MNL, "2026-12-25T03:00", 15, "2026-12-25T03:15"),
]


@pytest.mark.parametrize(
    ("_case", "calendar", "zone", "start", "minutes", "due"), DEADLINES, ids=[r[0] for r in DEADLINES]
)
def test_add_gives_the_deadline(_case, calendar, zone, start, minutes, due):
    reached = add(at(start, zone), minutes, calendar)

    assert reached == at(due, zone)
    assert reached.tzinfo is UTC
    assert elapsed(at(start, zone), reached, calendar) == timedelta(minutes=minutes)


def test_at_night_in_cebu_hyderabad_is_asleep_too_but_wakes_half_an_hour_after():
    night = at("2026-11-18T03:00", MNL)

    assert next_opening(night, CEBU) == at("2026-11-18T09:00", MNL)
    assert next_opening(night, HYDERABAD) == at("2026-11-18T11:30", MNL)


OPEN = [
    ("_case at opening", CEBU, "2026-11-18T09:00", True),
    ("_case at lunch", CEBU, "2026-11-18T12:00", False),
    ("_case after lunch", CEBU, "2026-11-18T13:00", True),
    ("_case on a holiday", CEBU, "2026-12-25T10:00", False),
    ("_case in the small hours of a night shift", NIGHT_SHIFT, "2026-11-18T05:59", True),
    ("_case in the night of a holiday", NIGHT_SHIFT, "2026-11-19T05:59", False),
    ("_case round the clock", ROUND_THE_CLOCK, "2026-12-25T03:00", True),
    ("_case a desk that never opens", Calendar(MNL), "2026-11-18T10:00", False),
]


@pytest.mark.parametrize(("_case", "calendar", "moment", "working"), OPEN, ids=[row[0] for row in OPEN])
def test_is_open(_case, calendar, moment, working):
    assert is_open(at(moment, MNL), calendar) is working


def test_elapsed_is_nothing_backwards():
    assert elapsed(at("2026-11-18T11:00", MNL), at("2026-11-18T10:00", MNL), CEBU) == timedelta(0)


def test_elapsed_counts_the_true_hours_of_the_days_of_change():
    spring = elapsed(at("2026-03-08T00:00", NYC), at("2026-03-09T00:00", NYC), NEW_YORK)
    autumn = elapsed(at("2026-11-01T00:00", NYC), at("2026-11-02T00:00", NYC), NEW_YORK)

    assert (spring, autumn) == (timedelta(hours=23), timedelta(hours=25))


def test_hours_inside_the_skipped_hour_never_count_twice():
    hours = ((time(1), time(2, 45)), (time(3), time(4)))
    calendar = Calendar(NYC, {6: hours, 0: ((time(2, 30), time(3, 15)),)})
    sunday, monday = at("2026-03-08T00:00", NYC), at("2026-03-09T00:00", NYC)

    assert elapsed(sunday, monday, calendar) == timedelta(hours=2)
    assert elapsed(sunday, monday, Calendar(NYC, {6: ((time(2, 30), time(3, 15)),)})) == timedelta(0)


CLOSED = [
    ("_case no hours at all", Calendar(MNL)),
    (
        "_case every day a holiday",
        Calendar(MNL, WEEKDAYS, frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(1000))),
    ),
]


@pytest.mark.parametrize(("_case", "calendar"), CLOSED, ids=[row[0] for row in CLOSED])
def test_add_gives_up_on_a_desk_that_does_not_open(_case, calendar):
    with pytest.raises(ValueError, match="400 days"):
        add(at("2026-11-18T10:00", MNL), 1, calendar)


def test_add_gives_up_when_openings_are_too_far_apart():
    shut = frozenset(date(2026, 11, 19) + timedelta(days=n) for n in range(399))
    longer = shut | {max(shut) + timedelta(days=n) for n in range(1, 7)}
    start = at("2026-11-18T17:00", MNL)

    assert add(start, 61, Calendar(MNL, dict.fromkeys(range(7), OFFICE), shut)) == at("2027-12-23T09:01", MNL)
    with pytest.raises(ValueError, match="400 days"):
        add(start, 61, Calendar(MNL, dict.fromkeys(range(7), OFFICE), longer))


@pytest.mark.parametrize("minutes", [-1, 10**9])
def test_add_refuses_absurd_minutes(minutes):
    with pytest.raises(ValueError, match="between 0"):
        add(at("2026-11-18T10:00", MNL), minutes, ROUND_THE_CLOCK)


def test_a_moment_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        add(datetime(2026, 11, 18, 10), 5, CEBU)  # noqa: DTZ001  (that is the point)


BAD = [
    ("_case overlapping hours", {0: ((time(9), time(12)), (time(11), time(13)))}, "overlap"),
    (
        "_case a night shift into the next morning's hours",
        {0: ((time(22), time(6)),), 1: ((time(5), time(9)),)},
        "overlap",
    ),
    (
        "_case Sunday's night into Monday morning",
        {6: ((time(22), time(6)),), 0: ((time(5), time(9)),)},
        "overlap",
    ),
    ("_case an eighth day", {7: OFFICE}, "Weekdays"),
    ("_case seconds", {0: ((time(9, 0, 1), time(12)),)}, "whole minutes"),
]


@pytest.mark.parametrize(("_case", "weekly", "words"), BAD, ids=[row[0] for row in BAD])
def test_calendar_refuses(_case, weekly, words):
    with pytest.raises(ValueError, match=words):
        Calendar(MNL, weekly)


def test_calendar_refuses_an_unknown_time_zone():
    with pytest.raises(ZoneInfoNotFoundError):
        Calendar("Asia/Atlantis")


# --- laws ---------------------------------------------------------------------------------------------------------

boundaries = st.lists(st.integers(0, 1439), min_size=2, max_size=6, unique=True).map(sorted)


def intervals(minutes):
    times = [time(minute // 60, minute % 60) for minute in minutes[: len(minutes) // 2 * 2]]
    return tuple(zip(times[::2], times[1::2], strict=True))


calendars = st.builds(
    Calendar,
    st.sampled_from([NYC, MNL, "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Cairo"]),
    st.dictionaries(st.integers(0, 6), boundaries.map(intervals), min_size=1),
    st.frozensets(st.dates(date(2026, 3, 1), date(2026, 11, 30)), max_size=5),
    st.sampled_from([False, False, False, True]),
)
moments = st.datetimes(datetime(2026, 2, 1), datetime(2026, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001
spans = st.integers(0, 3000)


BUSINESS_DAYS = [
    ("_case from the night before", CEBU, MNL, "2026-11-18T01:00", 5, "2026-11-25T18:00"),
    ("_case over Christmas", CEBU, MNL, "2026-12-23T10:00", 1, "2026-12-28T18:00"),
    ("_case from a Saturday", CEBU, MNL, "2026-11-21T12:00", 1, "2026-11-23T18:00"),
    (
        "_case a night shift ends the next morning",
        NIGHT_SHIFT,
        MNL,
        "2026-11-16T01:00",
        1,
        "2026-11-18T06:00",
    ),
    ("_case round the clock", ROUND_THE_CLOCK, MNL, "2026-12-25T03:15", 5, "2026-12-30T03:15"),
]


@pytest.mark.parametrize(
    ("_case", "calendar", "zone", "start", "days", "due"), BUSINESS_DAYS, ids=[r[0] for r in BUSINESS_DAYS]
)
def test_add_days_gives_the_close_of_the_day(_case, calendar, zone, start, days, due):
    assert add_days(at(start, zone), days, calendar) == at(due, zone)


def test_add_days_refuses_no_day_and_a_desk_that_never_opens():
    with pytest.raises(ValueError, match="at least one"):
        add_days(at("2026-11-18T01:00", MNL), 0, CEBU)
    with pytest.raises(ValueError, match="does not open"):
        add_days(at("2026-11-18T01:00", MNL), 1, Calendar(MNL))


@given(calendar=calendars, start=moments, minutes=spans)
def test_elapsed_undoes_add(calendar, start, minutes):
    due = add(start, minutes, calendar)

    assert due >= start
    assert elapsed(start, due, calendar) == timedelta(minutes=minutes)


@given(calendar=calendars, start=moments, later=st.integers(0, 5000), minutes=spans, more=spans)
def test_add_is_monotone(calendar, start, later, minutes, more):
    due = add(start, minutes, calendar)

    assert add(start, minutes + more, calendar) >= due
    assert add(start + timedelta(minutes=later), minutes, calendar) >= due
    assert add(due, more, calendar) >= add(start, minutes + more, calendar)


@given(calendar=calendars, start=moments, first=st.integers(0, 10**6), second=st.integers(0, 10**6))
def test_elapsed_adds_up(calendar, start, first, second):
    middle = start + timedelta(seconds=first)
    end = middle + timedelta(seconds=second)

    assert elapsed(start, middle, calendar) + elapsed(middle, end, calendar) == elapsed(start, end, calendar)
    assert elapsed(start, end, calendar) <= end - start
