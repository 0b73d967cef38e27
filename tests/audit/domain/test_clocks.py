"""M9: comparing a machine's clock with the database's."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.domain import clocks

AT = datetime(2026, 3, 4, 9, tzinfo=UTC)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


@pytest.mark.parametrize(
    ("_case", "database", "took", "ahead"),
    [
        ("in step", 0, 0, 0),
        ("ahead of the database", -6, 0, 6),
        ("behind it", 6, 0, -6),
        ("asked in the middle of the question", 1, 2, 0),
        ("too slow an answer", 0, 2.1, None),
        ("set back meanwhile", 0, -0.1, None),
    ],
)
def test_how_far_ahead(_case, database, took, ahead):
    found = clocks.ahead(before=AT, database=AT + seconds(database), after=AT + seconds(took))

    assert found == (None if ahead is None else seconds(ahead))


@pytest.mark.parametrize(
    ("difference", "apart"), [(0, False), (5, False), (-5, False), (5.001, True), (-5.001, True)]
)
def test_more_than_five_seconds_are_apart(difference, apart):
    assert clocks.is_apart(seconds(difference)) is apart
