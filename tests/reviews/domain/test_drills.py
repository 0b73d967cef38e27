"""When a path is to be tried again, and how long an answer took (C7)."""

from datetime import UTC, datetime, timedelta

import pytest

from reviews.domain import drills

FIRST = datetime(2026, 1, 1, 9, tzinfo=UTC)
LAST = datetime(2026, 3, 4, 9, tzinfo=UTC)
QUARTER = timedelta(days=92)


@pytest.mark.parametrize(
    "_case, last, in_force_since, due",
    [
        ("no matrix and no drill", None, None, None),
        ("never tried: a quarter after the first matrix", None, FIRST, FIRST + QUARTER),
        ("a quarter after the last drill", LAST, FIRST, LAST + QUARTER),
    ],
)
def test_due(_case, last, in_force_since, due):
    assert drills.due(last, in_force_since) == due


def test_overdue_is_after_92_days_and_not_at_them():
    due = drills.due(LAST, None)

    assert not drills.overdue(due, LAST + QUARTER)
    assert drills.overdue(due, LAST + QUARTER + timedelta(seconds=1))
    assert not drills.overdue(None, LAST)


def test_seconds_are_told_to_a_tenth():
    assert drills.seconds(FIRST, FIRST + timedelta(seconds=4, milliseconds=260)) == 4.3
