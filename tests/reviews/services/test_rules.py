"""Drafting and proposing rules: one draft a person, two editors told apart, mistakes said where they stand."""

from functools import partial
from typing import Any

import pytest

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from contracts.domain.raci import Task
from contracts.enums import Party
from contracts.models import EscalationPath, Notification, RaciRow
from reviews import permissions
from reviews.enums import RuleSetState
from reviews.models import RuleSet
from reviews.services import rule_drafts, rules
from reviews.services.rule_drafts import RuleInput
from tests import worlds
from tests.factories import raci as racis
from tests.factories.rules import LARGE, changed, drafted, proposed, rule, state, threshold


@pytest.fixture
def world(db, at):
    return worlds.build(at)


@pytest.fixture
def desk(world):
    return world.north


def actions():
    return list(
        Event.objects.filter(action__startswith="rules.").order_by("pk").values_list("action", flat=True)
    )


# ── Drafts ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_draft_begins_with_the_rules_in_force(desk, at):
    ruleset = drafted(desk, at)

    copied = list(ruleset.rules.order_by("position").values_list("code", "condition", "effect", "severity"))
    assert copied == list(
        desk.rules.rules.order_by("position").values_list("code", "condition", "effect", "severity")
    )
    assert (ruleset.version, ruleset.based_on, ruleset.author, ruleset.state) == (
        2,
        desk.rules,
        desk.admin,
        "draft",
    )
    assert actions()[-1] == "rules.drafted"


def test_draft_of_a_process_without_rules_is_empty(desk, at):
    RuleSet.objects.filter(pk=desk.rules.pk).update(state=RuleSetState.SUPERSEDED)

    ruleset = drafted(desk, at)

    assert ruleset.based_on is None
    assert not ruleset.rules.exists()


def test_draft_is_one_per_person_and_two_people_have_two(desk, at):
    mine = drafted(desk, at)

    with pytest.raises(Conflict) as refused:
        drafted(desk, at)
    other = drafted(desk, at, desk.owner)

    assert refused.value.code == "draft_open"
    assert (mine.version, other.version) == (2, 3)


@pytest.mark.parametrize(
    "who, refusal",
    [
        ("viewer", NotAllowed),
        ("reviewer", NotAllowed),
        ("stranger", NotVisible),
        ("twin", NotVisible),
    ],
)
def test_draft_is_for_the_clients_administrators(world, at, who, refusal):
    user = {"stranger": world.stranger, "twin": world.south.admin}.get(who) or getattr(world.north, who)

    with pytest.raises(refusal):
        rule_drafts.draft(process=world.north.process, by=user, at=at)

    assert RuleSet.objects.filter(process=world.north.process).count() == 1


def test_put_rule_changes_the_rule_with_its_code_and_adds_others_at_the_end(desk, at):
    ruleset = drafted(desk, at)

    rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=threshold("7500"), by=desk.admin, at=at)
    rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=rule(), by=desk.admin, at=at)

    codes = list(ruleset.rules.order_by("position").values_list("code", flat=True))
    assert codes == ["AP-R1", "AP-R2", "AP-R3", "AP-R4", "AP-R9"]
    assert ruleset.rules.get(code="AP-R1").condition["value"] == "7500"
    assert desk.rules.rules.get(code="AP-R1").condition["value"] == "5000"


@pytest.mark.parametrize(
    "changes, field",
    [
        pytest.param({"condition": {"field": "nothing", "op": ">=", "value": "1"}}, "condition", id="field"),
        pytest.param({"condition": {"field": "amount", "op": "~", "value": "1"}}, "condition", id="op"),
        pytest.param({"condition": {"field": "amount", "op": ">=", "value": 1.5}}, "condition", id="float"),
        pytest.param({"condition": {}}, "condition", id="no condition"),
        pytest.param({"effect": "release"}, "effect", id="effect"),
        pytest.param({"severity": 5}, "severity", id="severity"),
        pytest.param({"code": "   "}, "code", id="no code"),
        pytest.param({"code": "A" * 21}, "code", id="long code"),
        pytest.param({"code": "<b>"}, "code", id="markup in the code"),
        pytest.param({"trigger_class": ""}, "trigger_class", id="no class"),
        pytest.param({"rationale": "x" * 301}, "rationale", id="long rationale"),
    ],
)
def test_put_rule_refuses_what_is_wrong_and_changes_nothing(desk, at, changes, field):
    ruleset = drafted(desk, at)
    values: dict[str, Any] = {"code": "AP-R9", "condition": LARGE, "effect": "human_review"} | changes

    with pytest.raises(Invalid) as refused:
        rule_drafts.put_rule(
            ruleset_id=ruleset.pk, rule=RuleInput(name="A rule", **values), by=desk.admin, at=at
        )

    ruleset.refresh_from_db()
    assert refused.value.field == field
    assert ruleset.edits == 0
    assert ruleset.rules.count() == 4


def test_put_rule_tells_two_editors_apart(desk, at):
    ruleset = drafted(desk, at)

    rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=threshold("7500"), by=desk.admin, at=at, edits=0)
    with pytest.raises(Conflict) as refused:
        rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=threshold("9000"), by=desk.owner, at=at, edits=0)

    assert refused.value.code == "edited_meanwhile"
    assert ruleset.rules.get(code="AP-R1").condition["value"] == "7500"


