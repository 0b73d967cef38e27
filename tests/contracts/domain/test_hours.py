from datetime import date, time

import pytest

from contracts.domain.hours import in_words, limit
from contracts.domain.sla_clock import Calendar

DAY = ((time(9), time(18)),)
SPLIT = ((time(13), time(18)), (time(9), time(12)))


@pytest.mark.parametrize(
    "_case, calendar, words",
    [
        ("_case round the clock", Calendar("UTC", always_open=True), "Around the clock"),
        ("_case no hours", Calendar("UTC"), "Never open, UTC time"),
        (
            "_case a working week",
            Calendar("Asia/Manila", dict.fromkeys(range(5), DAY)),
            "Monday to Friday 09:00–18:00, Asia/Manila time",
        ),
        (
            "_case two days, and a holiday",
            Calendar("Europe/Berlin", {5: DAY, 6: DAY}, frozenset({date(2026, 12, 25)})),
            "Saturday and Sunday 09:00–18:00, Europe/Berlin time, except 1 holiday",
        ),
        (
            "_case a break, and another day",
            Calendar("Asia/Tokyo", {0: SPLIT, 2: DAY}, frozenset({date(2026, 1, 1), date(2026, 1, 2)})),
            "Monday 09:00–12:00 and 13:00–18:00; Wednesday 09:00–18:00, Asia/Tokyo time, except 2 holidays",
        ),
    ],
)
def test_in_words_says_when_a_desk_works(_case, calendar, words):
    assert in_words(calendar) == words


@pytest.mark.parametrize(
    "minutes, words", [(0, "0 min"), (15, "15 min"), (120, "2 h"), (90, "1 h 30 min"), (480, "8 h")]
)
def test_limit_says_how_long(minutes, words):
    assert limit(minutes) == words
