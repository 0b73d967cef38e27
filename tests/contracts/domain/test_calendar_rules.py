"""What may be called a business calendar, and how its hours are kept."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain import calendar_rules
from contracts.domain.sla_clock import Calendar
from contracts.selectors import calendars

DAY = [["09:00", "18:00"]]
BREAK = [["09:00", "12:00"], ["13:00", "18:00"]]
NIGHT = [["18:00", "26:00"]]


def found(**changed):
    said = {"name": "Desk", "time_zone": "UTC", "hours": {"0": DAY}, "holidays": [], "always_open": False}
    return [(one.code, one.place) for one in calendar_rules.problems(**{**said, **changed})]


@pytest.mark.parametrize(
    "_case, hours",
    [
        ("_case a lunch break", {"0": BREAK}),
        ("_case written in any order", {"4": [["13:00", "18:00"], ["09:00", "12:00"]]}),
        ("_case one begins where the other ends", {"0": [["09:00", "12:00"], ["12:00", "18:00"]]}),
        ("_case a night shift before a day shift", {"0": NIGHT, "1": [["02:00", "08:00"]]}),
        ("_case Sunday night before Monday morning", {"6": NIGHT, "0": [["02:00", "08:00"]]}),
        ("_case a whole day", {"0": [["00:00", "24:00"]]}),
        ("_case a whole day from the morning on", {"0": [["08:00", "32:00"]]}),
        ("_case to midnight, as a browser writes it", {"0": [["18:00", "00:00"]]}),
        ("_case empty days beside", {"0": DAY, "1": [], "6": []}),
    ],
)
def test_problems_finds_none_in_a_calendar(_case, hours):
    assert found(hours=hours) == []


@pytest.mark.parametrize(
    "_case, hours, problems",
    [
        ("_case none", {}, [("never_open", "hours")]),
        ("_case only empty days", {"0": [], "3": []}, [("never_open", "hours")]),
        ("_case no weekday", {"7": DAY}, [("weekday", "hours")]),
        ("_case a name for a weekday", {"monday": DAY}, [("weekday", "hours")]),
        ("_case no time", {"2": [["nine", "18:00"]]}, [("malformed", "hours/2")]),
        ("_case no such minute", {"2": [["09:60", "18:00"]]}, [("malformed", "hours/2")]),
        ("_case no such hour", {"2": [["09:00", "48:00"]]}, [("malformed", "hours/2")]),
        ("_case seconds", {"2": [["09:00:00", "18:00"]]}, [("malformed", "hours/2")]),
        ("_case other digits", {"2": [["٠٩:٠٠", "18:00"]]}, [("malformed", "hours/2")]),
        ("_case no close", {"2": [["09:00"]]}, [("malformed", "hours/2")]),
        ("_case one text", {"2": ["09:00–18:00"]}, [("malformed", "hours/2")]),
        ("_case begins tomorrow", {"2": [["25:00", "26:00"]]}, [("malformed", "hours/2")]),
        ("_case reversed", {"2": [["18:00", "09:00"]]}, [("reversed", "hours/2")]),
        ("_case no length", {"2": [["09:00", "09:00"]]}, [("reversed", "hours/2")]),
        ("_case more than a day", {"2": [["01:00", "26:00"]]}, [("too_long", "hours/2")]),
        ("_case two at once", {"3": [["09:00", "12:00"], ["11:59", "18:00"]]}, [("overlap", "hours/3")]),
        ("_case twice the same", {"3": [*DAY, *DAY]}, [("overlap", "hours/3")]),
        ("_case into the next day", {"0": NIGHT, "1": [["01:00", "09:00"]]}, [("overlap", "hours/1")]),
        (
            "_case over the end of the week",
            {"6": NIGHT, "0": [["01:59", "9:00"]]},
            [("malformed", "hours/0")],
        ),
        ("_case into Monday", {"6": NIGHT, "0": [["01:59", "09:00"]]}, [("overlap", "hours/0")]),
        (
            "_case several days",
            {"1": [["18:00", "09:00"]], "4": [["x", "y"]]},
            [("reversed", "hours/1"), ("malformed", "hours/4")],
        ),
    ],
)
def test_problems_finds_what_is_wrong_with_hours(_case, hours, problems):
    assert found(hours=hours) == problems


@pytest.mark.parametrize(
    "_case, changed, problems",
    [
        ("_case always open", {"hours": {}, "always_open": True}, []),
        ("_case always open, and hours", {"always_open": True}, [("always_open", "hours")]),
        ("_case no name", {"name": "  "}, [("name", "name")]),
        ("_case a long name", {"name": "x" * 81}, [("name", "name")]),
        ("_case half an hour", {"time_zone": "Asia/Kolkata"}, []),
        ("_case three quarters of an hour", {"time_zone": "Asia/Kathmandu"}, []),
        ("_case three quarters and summer time", {"time_zone": "Pacific/Chatham"}, []),
        ("_case no zone", {"time_zone": ""}, [("time_zone", "time_zone")]),
        ("_case a file of no zone", {"time_zone": "../../etc/passwd"}, [("time_zone", "time_zone")]),
        ("_case no such zone", {"time_zone": "Asia/Bangalore"}, [("time_zone", "time_zone")]),
        ("_case an offset", {"time_zone": "+05:30"}, [("time_zone", "time_zone")]),
        ("_case holidays", {"holidays": [date(2026, 12, 25), date(2027, 1, 1)]}, []),
        ("_case a text for a holiday", {"holidays": ["2026-12-25"]}, [("holiday", "holidays")]),
        (
            "_case a moment for a holiday",
            {"holidays": [datetime(2026, 12, 25, tzinfo=UTC)]},
            [("holiday", "holidays")],
        ),
        (
            "_case the same holiday twice",
            {"holidays": [date(2026, 12, 25), date(2027, 1, 1), date(2026, 12, 25)]},
            [("holiday_twice", "holidays")],
        ),
        (
            "_case all at once",
            {"name": "", "time_zone": "Nowhere", "hours": {}, "holidays": [3]},
            [("name", "name"), ("time_zone", "time_zone"), ("never_open", "hours"), ("holiday", "holidays")],
        ),
    ],
)
def test_problems_finds_what_is_wrong_beside_the_hours(_case, changed, problems):
    assert found(**changed) == problems


def test_kept_is_in_order_and_says_a_close_past_midnight_by_the_clock():
    hours = {"4": NIGHT, "0": [["13:00", "18:00"], ["09:00", "12:00"]], "2": [], "5": [["08:00", "24:00"]]}

    assert calendar_rules.kept(hours) == {
        "0": BREAK,
        "4": [["18:00", "02:00"]],
        "5": [["08:00", "00:00"]],
    }


def test_written_is_what_was_kept():
    hours = {"0": BREAK, "4": NIGHT, "5": [["08:00", "24:00"]], "6": [["08:00", "32:00"]]}

    assert calendar_rules.written(calendar_rules.kept(hours)) == hours


SPANS = st.lists(
    st.tuples(st.integers(0, 47), st.integers(0, 47)).map(lambda span: [f"{hour:02}:30" for hour in span]),
    max_size=3,
)


@given(st.dictionaries(st.sampled_from("0123456"), SPANS))
def test_what_is_without_problems_is_what_the_clock_can_read(hours):
    kept = calendar_rules.kept(hours) if not found(hours=hours) else {"0": DAY}

    read = calendars.read({"time_zone": "UTC", "hours": kept, "holidays": [], "always_open": False})

    assert isinstance(read, Calendar)