def test_remove_rule_takes_it_out_of_the_draft_only(desk, at):
    ruleset = drafted(desk, at)

    rule_drafts.remove_rule(ruleset_id=ruleset.pk, code="AP-R4", by=desk.admin, at=at)

    assert not ruleset.rules.filter(code="AP-R4").exists()
    assert desk.rules.rules.filter(code="AP-R4").exists()
    with pytest.raises(NotVisible):
        rule_drafts.remove_rule(ruleset_id=ruleset.pk, code="AP-R4", by=desk.admin, at=at)


@pytest.mark.parametrize("act", ["put", "remove", "propose"])
def test_only_a_draft_can_be_edited(desk, at, act):
    ruleset = proposed(desk, at)
    tries = {
        "put": lambda: rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=rule(), by=desk.admin, at=at),
        "remove": lambda: rule_drafts.remove_rule(ruleset_id=ruleset.pk, code="AP-R1", by=desk.admin, at=at),
        "propose": lambda: rules.propose(ruleset_id=ruleset.pk, by=desk.admin, at=at),
    }

    with pytest.raises(Conflict) as refused:
        tries[act]()

    assert refused.value.code == "not_a_draft"
    assert (ruleset.rules.count(), state(ruleset)) == (4, "proposed")


@pytest.mark.parametrize("act", ["put", "remove", "propose", "approve", "reject"])
def test_rules_of_another_client_do_not_exist(world, at, act):
    ruleset = changed(world.north, at)
    if act in {"approve", "reject"}:
        rules.propose(ruleset_id=ruleset.pk, by=world.north.admin, at=at)
    before = state(ruleset)
    by = world.south.owner
    tries = {
        "put": lambda: rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=rule(), by=by, at=at),
        "remove": lambda: rule_drafts.remove_rule(ruleset_id=ruleset.pk, code="AP-R1", by=by, at=at),
        "propose": lambda: rules.propose(ruleset_id=ruleset.pk, by=by, at=at),
        "approve": lambda: rules.approve(ruleset_id=ruleset.pk, by=by, at=at, against=1),
        "reject": lambda: rules.reject(ruleset_id=ruleset.pk, by=by, reason="No", at=at),
    }

    with pytest.raises(NotVisible):
        tries[act]()

    assert (ruleset.rules.count(), state(ruleset)) == (4, before)


# ── Proposing ────────────────────────────────────────────────────────────────────────────────────────────────


def test_propose_freezes_the_draft_and_tells_those_who_may_approve(desk, at):
    ruleset = proposed(desk, at)

    assert (ruleset.state, ruleset.proposed_by) == (RuleSetState.PROPOSED, desk.admin)
    told = Notification.objects.filter(subject__contains="v2 wait for your approval")
    assert [one.user for one in told] == [desk.owner]
    assert told[0].link == f"/rules/{desk.process.code}/v2/"
    assert actions()[-1] == "rules.proposed"


def test_propose_refuses_an_empty_draft(desk, at):
    ruleset = drafted(desk, at)
    for code in ("AP-R1", "AP-R2", "AP-R3", "AP-R4"):
        rule_drafts.remove_rule(ruleset_id=ruleset.pk, code=code, by=desk.admin, at=at)

    with pytest.raises(Invalid) as refused:
        rules.propose(ruleset_id=ruleset.pk, by=desk.admin, at=at)

    assert refused.value.code == "rules_empty"


def test_propose_names_the_rule_whose_trigger_class_has_no_path(desk, at):
    EscalationPath.objects.filter(matrix__process=desk.process).update(trigger_class="amount")
    ruleset = changed(desk, at)

    with pytest.raises(Conflict) as refused:
        rules.propose(ruleset_id=ruleset.pk, by=desk.admin, at=at)

    assert refused.value.code == "rules_unsafe"
    assert {detail["pointer"] for detail in refused.value.details} == {"/rules/AP-R3", "/rules/AP-R4"}
    assert state(ruleset) == "draft"


def test_propose_of_a_draft_somebody_else_edited_meanwhile_is_refused(desk, at):
    ruleset = changed(desk, at)

    with pytest.raises(Conflict) as refused:
        rules.propose(ruleset_id=ruleset.pk, by=desk.admin, at=at, edits=0)

    assert (refused.value.code, state(ruleset)) == ("edited_meanwhile", "draft")


def test_k1_rules_are_approved_by_the_party_that_the_raci_makes_accountable(desk, at):
    """The provider is accountable for the rules under this RACI, so the client does not approve them alone."""
    matrix = racis.in_force(desk, at)
    ruleset = rule_drafts.draft(process=desk.process, by=desk.admin, at=at)
    check = partial(permissions.check_can_approve_rules, desk.owner, ruleset, at)
    check()
    RaciRow.objects.filter(matrix=matrix, task=Task.EDIT_RULES).update(accountable_party=Party.PROVIDER)

    with pytest.raises(NotAllowed, match="row “Edit HITL rules, thresholds”"):
        check()
