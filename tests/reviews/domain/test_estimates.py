"""The golden numbers of §5.2, and scipy as the oracle."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from reviews.domain.estimates import (
    Interval,
    StratumResult,
    kappa,
    stratified,
    wilson,
    wilson_of_share,
    zero_defect_sample,
)

GOLDEN = [
    ("_case ADR of 300", 45, 300, 15.0, 11.40, 19.48),
    ("_case escapes of 70", 2, 70, 2.86, 0.79, 9.83),
    ("_case small n is honest", 6, 120, 5.0, 2.31, 10.48),
]


@pytest.mark.parametrize(
    ("_case", "successes", "n", "share", "low", "high"), GOLDEN, ids=[row[0] for row in GOLDEN]
)
def test_wilson_golden(_case, successes, n, share, low, high):
    interval = wilson(successes, n)

    assert tuple(round(100 * value, 2) for value in (interval.share, interval.low, interval.high)) == (
        share,
        low,
        high,
    )


def test_wilson_of_the_rubber_stamp_bound():
    assert round(100 * wilson(5, 20).low, 1) == 11.2
    assert round(100 * wilson(4, 20).low, 1) == 8.1


@settings(deadline=None)
@given(
    st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.sampled_from([0.8, 0.95, 0.99]),
)
def test_wilson_equals_scipy(counts, confidence):
    successes, n = counts

    ours = wilson(successes, n, confidence)

    theirs = binomtest(successes, n).proportion_ci(confidence, method="wilson")
    assert ours.low == pytest.approx(theirs.low, abs=1e-9)
    assert ours.high == pytest.approx(theirs.high, abs=1e-9)
    assert ours.low <= ours.share <= ours.high


def test_wilson_of_nothing_says_nothing():
    assert wilson(0, 0) == Interval(None, 0.0, 1.0)


@pytest.mark.parametrize(("successes", "n"), [(2, 1), (-1, 5), (1, 0)])
def test_wilson_refuses_impossible_counts(successes, n):
    with pytest.raises(ValueError, match="successes"):
        wilson(successes, n)


@pytest.mark.parametrize(
    ("share", "n", "confidence"), [(1.1, 5, 0.9), (0.5, 0, 0.9), (0.5, 5, 1), (0.5, 5, 0)]
)
def test_wilson_of_share_refuses(share, n, confidence):
    with pytest.raises(ValueError, match="between 0 and 1"):
        wilson_of_share(share, n, confidence)


def test_stratified_golden():
    strata = [StratumResult(100, 40, 6), StratumResult(300, 45, 3), StratumResult(600, 35, 1)]

    result = stratified(strata)

    assert [round(100 * value, 2) for value in (result.share, result.error, result.low, result.high)] == [
        5.21,
        2.01,
        1.27,
        9.16,
    ]
    assert result.covered == 1
    assert round(100 * wilson(10, 120).share, 2) == 8.33


def test_stratified_leaves_out_what_nobody_sampled():
    result = stratified([StratumResult(100, 10, 1), StratumResult(300, 0, 0)])

    assert (result.share, result.covered) == (pytest.approx(0.1), 0.25)


def test_stratified_of_a_census_is_certain():
    result = stratified([StratumResult(10, 10, 3), StratumResult(1, 1, 0)])

    assert (result.share, result.error) == (pytest.approx(3 / 11), 0)


def test_stratified_takes_the_worst_variance_for_a_single_observation():
    assert stratified([StratumResult(100, 1, 0)]).error == pytest.approx((0.99 * 0.25) ** 0.5)


def test_stratified_of_nothing_says_nothing():
    assert stratified([]).share is None
    assert stratified([StratumResult(5, 0, 0)]).covered == 0


@pytest.mark.parametrize("counts", [(5, 6, 0), (5, 2, 3), (5, 2, -1)])
def test_stratified_refuses_impossible_counts(counts):
    with pytest.raises(ValueError, match="stratum"):
        stratified([StratumResult(*counts)])


def test_kappa_golden():
    agreement = kappa([[70, 5], [7, 18]])

    assert [round(value, 3) for value in (agreement.observed, agreement.expected, agreement.kappa)] == [
        0.88,
        0.635,
        0.671,
    ]
    assert agreement.word == "substantial"


WORDS = [
    ("_case against each other", [[0, 5], [5, 0]], -1.0, "poor"),
    ("_case by chance", [[5, 5], [5, 5]], 0.0, "slight"),
    ("_case slight", [[11, 9], [9, 11]], 0.1, "slight"),
    ("_case fair", [[13, 7], [7, 13]], 0.3, "fair"),
    ("_case moderate", [[3, 1], [1, 3]], 0.5, "moderate"),
    ("_case perfect", [[5, 0, 0], [0, 5, 0], [0, 0, 5]], 1.0, "almost perfect"),
]


@pytest.mark.parametrize(("_case", "table", "value", "word"), WORDS, ids=[row[0] for row in WORDS])
def test_kappa_words(_case, table, value, word):
    agreement = kappa(table)

    assert (agreement.kappa, agreement.word) == (pytest.approx(value), word)


def test_kappa_is_undefined_when_there_is_nothing_to_agree_on():
    assert (kappa([[7, 0], [0, 0]]).kappa, kappa([[7, 0], [0, 0]]).word) == (None, "undefined")


@pytest.mark.parametrize("table", [[], [[0]], [[1, 2]], [[1, -1], [0, 1]]])
def test_kappa_refuses_what_is_no_table(table):
    with pytest.raises(ValueError, match="square table"):
        kappa(table)


@pytest.mark.parametrize(("limit", "n"), [(0.05, 59), (0.02, 149), (0.01, 299)])
def test_zero_defect_sample_golden(limit, n):
    assert zero_defect_sample(limit) == n
    assert binomtest(0, n).proportion_ci(0.90, method="exact").high < limit
    assert binomtest(0, n - 1).proportion_ci(0.90, method="exact").high >= limit


@pytest.mark.parametrize("limit", [0, 1, -0.1])
def test_zero_defect_sample_refuses(limit):
    with pytest.raises(ValueError, match="limit"):
        zero_defect_sample(limit)
