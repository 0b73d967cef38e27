"""When failures are a finding about the process (F11)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from reviews.domain.recalibration import Failure, streak

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)


def on(*days: float, interactions: tuple[int, ...] = ()) -> list[Failure]:
    which = interactions or tuple(range(len(days)))
    return [
        Failure(BEGIN + timedelta(days=day), UUID(int=number), UUID(int=1000 + which[number]))
        for number, day in enumerate(days)
    ]


@pytest.mark.parametrize(
    ("days", "run"),
    [
        ([], []),
        ([0, 1], []),
        ([0, 15, 30], [0, 15, 30]),
        ([0, 15, 30.001], []),
        ([0, 20, 40, 45], [20, 40, 45]),
        ([30, 0, 15], [0, 15, 30]),
        ([0, 1, 2, 3], [0, 1, 2, 3]),
    ],
)
def test_three_within_thirty_days_make_one(days: list[float], run: list[float]):
    """Thirty days to the moment, rolling, in whatever order they come."""
    assert [(one.at - BEGIN) / timedelta(days=1) for one in streak(on(*days))] == pytest.approx(run)


def test_an_interaction_that_was_scored_twice_failed_once():
    assert streak(on(0, 1, 2, interactions=(7, 7, 8))) == []
    assert len(streak(on(0, 1, 2, 3, interactions=(7, 7, 8, 9)))) == 3
