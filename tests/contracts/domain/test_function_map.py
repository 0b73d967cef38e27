"""The function map: levels, quadrants, tiers and what departs (K8, §3.3, §3.4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain import function_map
from contracts.domain.function_map import Dependency, Impact, Involvement, MapTier, Measured, Quadrant


@pytest.mark.parametrize(
    "_case, measured, level",
    [
        ("every item", Measured(100, 0), Involvement.EVERY_ITEM),
        ("all but a handful on its way", Measured(995, 5), Involvement.EVERY_ITEM),
        ("two of five", Measured(38, 62), Involvement.EXCEPTIONS),
        ("one of a hundred", Measured(10, 990), Involvement.EXCEPTIONS),
        ("none, but QA looks", Measured(0, 500, sampled=True), Involvement.SAMPLE),
        ("nobody at all", Measured(0, 500), Involvement.NONE),
        ("too few to say", Measured(10, 19), None),
    ],
)
def test_involvement_is_read_off_the_share_people_decided(_case, measured, level):
    assert function_map.involvement(measured) == level


def test_declared_every_item_and_measured_38_percent_is_a_mismatch_K8():
    """Story 17."""
    said = function_map.mismatch("Post to the ledger", Involvement.EVERY_ITEM, Measured(380, 620))

    assert said == (
        "Post to the ledger: declared “every item”, but people decided 38% of 1,000 outputs in 28 days."
    )


@pytest.mark.parametrize(
    "declared, measured",
    [
        (Involvement.EVERY_ITEM, Measured(1000, 0)),
        (Involvement.FIRST, Measured(1000, 0)),
        (Involvement.EXCEPTIONS, Measured(380, 620)),
        (Involvement.SAMPLE, Measured(380, 620)),
        (Involvement.EVERY_ITEM, Measured(3, 4)),
    ],
)
def test_as_much_as_declared_or_too_little_measured_is_none(declared, measured):
    assert function_map.mismatch("Step", declared, measured) == ""


@pytest.mark.parametrize(
    "dependency, people, quadrant",
    [
        (4, 2, Quadrant.STRICT),
        (3, 0, Quadrant.STRICT),
        (4, 3, Quadrant.WATCH),
        (2, 4, Quadrant.CONVENTIONAL),
        (0, 0, Quadrant.QUESTION),
        (2, 2, Quadrant.QUESTION),
    ],
)
def test_quadrant_is_where_the_two_axes_cross(dependency, people, quadrant):
    assert function_map.quadrant(Dependency(dependency), Involvement(people)) == quadrant


@pytest.mark.parametrize(
    "dependency, people, impact, tier",
    [
        (4, 2, Impact.LOW, MapTier.HIGH),
        (4, 3, Impact.MEDIUM, MapTier.LIMITED),
        (4, 3, Impact.HIGH, MapTier.HIGH),
        (2, 3, Impact.MEDIUM, MapTier.LIMITED),
        (0, 0, Impact.LOW, MapTier.MINIMAL),
        (0, 0, Impact.HIGH, MapTier.LIMITED),
        (4, 2, Impact.HIGH, MapTier.HIGH),
    ],
)
def test_a_high_impact_lifts_the_tier_by_one(dependency, people, impact, tier):
    assert function_map.tier(Dependency(dependency), Involvement(people), impact) == tier


@given(declared=st.sampled_from(Involvement), measured=st.sampled_from([None, *Involvement]))
def test_effective_is_never_more_than_declared_and_never_less_than_both(declared, measured):
    found = function_map.effective(declared, measured)

    assert found <= declared
    assert found >= min(declared, declared if measured is None else measured)
