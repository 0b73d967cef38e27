"""The days of the demo world."""

from datetime import UTC, date, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest

from governance.demo.clock import Calendar, later
from governance.demo.world import CLIENTS

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("process", sorted(CLIENTS))
def test_day_counts_back_from_the_last_one_that_is_over(process: str) -> None:
    calendar = Calendar(CLIENTS[process], NOW)

    assert calendar.day(90, 90).date == date(2026, 3, 3)
    assert calendar.day(1, 90).date == date(2025, 12, 4)


@pytest.mark.parametrize("process", sorted(CLIENTS))
def test_volume_is_the_agreed_one_over_weeks(process: str) -> None:
    spec = CLIENTS[process]
    calendar = Calendar(spec, NOW)

    total = sum(calendar.volume(calendar.day(number, 84).date, 1.0) for number in range(1, 85))

    assert sum(spec.week) == pytest.approx(7)
    assert total == pytest.approx(84 * spec.per_day, rel=0.05)


def test_volume_is_the_same_every_time() -> None:
    calendar = Calendar(CLIENTS["AP-INV"], NOW)

    assert calendar.volume(date(2026, 3, 2), 1.0) == calendar.volume(date(2026, 3, 2), 1.0)
    assert calendar.volume(date(2026, 3, 1), 1.0) < calendar.volume(date(2026, 3, 2), 1.0)


@pytest.mark.parametrize("process", sorted(CLIENTS))
def test_moment_lies_in_the_local_day_and_mostly_in_its_hours(process: str) -> None:
    spec = CLIENTS[process]
    dice = Random(7)

    moments = [
        Calendar(spec, NOW).moment(date(2026, 3, 2), dice).astimezone(ZoneInfo(spec.zone)) for _ in range(300)
    ]

    assert {moment.date() for moment in moments} == {date(2026, 3, 2)}
    inside = sum(spec.hours[0] <= moment.hour < spec.hours[1] for moment in moments)
    assert inside > 0.8 * len(moments)


def test_later_is_never_before() -> None:
    dice = Random(7)

    waits = [(later(NOW, 10, dice) - NOW).total_seconds() / 60 for _ in range(500)]

    assert min(waits) >= 0
    assert max(waits) <= 90
