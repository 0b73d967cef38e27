"""How many looks ± x takes: Cochran's formula, corrected for the month, and where the share lies (F1, F8)."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import Invalid
from reviews.domain import precision
from reviews.domain.estimates import Interval
from reviews.domain.precision import Reach

GOLDEN = [
    ("_case nobody knows anything, no end of them", 0.05, 10**9, 0.5, 385),
    ("_case of 2,000", 0.05, 2000, 0.5, 323),
    ("_case of 300", 0.05, 300, 0.5, 169),
    ("_case a twentieth is wrong, of 10,000", 0.02, 10_000, 0.05, 437),
    ("_case of one", 0.05, 1, 0.5, 1),
    ("_case of none", 0.05, 0, 0.5, 0),
    ("_case hardly asked for anything", 0.2, 10_000, 0.0001, 1),
]


@pytest.mark.parametrize(
    ("_case", "half_width", "population", "share", "size"), GOLDEN, ids=[row[0] for row in GOLDEN]
)
def test_needed_is(_case, half_width, population, share, size):
    assert precision.needed(half_width, population, share) == size


@given(
    half_width=st.floats(0.001, 0.2),
    population=st.integers(2, 100_000),
    share=st.floats(0.001, 0.999),
)
def test_so_many_looks_reach_the_half_width_and_one_less_does_not(half_width, population, share):
    """By the variance of a share drawn without replacement, p(1−p)/n·(N−n)/(N−1)."""

    def width(n):
        return 1.959964 * math.sqrt(share * (1 - share) / n * (population - n) / (population - 1))

    size = precision.needed(half_width, population, share)

    assert 1 <= size <= population
    assert width(size) <= half_width * 1.0001
    if size > 1:
        assert width(size - 1) >= half_width * 0.9999


PLANNED = [
    ("_case within the band", "0.02", 10_000, 0.05, 437, "0.044", Reach.BELOW),
    ("_case the fraction is rounded up", "0.02", 6_000, 0.05, 425, "0.071", Reach.WITHIN),
    ("_case more than the band", "0.05", 2000, None, 323, "0.162", Reach.ABOVE),
    ("_case of a month in which nothing went out", "0.05", 0, None, 0, "0", Reach.NOTHING),
]


@pytest.mark.parametrize(
    ("_case", "half_width", "population", "share", "size", "fraction", "reach"),
    PLANNED,
    ids=[row[0] for row in PLANNED],
)
def test_plan_says_which_share_that_is_and_where_it_lies(
    _case, half_width, population, share, size, fraction, reach
):
    known = None if share is None else Interval(share, share / 2, share * 2)

    found = precision.plan(Decimal(half_width), population, known)

    assert (found.size, found.fraction, found.reach) == (size, Decimal(fraction), reach)
    assert (found.share, found.basis) == ((0.5, "nothing") if share is None else (share, "estimate"))


def test_where_all_scores_are_alike_the_inner_end_of_the_interval_is_planned_with():
    none_wrong = precision.plan(Decimal("0.05"), 1000, Interval(0.0, 0.0, 0.25))
    all_wrong = precision.plan(Decimal("0.05"), 1000, Interval(1.0, 0.75, 1.0))
    nothing = precision.plan(Decimal("0.05"), 1000, Interval(None, 0.0, 1.0))

    assert (none_wrong.share, none_wrong.basis) == (0.25, "limit")
    assert (all_wrong.share, all_wrong.size) == (0.75, none_wrong.size)
    assert (nothing.share, nothing.basis) == (0.5, "nothing")


@pytest.mark.parametrize("half_width", ["0", "-0.01", "0.0009", "0.201", "NaN", "Infinity"])
def test_plan_refuses_what_cannot_be_asked_for(half_width):
    with pytest.raises(Invalid) as refused:
        precision.plan(Decimal(half_width), 1000, None)

    assert refused.value.field == "half_width"


@pytest.mark.parametrize(("half_width", "share"), [(0, 0.5), (0.1, 0), (0.1, 1)])
def test_needed_is_for_what_can_be_planned(half_width, share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        precision.needed(half_width, 100, share)
