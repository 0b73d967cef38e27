"""What the law requires stays in the rules, and is never loosened by a client's administrator (B6)."""

from typing import Any

import pytest

from audit.errors import Conflict, NotAllowed
from reviews.services import rule_drafts, rules
from reviews.services.rule_drafts import RuleInput
from tests import worlds
from tests.factories.rules import LARGE, drafted, locked, rule, state


@pytest.fixture
def world(db, at):
    return worlds.build(at)


@pytest.fixture
def desk(world):
    return world.north


DENIAL = {"field": "adverse", "op": "is", "value": True}


def test_remove_rule_keeps_what_the_law_requires(desk, at):
    locked(desk, at)
    ruleset = drafted(desk, at)

    with pytest.raises(NotAllowed) as refused:
        rule_drafts.remove_rule(ruleset_id=ruleset.pk, code="AP-LAW", by=desk.admin, at=at)

    assert refused.value.code == "legal_lock"
    assert ruleset.rules.filter(code="AP-LAW").exists()


def test_put_rule_cannot_take_a_lock_off(desk, at):
    locked(desk, at)
    ruleset = drafted(desk, at)

    unlocked = rule("AP-LAW", DENIAL, "client_final", severity=1, legal_lock=False)
    stored = rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=unlocked, by=desk.admin, at=at)

    assert stored.legal_lock


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"effect": "human_review"}, id="weaker effect"),
        pytest.param({"severity": 3}, id="lower severity"),
        pytest.param({"condition": {"all": [DENIAL, LARGE]}}, id="narrower condition"),
        pytest.param({"effect": "sample_boost"}, id="released and sampled"),
    ],
)
def test_propose_refuses_to_loosen_what_the_law_requires_and_names_the_rule(desk, at, changes):
    locked(desk, at)
    ruleset = drafted(desk, at)
    values: dict[str, Any] = {"condition": DENIAL, "effect": "senior_only", "severity": 2} | changes
    loose = RuleInput(code="AP-LAW", name="A rule", **values)
    rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=loose, by=desk.admin, at=at)

    with pytest.raises(Conflict) as refused:
        rules.propose(ruleset_id=ruleset.pk, by=desk.admin, at=at)

    assert {detail["pointer"] for detail in refused.value.details} == {"/rules/AP-LAW"}
    assert any("required by law" in detail["detail"] for detail in refused.value.details)
    assert state(ruleset) == "draft"


def test_a_stricter_rule_of_law_is_welcome(desk, at):
    locked(desk, at)
    ruleset = drafted(desk, at)
    wider = rule("AP-LAW", {"any": [DENIAL, LARGE]}, "client_final", severity=1)
    rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=wider, by=desk.admin, at=at)

    rules.propose(ruleset_id=ruleset.pk, by=desk.admin, at=at)

    assert state(ruleset) == "proposed"


def test_roll_back_cannot_take_a_lock_off(desk, at):
    locked(desk, at)
    with pytest.raises(Conflict) as refused:
        rules.roll_back(process=desk.process, to=desk.rules, by=desk.owner, at=at, against=2)

    assert refused.value.details[0]["pointer"] == "/rules/AP-LAW"
    assert state(desk.rules) == "superseded"
