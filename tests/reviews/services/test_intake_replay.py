"""B1: every stored routing decision can be made again from its snapshot, and comes out the same."""

import random
from decimal import Decimal
from typing import Any

import pytest

from contracts.services import rates
from reviews.domain import routing, schemas
from reviews.domain.routing import StepTerms
from reviews.models import RoutingDecision
from reviews.selectors import rulesets
from reviews.services import intake, rule_drafts, rules
from reviews.services.rule_drafts import RuleInput
from tests import worlds
from tests.factories import rules as made

SEED = 20260304
MORE = [
    RuleInput(
        "AP-X1",
        "Split",
        {"field": "subject_total", "op": ">=", "value": "9000", "window_hours": 48},
        "senior_only",
        2,
        "splitting",
    ),
    RuleInput(
        "AP-X2",
        "Often",
        {"field": "subject_count", "op": ">", "value": "6", "window_hours": 24},
        "sample_boost",
        4,
        "splitting",
    ),
    RuleInput(
        "AP-X3",
        "Odd",
        {
            "any": [
                {"field": "variance", "op": "outside_band", "value": {"percent": "2", "absolute": "250"}},
                {
                    "all": [
                        {"field": "supplier_age_days", "op": "<", "value": "30"},
                        {"not": {"field": "language", "op": "==", "value": "en"}},
                    ]
                },
                {"field": "data_classes", "op": "has_any", "value": ["personal", "health"]},
            ]
        },
        "human_review",
        2,
        "amount",
    ),
    RuleInput(
        "AP-X4", "Copy", {"field": "duplicate_score", "op": ">=", "value": "0.95"}, "block", 1, "amount"
    ),
]


def random_payload(desk: worlds.Desk, dice: random.Random) -> dict[str, Any]:
    attributes: dict[str, Any] = {}
    for name, choices in {
        "supplier_age_days": [0, 29, 30, "12", "soon", None, 10**20, True],
        "variance": [{"percent": 1.9, "absolute": 240}, {"percent": "2.5"}, {"percent": [1]}, "x", {}],
        "duplicate_score": [0.1, "0.95", 0.99, "x", [1]],
    }.items():
        if dice.random() < 0.5:
            attributes[name] = dice.choice(choices)
    return worlds.payload(
        desk,
        step=dice.choice(["approve"] * 6 + ["triage", "deny"]),
        amount=dice.choice([None, "0.01", 1200, "4999.99", "5000.00", 25000, "-3.10"]),
        confidence=dice.choice([None, 0, 0.5, 0.9, "0.89999", 1]),
        currency=dice.choice(["EUR"] * 5 + ["USD"]),
        subject_ref=dice.choice([None, "a", "b", "c"]),
        language=dice.choice([None, "en", "de"]),
        model_version=dice.choice([desk.model.reference] * 5 + ["other"]),
        endpoint=dice.choice(["north-eu"] * 5 + ["public"]),
        ai_output={"decision": dice.choice(["pay", "hold", "deny", "perhaps"]), "amount": "1.00"},
        input=dice.choice(
            [{"text": "12 valves"}, {"text": "Call mia@example.org"}, {"text": "He has diabetes."}]
        ),
        attributes=attributes,
    )


@pytest.mark.django_db
def test_every_stored_decision_replays_to_the_same(at) -> None:
    desk = worlds.build(at).north
    dice = random.Random(SEED)
    rates.import_rates(rows=[("EUR", "USD", at.date(), Decimal("1.1"))], source="ECB", by=None, at=at)
    accept(desk, dice, at)
    ruleset = rule_drafts.draft(process=desk.process, by=desk.admin, at=at)
    for one in MORE:
        rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=one, by=desk.admin, at=at)
    made.tried(rules.propose(ruleset_id=ruleset.pk, by=desk.admin, at=at), at)
    rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, against=1)
    accept(desk, dice, at)

    schema = schemas.of_process(desk.process.fields, desk.process.currency)
    stored = RoutingDecision.objects.select_related("interaction__step", "ruleset")
    fired = set()
    for decision in stored:
        route = replayed(decision, schema)
        assert [one.code for one in route.fired] == [one["code"] for one in decision.fired]
        assert [one.sentence for one in route.fired] == [one["sentence"] for one in decision.fired]
        checks = len(decision.reasons) - len(route.reasons)
        assert [vars_of(reason) for reason in route.reasons] == decision.reasons[checks:]
        assert route.snapshot == decision.snapshot
        assert (route.severity, route.needs_second) == (decision.severity, decision.needs_second)
        assert (route.boosted, route.failsafe) == (decision.boosted, decision.failsafe)
        if not checks:
            assert disposition(route) == decision.disposition
        fired |= {one.code for one in route.fired}

    assert {decision.ruleset_version for decision in stored} == {1, 2}
    assert fired >= {"AP-R1", "AP-R2", "AP-R4", "AP-X1", "AP-X2", "AP-X3", "AP-X4"}


def accept(desk: worlds.Desk, dice: random.Random, at) -> None:
    payloads = [random_payload(desk, dice) for _ in range(150)]
    for posted in payloads:
        if posted.get("amount") is None:
            posted.pop("currency")
        elif "subject_ref" not in posted and dice.random() < 0.2:
            posted["currency"] = "GBP"  # for which there is no rate
    receipts = intake.accept(payloads=payloads, agent=desk.agent, key=desk.key, at=at)
    assert [receipt.error for receipt in receipts if receipt.error] == []


def replayed(decision: RoutingDecision, schema) -> routing.Route:
    step = StepTerms(category=decision.interaction.category, code=decision.interaction.step.code)
    return routing.replay(decision.snapshot, rulesets.terms(decision.ruleset, schema), step)


def vars_of(reason: routing.Reason) -> dict[str, str]:
    return {"code": reason.code, "sentence": reason.sentence}


def disposition(route: routing.Route) -> str:
    return {"auto_release": "auto_released", "quarantine": "quarantined"}.get(route.disposition, "review")
