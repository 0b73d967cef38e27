"""One person alone, for a day: stricter or as strict, ratified by another, or gone by itself (K4)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from contracts.models import AuthorityGrant, EscalationPath, Notification
from reviews.models import RuleSet
from reviews.services import rule_drafts, rule_emergencies, rules
from tests import worlds
from tests.factories.rules import (
    address,
    changed,
    drafted,
    locked,
    post,
    replaced,
    rule,
    simulated,
    state,
    threshold,
)

DAY = timedelta(hours=24)
WHY = "A supplier was hacked"


@pytest.fixture
def world(db, at):
    return worlds.build(at)


@pytest.fixture
def desk(world):
    return world.north


def alone(desk, at, by=None, value="15000", against=1):
    """A draft of the admin that he, or somebody else, puts in force alone."""
    ruleset = changed(desk, at, value)
    return rule_emergencies.activate(
        ruleset_id=ruleset.pk, reason=WHY, by=by or desk.admin, at=at, against=against
    )


def actions():
    return list(
        Event.objects.filter(action__startswith="rules.").order_by("pk").values_list("action", flat=True)
    )


def test_activate_governs_the_next_interaction_and_waits_for_another_person(desk, at):
    ruleset = alone(desk, at)

    assert (ruleset.state, ruleset.unratified, ruleset.ratify_until) == ("active", True, at + DAY)
    assert (ruleset.emergency_by, ruleset.emergency_reason, ruleset.decided_by) == (desk.admin, WHY, None)
    assert post(desk, at, "6000.00") == "auto_released"
    assert (actions()[-1], state(desk.rules)) == ("rules.emergency_activated", "superseded")
    told = Notification.objects.filter(subject__contains="wait to be ratified")
    assert [one.user for one in told] == [desk.owner]


@pytest.mark.parametrize("who, refusal", [("viewer", NotAllowed), ("lead", NotAllowed), ("twin", NotVisible)])
def test_activate_is_for_those_who_approve(world, at, who, refusal):
    ruleset = changed(world.north, at)
    user = {"twin": world.south.owner}.get(who) or getattr(world.north, who)

    with pytest.raises(refusal):
        rule_emergencies.activate(ruleset_id=ruleset.pk, reason=WHY, by=user, at=at, against=1)

    assert (state(ruleset), state(world.north.rules)) == ("draft", "active")


def test_activate_needs_decision_authority_and_a_reason(desk, at):
    ruleset = changed(desk, at)
    with pytest.raises(Invalid):
        rule_emergencies.activate(ruleset_id=ruleset.pk, reason="  ", by=desk.admin, at=at, against=1)
    AuthorityGrant.objects.filter(user=desk.admin).update(valid_until=at)

    with pytest.raises(NotAllowed) as refused:
        rule_emergencies.activate(ruleset_id=ruleset.pk, reason=WHY, by=desk.admin, at=at, against=1)

    assert (refused.value.code, state(ruleset)) == ("no_authority", "draft")


def test_activate_loosens_no_legal_lock(desk, at):
    locked(desk, at)
    ruleset = drafted(desk, at)
    loose = rule("AP-LAW", {"field": "confidence", "op": "<", "value": "0.1"}, "senior_only", severity=2)
    rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=loose, by=desk.admin, at=at)

    with pytest.raises(Conflict) as refused:
        rule_emergencies.activate(ruleset_id=ruleset.pk, reason=WHY, by=desk.owner, at=at, against=2)

    assert refused.value.details[0]["pointer"] == "/rules/AP-LAW"
    assert state(ruleset) == "draft"


def test_activate_is_refused_while_another_emergency_waits(desk, at):
    alone(desk, at)
    second = changed(desk, at, "20000")

    with pytest.raises(Conflict) as refused:
        rule_emergencies.activate(ruleset_id=second.pk, reason=WHY, by=desk.owner, at=at, against=2)

    assert (refused.value.code, state(second)) == ("unratified", "draft")


def test_activate_of_a_draft_somebody_edited_meanwhile_is_refused(desk, at):
    ruleset = changed(desk, at)
    rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=threshold("1"), by=desk.owner, at=at)

    with pytest.raises(Conflict) as refused:
        rule_emergencies.activate(ruleset_id=ruleset.pk, reason=WHY, by=desk.admin, at=at, edits=1, against=1)

    assert (refused.value.code, state(ruleset)) == ("edited_meanwhile", "draft")


def test_ratify_makes_it_stand(desk, at):
    ruleset = alone(desk, at)

    rule_emergencies.ratify(ruleset_id=ruleset.pk, by=desk.owner, at=at + timedelta(hours=1))

    assert rule_emergencies.lapse_due(at=at + DAY) == 0
    ruleset.refresh_from_db()
    assert (ruleset.state, ruleset.ratified_by, actions()[-1]) == ("active", desk.owner, "rules.ratified")
    with pytest.raises(Conflict):
        rule_emergencies.ratify(ruleset_id=ruleset.pk, by=desk.owner, at=at)


@pytest.mark.parametrize("who, by", [("admin", "owner"), ("owner", "owner"), ("viewer", "owner")])
def test_ratify_is_for_somebody_else(desk, at, who, by):
    """Neither the author nor whoever put it in force, nor anybody without the right."""
    ruleset = alone(desk, at, getattr(desk, by))

    with pytest.raises(NotAllowed):
        rule_emergencies.ratify(ruleset_id=ruleset.pk, by=getattr(desk, who), at=at)

    assert RuleSet.objects.get(pk=ruleset.pk).unratified


@pytest.mark.parametrize("who", ["admin", "owner"])
def test_the_database_knows_one_person_from_two(desk, at, who):
    """The author (admin) and whoever activated it (owner) are not the second person, whatever a service says."""
    ruleset = alone(desk, at, desk.owner)

    with pytest.raises(IntegrityError), transaction.atomic():
        RuleSet.objects.filter(pk=ruleset.pk).update(ratified_at=at, ratified_by=getattr(desk, who))

    assert RuleSet.objects.get(pk=ruleset.pk).unratified


def test_ratify_comes_too_late_after_the_deadline(desk, at):
    ruleset = alone(desk, at)

    with pytest.raises(Conflict) as refused:
        rule_emergencies.ratify(ruleset_id=ruleset.pk, by=desk.owner, at=at + DAY)

    assert refused.value.code == "not_unratified"


def test_lapse_due_puts_the_rules_before_back_once(desk, at):
    ruleset = alone(desk, at)
    early = rule_emergencies.lapse_due(at=at + DAY - timedelta(seconds=1))

    counts = [rule_emergencies.lapse_due(at=at + DAY) for _ in range(2)]

    assert (early, counts) == (0, [1, 0])
    assert (state(ruleset), state(desk.rules)) == ("superseded", "active")
    assert post(desk, at + DAY, "6000.00") == "review"
    lapsed = Event.objects.get(action="rules.ratification_lapsed").facts
    assert (lapsed["version"], lapsed["to_version"]) == (2, 1)
    told = Notification.objects.filter(subject__contains="v2 were not ratified in time")
    assert {one.user_id for one in told} >= {desk.admin.pk, desk.owner.pk}


def test_lapse_due_leaves_no_rules_where_those_before_have_become_unsafe(desk, at):
    """Every case goes to a person then."""
    ruleset = alone(desk, at)
    EscalationPath.objects.filter(matrix__process=desk.process).update(trigger_class="other")

    assert rule_emergencies.lapse_due(at=at + DAY) == 1

    assert (state(ruleset), state(desk.rules)) == ("superseded", "superseded")
    assert Event.objects.get(action="rules.ratification_lapsed").facts["to_version"] is None
    assert post(desk, at, "10.00") == "review"


def test_a_lock_nobody_ratified_does_not_hold_the_rules_before_out(desk, at):
    ruleset = drafted(desk, at)
    law = rule("AP-LAW", {"field": "adverse", "op": "is", "value": True}, "senior_only", legal_lock=True)
    rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=law, by=desk.admin, at=at)
    rule_emergencies.activate(ruleset_id=ruleset.pk, reason=WHY, by=desk.admin, at=at, against=1)

    rules.roll_back(process=desk.process, to=desk.rules, by=desk.owner, at=at, against=2)

    assert (state(ruleset), state(desk.rules)) == ("superseded", "active")


def test_what_nobody_ratified_is_never_restored(desk, at):
    ruleset = alone(desk, at)
    rules.roll_back(process=desk.process, to=desk.rules, by=desk.owner, at=at, against=2)

    with pytest.raises(Conflict) as refused:
        rules.roll_back(process=desk.process, to=ruleset, by=desk.owner, at=at, against=1)

    assert (refused.value.code, state(desk.rules)) == ("never_ratified", "active")


def test_an_ordinary_approval_ends_the_emergency(desk, at):
    ruleset = alone(desk, at)
    third = simulated(desk, at, "9000")
    rules.approve(ruleset_id=third.pk, by=desk.owner, at=at, against=2)

    assert rule_emergencies.lapse_due(at=at + DAY) == 0
    assert [state(one) for one in (desk.rules, ruleset, third)] == ["superseded", "superseded", "active"]


# ── On its page ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_warns_until_somebody_else_ratifies(desk, at, client):
    alone(desk, at)
    client.force_login(desk.admin, backend="contracts.backends.People")
    own = client.get(address("active", desk)).content.decode()
    client.force_login(desk.owner, backend="contracts.backends.People")
    other = client.get(address("active", desk))

    assert "put these rules in force alone" in own
    assert "You wrote these rules: somebody else approves them." in own
    assert other.context["page"].emergency.ratify.allowed
    assert f"It waits for {desk.owner.name}." in other.content.decode()


@pytest.mark.parametrize(
    "who, told",
    [("admin", True), ("owner", True), ("lead", False), ("auditor", False), ("viewer", False)],
)
def test_the_reason_is_read_by_those_who_answer_for_the_rules(desk, at, log_in, who, told):
    alone(desk, at)
    client = log_in(getattr(desk, who))

    page = client.get(address("active", desk)).content.decode()
    reply = client.get(f"/api/v1/rules/{desk.process.code}/versions/2").json()

    assert (WHY in page, reply["emergency_reason"]) == (told, WHY if told else None)
    assert "put these rules in force alone" in page
    assert reply["emergency_by"] == desk.admin.name


def test_an_emergency_needs_its_reason_on_the_page(desk, at, client):
    ruleset = changed(desk, at)
    client.force_login(desk.owner, backend="contracts.backends.People")

    refused = client.post(address("emergency", desk, 2), {"reason": " ", "against": "1"})
    before = state(ruleset)
    done = client.post(address("emergency", desk, 2), {"reason": WHY, "against": "1"})

    assert (refused.status_code, before) == (400, "draft")
    assert (done.status_code, state(ruleset)) == (302, "active")


def test_an_old_page_does_not_replace_rules_it_did_not_show(desk, at, client):
    ruleset = changed(desk, at, by=desk.owner)
    replaced(desk, at)
    client.force_login(desk.owner, backend="contracts.backends.People")

    refused = client.post(address("emergency", desk, 2), {"reason": WHY, "against": "1"})

    assert (refused.status_code, state(ruleset)) == (409, "draft")


def test_a_lock_holds_also_while_no_rules_are_in_force(desk, at):
    """B6: what the law requires does not end with the rules that nobody may restore."""
    locked(desk, at)
    alone(desk, at, value="9000", against=2)
    EscalationPath.objects.filter(matrix__process=desk.process).update(trigger_class="other")
    assert rule_emergencies.lapse_due(at=at + DAY) == 1
    EscalationPath.objects.filter(matrix__process=desk.process).update(trigger_class="*")
    empty = drafted(desk, at + DAY)
    rule_drafts.put_rule(ruleset_id=empty.pk, rule=rule("AP-R1"), by=desk.admin, at=at + DAY)

    with pytest.raises(Conflict, match="required by law"):
        rules.propose(ruleset_id=empty.pk, by=desk.admin, at=at + DAY)
