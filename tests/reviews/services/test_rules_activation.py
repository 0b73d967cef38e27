"""Activation and intake side by side, on real connections: nobody routes by rules that have been replaced."""

import pytest
from django.db import transaction
from django.urls import reverse

from audit.errors import Conflict
from contracts.models import EscalationMatrix
from contracts.services import matrix_drafts, scopes
from reviews.models import RuleSet
from reviews.services import intake, matrices, rule_drafts, rules
from reviews.services.rule_drafts import RuleInput
from tests import worlds
from tests.beside import beside, until
from tests.factories.rules import state, tried

__all__ = ["beside"]
pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(at):
    return worlds.build(at).north


@pytest.fixture
def proposed(desk, at):
    """A proposal that lifts the first threshold from €5,000 to €15,000."""
    ruleset = rule_drafts.draft(process=desk.process, by=desk.admin, at=at)
    condition = {"field": "amount", "op": ">=", "value": "15000"}
    lifted = RuleInput("AP-R1", "Large amount", condition, "human_review", 3, "amount")
    rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=lifted, by=desk.admin, at=at)
    return tried(rules.propose(ruleset_id=ruleset.pk, by=desk.admin, at=at), at)


def post(desk, at):
    payload = worlds.payload(desk, amount="6000.00")
    return intake.accept(payloads=[payload], agent=desk.agent, key=desk.key, at=at)[0].disposition


def test_approve_waits_for_an_intake_that_is_still_routing(desk, proposed, at, beside):
    with transaction.atomic():
        scopes.share([scopes.of_process(desk.process)])
        activation = beside(lambda: rules.approve(ruleset_id=proposed.pk, by=desk.owner, at=at, against=1))
        until(1)
        meanwhile = RuleSet.objects.get(pk=proposed.pk).state

    activation()

    assert meanwhile == "simulated"
    assert RuleSet.objects.get(pk=proposed.pk).state == "active"


def test_approve_gives_up_on_an_intake_that_is_stuck(desk, proposed, at, beside, monkeypatch):
    """Nothing is changed by then, and it can be tried again."""
    monkeypatch.setattr(scopes, "PATIENCE", 200)

    def approve():
        return rules.approve(ruleset_id=proposed.pk, by=desk.owner, at=at, against=1)

    with transaction.atomic():
        scopes.share([scopes.of_process(desk.process)])
        with pytest.raises(Conflict, match="Nothing was changed") as refused:
            beside(approve)()
        meanwhile = state(proposed), state(desk.rules)
    approve()

    assert refused.value.code == "still_under_way"
    assert meanwhile == ("simulated", "active")
    assert (state(proposed), state(desk.rules)) == ("active", "superseded")


@pytest.mark.parametrize("act", ["approve", "roll_back", "shadow"])
def test_what_waits_for_a_stuck_intake_is_answered_on_its_page(
    desk, proposed, at, beside, monkeypatch, log_in, act
):
    monkeypatch.setattr(scopes, "PATIENCE", 200)
    matrix = matrix_drafts.draft(process=desk.process, by=desk.admin, at=at)
    matrices.propose(matrix_id=matrix.pk, by=desk.admin, at=at)
    address = {
        "approve": reverse("reviews:matrix_approve", args=[desk.process.code, 2]),
        "roll_back": reverse("reviews:rules_restore", args=[desk.process.code, 1]),
        "shadow": reverse("reviews:rules_shadow_start", args=[desk.process.code, 2]),
    }[act]
    client = log_in(desk.owner)

    with transaction.atomic():
        scopes.share([scopes.of_process(desk.process)])
        reply = beside(lambda: client.post(address, {"against": "1"}))()

    assert (reply.status_code, "Nothing was changed" in reply.content.decode()) == (409, True)
    assert EscalationMatrix.objects.get(pk=matrix.pk).state == "proposed"
    assert (state(proposed), RuleSet.objects.get(pk=proposed.pk).in_shadow) == ("simulated", False)


def test_intake_that_begins_after_the_activation_waits_for_it_and_follows_the_new_rules(
    desk, proposed, at, beside
):
    before = post(desk, at)
    with transaction.atomic():
        rules.approve(ruleset_id=proposed.pk, by=desk.owner, at=at, against=1)
        posted = beside(lambda: post(desk, at))
        until(1)

    assert (before, posted()) == ("review", "auto_released")


def test_intakes_do_not_wait_for_each_other(desk, at, beside):
    with transaction.atomic():
        scopes.share([scopes.of_process(desk.process)])
        posted = beside(lambda: post(desk, at))

        assert posted() == "review"


def test_of_two_approvals_at_once_the_second_is_told_that_the_rules_moved(desk, proposed, at, beside):
    other = rule_drafts.draft(process=desk.process, by=desk.owner, at=at)
    tried(rules.propose(ruleset_id=other.pk, by=desk.owner, at=at), at)
    with transaction.atomic():
        rules.approve(ruleset_id=proposed.pk, by=desk.owner, at=at, against=1)
        second = beside(lambda: rules.approve(ruleset_id=other.pk, by=desk.admin, at=at, against=1))
        until(1)

    with pytest.raises(Exception, match="Other rules have come into force"):
        second()
    assert RuleSet.objects.get(process=desk.process, state="active").pk == proposed.pk
