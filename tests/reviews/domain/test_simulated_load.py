"""Hours and lateness by the simple model, computed by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.domain.sla_clock import Calendar
from reviews.domain import simulated_load

ALWAYS = Calendar("UTC", always_open=True)
AT = datetime(2026, 3, 4, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def decided(number: int, seconds: int = 360, queue: str = "review"):
    return [(queue, seconds, "Ann", AT + (place % 5) * HOUR) for place in range(number)]


def test_measure_is_unknown_under_ten():
    measures = simulated_load.measure(decided(9), since=AT, until=AT + 10 * HOUR, calendar=ALWAYS)

    assert measures.handling("review") is None
    assert measures.capacity is None


def test_measure_takes_all_queues_where_one_has_too_few():
    some = [*decided(10), *decided(3, 60, "senior")]

    measures = simulated_load.measure(some, since=AT, until=AT + 10 * HOUR, calendar=ALWAYS)

    assert measures.handling("senior") == measures.overall
    assert (measures.overall.n, measures.overall.seconds) == (13, 360.0)
    # One person in five of ten open hours, ten cases an hour each.
    assert measures.capacity == pytest.approx(5.0)


def test_late_counts_those_whose_turn_comes_after_the_limit():
    """Thirty cases in one hour, ten an hour: done 3 hours after its middle; with a limit of 1 hour two thirds are late."""
    late = simulated_load.late({AT: 30}, {AT: 10}, capacity=10, minutes=60, calendar=ALWAYS)

    assert late == pytest.approx((20.0, 0.0))


def test_late_waits_for_the_desk_to_open_but_counts_open_hours():
    """What comes at night begins in the morning; closed hours are no wait."""
    arrivals = {AT: 10, AT + 24 * HOUR: 10}

    late = simulated_load.late(arrivals, arrivals, capacity=10, minutes=60, calendar=ALWAYS)

    assert late == pytest.approx((0.0, 0.0))
