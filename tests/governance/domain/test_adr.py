"""The golden data of §5.1."""

import pytest

from governance.domain.adr import adr_pop, adr_review, escape_rate, exception_rate, stp_rate
from reviews.domain.estimates import Interval

REVIEWED = [(True, 1.0)] * 45 + [(False, 1.0)] * 255
SAMPLED = [(True, 0.1)] * 2 + [(False, 0.1)] * 68


def percent(interval):
    return tuple(round(100 * value, 2) for value in (interval.share, interval.low, interval.high))


def test_adr_review_of_the_golden_data():
    assert percent(adr_review(changed=45, reviewed=300)) == (15.0, 11.4, 19.48)


def test_adr_pop_of_the_golden_data():
    interval = adr_pop(REVIEWED + SAMPLED, population=1000)

    assert interval.share == pytest.approx(0.065, abs=1e-12)
    assert interval.low < 0.065 < interval.high


def test_adr_pop_is_adr_review_when_everything_was_reviewed():
    assert percent(adr_pop(REVIEWED, population=300)) == percent(adr_review(changed=45, reviewed=300))


def test_adr_pop_of_nothing_says_nothing():
    assert adr_pop([], population=0) == Interval(None, 0.0, 1.0)


def test_adr_pop_never_passes_one():
    assert adr_pop([(True, 0.01)], population=5).share == 1.0


@pytest.mark.parametrize("probability", [0.0, -0.1, 1.1, float("nan")])
def test_adr_pop_refuses_what_is_no_probability(probability):
    with pytest.raises(ValueError, match="probability"):
        adr_pop([(True, probability)], population=5)


def test_adr_pop_refuses_more_than_there_is():
    with pytest.raises(ValueError, match="More was looked at"):
        adr_pop(REVIEWED, population=299)


def test_the_other_rates_of_the_golden_data():
    assert exception_rate(reviewed=300, total=1000).share == 0.30
    assert stp_rate(straight_through=700, total=1000).share == 0.70
    assert percent(escape_rate(wrong=2, sampled=70)) == (2.86, 0.79, 9.83)
