"""The window of a draw: a local day, also where the clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from reviews.domain import windows

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("_case", "day", "hours"),
    [
        ("_case a plain day", date(2026, 3, 3), 24),
        ("_case clocks go forward", date(2026, 3, 29), 23),
        ("_case clocks go back", date(2026, 10, 25), 25),
    ],
)
def test_of_day_has_the_hours_of_the_day(_case, day, hours):
    window = windows.of_day(day, BERLIN)

    assert window.end - window.start == timedelta(hours=hours)
    assert window.opens_at == window.end + timedelta(hours=1)
    assert windows.of_day(day + timedelta(days=1), BERLIN).start == window.end


def test_of_day_knows_its_week_and_month():
    window = windows.of_day(date(2026, 3, 4), "Asia/Manila")

    assert window.week == datetime(2026, 3, 1, 16, tzinfo=UTC)  # Monday the 2nd in Manila
    assert window.month == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert windows.month_of(window.start, "Asia/Manila") == window.month


@pytest.mark.parametrize(
    ("_case", "at", "last"),
    [
        ("_case before one in the morning", datetime(2026, 3, 4, 16, 59, tzinfo=UTC), date(2026, 3, 3)),
        ("_case at one in the morning", datetime(2026, 3, 4, 17, 0, tzinfo=UTC), date(2026, 3, 4)),
    ],
)
def test_last_closed_turns_at_one_in_the_morning(_case, at, last):
    assert windows.last_closed(at, "Asia/Manila") == last


def test_the_last_month_is_that_of_the_process() -> None:
    eve = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)

    assert windows.last_month(eve, "UTC") == (date(2026, 1, 1), date(2026, 1, 31))
    assert windows.last_month(eve, "Asia/Tokyo") == (date(2026, 2, 1), date(2026, 2, 28))
