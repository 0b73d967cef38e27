"""F8: what the sample says of everything, with the golden numbers of §5.2."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.domain import qa_estimates
from reviews.domain.estimates import wilson
from reviews.domain.qa_estimates import Cell


def cell(stratum: str, pi: str, scored: int, wrong: int) -> Cell:
    return Cell(stratum, Decimal(pi), scored, wrong)


GOLDEN = {"critical/reviewed": 100, "high/reviewed": 300, "low/straight_through": 600}
LOOKS = [
    cell("critical/reviewed", "0.4", 40, 6),
    cell("high/reviewed", "0.15", 45, 3),
    cell("low/straight_through", "0.058333333333", 35, 1),
]


def test_equal_probabilities_give_the_plain_stratified_estimate():
    whole = qa_estimates.of(GOLDEN, LOOKS).whole

    figures = (whole.interval.share, whole.error, whole.interval.low, whole.interval.high)
    assert [round(figure * 100, 2) for figure in figures if figure is not None] == [5.21, 2.01, 1.27, 9.16]
    assert (whole.size, whole.scored, whole.wrong, whole.covered) == (1000, 120, 10, 1.0)


def test_what_went_straight_through_and_what_was_reviewed_are_told_apart():
    routes = qa_estimates.of(GOLDEN, LOOKS).routes

    assert set(routes) == {"reviewed", "straight_through"}
    assert (routes["straight_through"].scored, routes["straight_through"].interval.share) == (
        35,
        pytest.approx(1 / 35),
    )
    assert routes["reviewed"].interval.share == pytest.approx(0.25 * 6 / 40 + 0.75 * 3 / 45)


def test_a_reviewer_who_is_drawn_more_often_counts_less_each_time():
    # Ten looks at the one with a floor found five faults, ten at ten times as many interactions found none.
    figures = qa_estimates.of(
        {"high/reviewed": 220}, [cell("high/reviewed", "0.5", 10, 5), cell("high/reviewed", "0.05", 10, 0)]
    )

    share = figures.whole.interval.share
    assert share is not None
    assert share == pytest.approx(5 * 2 / (10 * 2 + 10 * 20))
    assert share < 5 / 20


def test_languages_of_a_tier_and_route_are_one_stratum():
    sizes = {"high/reviewed/de": 60, "high/reviewed/other": 40, "high/reviewed": 100}
    figures = qa_estimates.of(
        sizes, [cell("high/reviewed/de", "0.1", 6, 0), cell("high/reviewed", "0.1", 9, 3)]
    )

    assert list(figures.strata) == ["high/reviewed"]
    assert (figures.strata["high/reviewed"].size, figures.strata["high/reviewed"].scored) == (200, 15)


def test_where_no_fault_was_found_the_number_of_looks_bounds_it():
    whole = qa_estimates.of({"high/reviewed": 1000}, [cell("high/reviewed", "0.059", 59, 0)]).whole

    expected = wilson(0, 59)
    assert (whole.interval.share, whole.interval.low) == (0.0, 0.0)
    assert whole.interval.high == pytest.approx(expected.high)


@pytest.mark.parametrize(("scored", "enough"), [(0, False), (9, False), (10, True)])
def test_under_ten_looks_there_is_not_enough(scored, enough):
    whole = qa_estimates.of({"high/reviewed": 100}, [cell("high/reviewed", "0.1", scored, 0)]).whole

    assert whole.enough is enough


def test_a_frame_of_nothing_says_nothing():
    figures = qa_estimates.of({}, [])

    assert (figures.whole.size, figures.whole.interval.share, dict(figures.routes)) == (0, None, {})


def test_strata_nobody_looked_into_are_said_to_be_uncovered():
    whole = qa_estimates.of(
        {"high/reviewed": 300, "low/reviewed": 100}, [cell("high/reviewed", "0.1", 30, 3)]
    ).whole

    assert (whole.covered, whole.interval.share) == (0.75, pytest.approx(0.1))


@pytest.mark.parametrize("pi", ["0", "1.1"])
def test_a_probability_that_is_none_is_refused(pi):
    with pytest.raises(ValueError, match="probability"):
        qa_estimates.of({"high/reviewed": 10}, [cell("high/reviewed", pi, 1, 0)])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a/reviewed", "b/reviewed", "c/straight_through"]),
            st.integers(1, 40),
            st.integers(0, 40),
        ),
        max_size=8,
    )
)
def test_a_share_lies_within_its_limits(rows):
    sizes = {"a/reviewed": 1000, "b/reviewed": 400, "c/straight_through": 2000}
    cells = [cell(name, "0.1" if n % 2 else "0.3", n, min(wrong, n)) for name, n, wrong in rows]

    figures = qa_estimates.of(sizes, cells)

    for one in (figures.whole, *figures.routes.values(), *figures.strata.values()):
        if one.interval.share is not None:
            assert 0 <= one.interval.low <= one.interval.share <= one.interval.high <= 1
