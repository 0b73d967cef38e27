"""How service levels were attained, against the golden numbers of requirements §5.5."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain import attainment
from contracts.domain.attainment import CreditTerms, Level
from contracts.domain.sla_kinds import Bound, Unit

TERMS = CreditTerms(Decimal(2), Decimal(5), Decimal(12))


def level(figure: str | None, weight: str = "1", **more: object) -> Level:
    terms: dict = {"bound": Bound.AT_LEAST, "target": Decimal(97), "unit": Unit.PERCENT}
    return Level(weight=Decimal(weight), figure=None if figure is None else Decimal(figure), **(terms | more))


def test_weighted_is_9695_for_the_golden_set_U3():
    levels = [level("97", ".35"), level("100", ".25"), level("90", ".20"), level("100", ".20")]

    assert attainment.weighted(levels) == Decimal("0.9695")


@pytest.mark.parametrize(
    "met, missed, expected",
    [(97, 3, Decimal(97)), (0, 4, Decimal(0)), (4, 0, Decimal(100)), (0, 0, None)],
)
def test_share_is_met_of_all_that_was_due(met, missed, expected):
    assert attainment.share(met, missed) == expected


@pytest.mark.parametrize(
    "_case, one, expected",
    [
        ("a share is its own attainment", level("97"), "0.97"),
        ("a share is never above 1", level("100"), "1"),
        ("less is better and it is less", level("6", bound=Bound.AT_MOST, target=Decimal(8)), "1"),
        (
            "less is better and it is twice as much",
            level("16", bound=Bound.AT_MOST, target=Decimal(8)),
            "0.5",
        ),
        ("none at all, and there was none", level("0", bound=Bound.AT_MOST, target=Decimal(0)), "1"),
        ("none at all, and there was one", level("1", bound=Bound.AT_MOST, target=Decimal(0)), "0"),
        ("a mark above its target", level("4.4", unit=Unit.NUMBER, target=Decimal("4.3")), "1"),
        ("a mark of half its target", level("2", unit=Unit.NUMBER, target=Decimal(4)), "0.5"),
    ],
)
def test_attained_compares_a_figure_with_its_target(_case, one, expected):
    assert attainment.attained(one) == Decimal(expected)


def test_weighted_leaves_out_what_nobody_knows():
    assert attainment.weighted([level("90", ".5"), level(None, ".5")]) == Decimal("0.9")
    assert attainment.weighted([level(None)]) is None


@pytest.mark.parametrize(
    "_case, levels, percent",
    [
        ("no floor missed", [level("95", floor=Decimal(90))], "0"),
        ("one floor missed", [level("89", floor=Decimal(90))], "2"),
        ("the floor itself is kept", [level("90", floor=Decimal(90))], "0"),
        ("two months running", [level("89", floor=Decimal(90), missed_before=True)], "5"),
        (
            "one again, one anew",
            [level("1", floor=Decimal(9), missed_before=True), level("1", floor=Decimal(9))],
            "7",
        ),
        ("never above the cap", [level("1", floor=Decimal(9), missed_before=True)] * 4, "12"),
        ("without a figure nothing is owed", [level(None, floor=Decimal(9))], "0"),
        ("without a floor nothing is owed", [level("1")], "0"),
    ],
)
def test_credit_adds_up_what_missed_floors_cost_to_the_cap_U3(_case, levels, percent):
    assert attainment.credit(levels, TERMS) == Decimal(percent)


def test_forecast_says_the_best_and_the_likely_end():
    found = attainment.forecast(met=80, missed=10, waiting=10, at_risk=5)

    assert (found.best, found.likely) == (Decimal(90), Decimal(85))
    assert attainment.forecast(0, 0, 0, 0).best is None


figures = st.decimals(min_value=0, max_value=1000, places=2)


@given(figure=figures, target=figures, bound=st.sampled_from(Bound), unit=st.sampled_from(Unit))
def test_attained_lies_between_0_and_1_and_is_1_where_a_figure_keeps_to_its_target(
    figure, target, bound, unit
):
    one = level(str(figure), target=target, bound=bound, unit=unit)
    reached = attainment.attained(one)

    assert reached is not None
    assert 0 <= reached <= 1
    if attainment.met(one) and not (bound == Bound.AT_LEAST and unit == Unit.PERCENT):
        assert reached == 1
