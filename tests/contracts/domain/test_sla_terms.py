"""What a set of service levels must hold, and what it should (U1, U2)."""

from decimal import Decimal

import pytest

from contracts.domain import sla_terms
from contracts.domain.sla_kinds import Bound, Metric, Unit
from contracts.domain.sla_terms import Target
from contracts.enums import TargetKind


def target(
    name: str = "QA", weight: str = "1", kind: TargetKind = TargetKind.QUALITY, **more: object
) -> Target:
    terms: dict = {"metric": Metric.QA_PASS, "bound": Bound.AT_LEAST, "target": Decimal(98)}
    return Target(name=name, kind=kind, weight=Decimal(weight), **(terms | more))


@pytest.mark.parametrize(
    "_case, one, place",
    [
        ("no weight", target(weight="0"), "weight"),
        ("a negative weight", target(weight="-0.2"), "weight"),
        ("more than the whole", target(weight="1.2"), "weight"),
        ("a share above 100 %", target(target=Decimal(101)), "target"),
        ("a negative figure", target(target=Decimal(-1), unit=Unit.NUMBER), "target"),
        ("a floor above its target", target(floor=Decimal(99)), "floor"),
        ("a floor below, where less is better", target(bound=Bound.AT_MOST, floor=Decimal(97)), "floor"),
        ("a floor above 100 %", target(bound=Bound.AT_MOST, floor=Decimal(120)), "floor"),
        ("time without minutes", target(metric=Metric.REVIEW_TIME), "minutes"),
        ("no minutes at all", target(metric=Metric.REVIEW_TIME, minutes=0), "minutes"),
        ("minutes without time", target(minutes=60), "minutes"),
    ],
)
def test_of_target_names_the_field_that_is_wrong(_case, one, place):
    assert [problem.place for problem in sla_terms.of_target(one)] == [place]


def test_problems_are_none_where_the_weights_are_whole():
    assert sla_terms.problems([target("A", "0.6"), target("B", "0.4")]) == []


@pytest.mark.parametrize(
    "weights, said",
    [(("0.6", "0.3"), "90 %"), (("0.6", "0.401"), "100.1 %"), (("0.5", "0.5", "0.5"), "150 %")],
)
def test_problems_say_what_the_weights_add_up_to(weights, said):
    (problem,) = sla_terms.problems(
        [target(f"level {number}", weight) for number, weight in enumerate(weights)]
    )

    assert problem.blocking
    assert problem.place == "weight"
    assert said in problem.sentence


def test_problems_refuse_two_of_one_name_and_none_at_all():
    assert [p.sentence for p in sla_terms.problems([])] == ["There is no service level yet."]
    assert any(
        "two service levels" in p.sentence for p in sla_terms.problems([target("A", ".5"), target("a", ".5")])
    )


def test_mismatch_warns_of_cost_per_ticket_only_U2():
    """Story 11: a set that pays for volume alone draws both warnings, and may still be agreed."""
    cost = target("Cost per ticket", kind=TargetKind.ACTIVITY, metric=Metric.REPORTED)

    found = sla_terms.problems([cost])

    assert [problem.blocking for problem in found] == [False, False]
    assert "100 % of the weight" in found[0].sentence
    assert "outcome or quality" in found[1].sentence


@pytest.mark.parametrize("fast, warned", [("0.40", False), ("0.41", True)])
def test_mismatch_begins_above_40_percent(fast, warned):
    rest = str(1 - Decimal(fast))
    found = sla_terms.mismatch([target(weight=rest), target("Speed", fast, TargetKind.TIME)])

    assert bool(found) is warned


def test_in_words_says_a_target_as_people_do():
    assert sla_terms.in_words(target(target=Decimal("98.0000"))) == "≥ 98 %"
    timed = target(metric=Metric.REVIEW_TIME, minutes=60, target=Decimal(90))
    assert sla_terms.in_words(timed) == "≥ 90 % within 60 min"
    assert (
        sla_terms.in_words(target(bound=Bound.AT_MOST, unit=Unit.NUMBER, target=Decimal("4.30"))) == "≤ 4.3"
    )
