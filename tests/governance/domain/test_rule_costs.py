"""G9, I3: what counts as a trigger, how time is shared among triggers, and when a rule is a candidate."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.domain import rule_activations, rule_costs
from governance.domain.rule_costs import Trigger
from reviews.domain import estimates

CODES = st.lists(st.sampled_from(["AP-R1", "AP-R2", "ADVERSE", "X"]), max_size=4)
REASONS = st.lists(st.sampled_from(["RULE_HUMAN_REVIEW", "STEP_D2", "ADVERSE", "FAILSAFE"]), max_size=4)


@pytest.mark.parametrize(
    "_case, fired, reasons, found",
    [
        ("a rule and the reason it gave", ["AP-R1"], ["RULE_HUMAN_REVIEW"], [Trigger(True, "AP-R1")]),
        (
            "a rule at a step where people decide",
            ["AP-R1"],
            ["STEP_D2", "RULE_HUMAN_REVIEW"],
            [Trigger(True, "AP-R1"), Trigger(False, "STEP_D2")],
        ),
        ("two failures are one reason", [], ["FAILSAFE", "FAILSAFE"], [Trigger(False, "FAILSAFE")]),
        ("nothing", [], [], []),
    ],
)
def test_triggers_are_the_rules_that_fired_and_the_other_reasons(_case, fired, reasons, found):
    assert rule_costs.triggers({"fired": fired, "reasons": reasons}) == found


@given(CODES, REASONS, st.integers(0, 100_000))
def test_the_shares_of_all_triggers_add_up_to_the_time(fired, reasons, seconds):
    found = rule_costs.triggers({"fired": fired, "reasons": reasons})
    if not found:
        return

    shared = rule_costs.of_work(found, seconds)["share_ms"] * len(found)

    assert seconds * 1000 - len(found) < shared <= seconds * 1000


def test_enough_is_the_zero_defect_sample_of_one_in_a_hundred():
    assert estimates.zero_defect_sample(0.01) == rule_costs.ENOUGH


@pytest.mark.parametrize(
    "_case, decided, changed, never",
    [
        ("400 hits and no change", 400, 0, True),
        ("just enough", 299, 0, True),
        ("too few to say", 298, 0, False),
        ("one change", 4000, 1, False),
    ],
)
def test_never_changed_asks_for_enough_decisions_without_one_change(_case, decided, changed, never):
    assert rule_costs.never_changed(decided=decided, changed=changed) is never


@pytest.mark.parametrize(
    "_case, seconds, p95",
    [
        ("none", [], None),
        ("one", [3], 3),
        ("nineteen of twenty at once", [0] * 19 + [40], 0),
        ("two of twenty late", [0] * 18 + [5, 40], 5),
    ],
)
def test_p95_is_the_nearest_rank(_case, seconds, p95):
    found = rule_activations.p95([timedelta(seconds=one) for one in seconds])

    assert found == (None if p95 is None else timedelta(seconds=p95))
