"""Approval for a set time: nothing before it, once when it comes, and never over rules that nobody compared it with."""

from datetime import timedelta

import pytest
from celery import current_app

from audit.errors import Conflict, Invalid, NotAllowed
from audit.models import Event
from contracts.models import EscalationPath, Notification
from contracts.services import memberships
from reviews.models import RuleSet
from reviews.services import rule_activation, rules
from tests import worlds
from tests.factories.rules import post, proposed, replaced, simulated, state

SOON = timedelta(hours=6)


@pytest.fixture
def desk(db, at):
    return worlds.build(at).north


@pytest.fixture
def scheduled(desk, at):
    """A threshold of €15,000, approved for six hours later."""
    ruleset = simulated(desk, at)
    return rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, against=1, activate_at=at + SOON)


def told(action):
    return list(Event.objects.filter(action=action).order_by("pk"))


def test_approve_for_a_set_time_changes_nothing_before_it(desk, at, scheduled):
    before = rule_activation.activate_due(at=at + SOON - timedelta(seconds=1))

    assert (before, state(scheduled), state(desk.rules)) == (0, "approved", "active")
    assert (scheduled.decided_by, scheduled.activate_at) == (desk.owner, at + SOON)
    assert post(desk, at, "6000.00") == "review"
    assert [event.facts["version"] for event in told("rules.scheduled")] == [2]


def test_activate_due_puts_it_in_force_once_however_often_it_sweeps(desk, at, scheduled):
    counts = [rule_activation.activate_due(at=at + SOON) for _ in range(3)]

    scheduled.refresh_from_db()
    assert (counts, scheduled.state, state(desk.rules)) == ([1, 0, 0], "active", "superseded")
    assert (scheduled.activated_at, scheduled.activated_by) == (at + SOON, desk.owner)
    assert scheduled.activate_at is None
    assert post(desk, at + SOON, "6000.00") == "auto_released"
    assert [event.facts["version"] for event in told("rules.activated")].count(2) == 1
    people = Notification.objects.filter(subject__contains="v2 are in force").values_list("user", flat=True)
    assert set(people) == {desk.admin.pk, desk.owner.pk}


def test_the_time_nudges_the_sweep(desk, at, django_capture_on_commit_callbacks, monkeypatch):
    sent = []
    monkeypatch.setattr(current_app, "signature", lambda task: _Nudge(task, sent))
    ruleset = simulated(desk, at)

    with django_capture_on_commit_callbacks(execute=True):
        rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, activate_at=at + SOON, against=1)

    assert ("reviews.activate_rules", SOON.total_seconds()) in sent


class _Nudge:
    def __init__(self, task, sent):
        self.task, self.sent = task, sent

    def apply_async(self, *, countdown, retry):
        self.sent.append((self.task, countdown))


@pytest.mark.parametrize(
    "when, code",
    [
        pytest.param(timedelta(0), "in_the_past", id="now"),
        pytest.param(-SOON, "in_the_past", id="past"),
        pytest.param(timedelta(days=91), "too_far", id="too far"),
    ],
)
def test_approve_refuses_a_time_that_cannot_be_meant(desk, at, when, code):
    ruleset = simulated(desk, at)

    with pytest.raises(Invalid) as refused:
        rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, activate_at=at + when, against=1)

    assert (refused.value.code, refused.value.field) == (code, "activate_at")
    assert (state(ruleset), state(desk.rules)) == ("simulated", "active")


def test_the_author_does_not_schedule_his_own(desk, at):
    ruleset = simulated(desk, at)

    with pytest.raises(NotAllowed):
        rules.approve(ruleset_id=ruleset.pk, by=desk.admin, at=at, activate_at=at + SOON, against=1)

    assert state(ruleset) == "simulated"


def test_activate_due_refuses_to_replace_other_rules_than_it_was_compared_with(desk, at):
    """Both people are told, and the proposal stands again: it is simulated and approved anew."""
    late = simulated(desk, at, "9000", desk.owner)
    rules.approve(ruleset_id=late.pk, by=desk.admin, at=at, activate_at=at + SOON, against=1)
    replaced(desk, at)

    assert rule_activation.activate_due(at=at + SOON) == 0
    assert rule_activation.activate_due(at=at + SOON) == 0

    late.refresh_from_db()
    assert (late.state, late.decided_by, late.activate_at, late.compared_with) == (
        "proposed",
        None,
        None,
        None,
    )
    refused = [event.facts for event in told("rules.activation_refused")]
    assert [(facts["version"], facts["cause"]) for facts in refused] == [(2, "active_moved")]
    people = Notification.objects.filter(subject__contains="v2 did not come into force")
    assert set(people.values_list("user", flat=True)) == {desk.admin.pk, desk.owner.pk}


def test_activate_due_refuses_what_has_become_unsafe_and_names_the_rules(desk, at, scheduled):
    EscalationPath.objects.filter(matrix__process=desk.process).update(trigger_class="amount")

    assert rule_activation.activate_due(at=at + SOON) == 0

    assert (state(scheduled), state(desk.rules)) == ("proposed", "active")
    assert told("rules.activation_refused")[0].facts["rules"] == ["AP-R3", "AP-R4"]


def test_a_rollback_meanwhile_keeps_what_was_scheduled_out(desk, at):
    second = replaced(desk, at)
    third = simulated(desk, at, "9000")
    rules.approve(ruleset_id=third.pk, by=desk.owner, at=at, activate_at=at + SOON, against=2)
    rules.roll_back(process=desk.process, to=desk.rules, by=desk.owner, at=at, against=2)

    assert rule_activation.activate_due(at=at + SOON) == 0

    assert [state(one) for one in (desk.rules, second, third)] == ["active", "superseded", "proposed"]


def test_call_off_keeps_the_rules_in_force_and_tells_both(desk, at, scheduled):
    rules.call_off(ruleset_id=scheduled.pk, by=desk.admin, reason=" The supplier asked. ", at=at)

    assert rule_activation.activate_due(at=at + SOON) == 0
    scheduled.refresh_from_db()
    assert (scheduled.state, scheduled.decision_note) == ("rejected", "The supplier asked.")
    assert len(told("rules.called_off")) == 1
    with pytest.raises(Conflict):
        rules.call_off(ruleset_id=scheduled.pk, by=desk.admin, reason="Twice", at=at)


@pytest.mark.parametrize("who, reason, refusal", [("viewer", "No", NotAllowed), ("owner", " ", Invalid)])
def test_call_off_is_refused(desk, at, scheduled, who, reason, refusal):
    with pytest.raises(refusal):
        rules.call_off(ruleset_id=scheduled.pk, by=getattr(desk, who), reason=reason, at=at)

    assert state(scheduled) == "approved"


# ── Simulated first ──────────────────────────────────────────────────────────────────────────────────────────


def test_approve_wants_a_simulation_where_rules_are_replaced(desk, at):
    ruleset = proposed(desk, at)

    with pytest.raises(Conflict) as refused:
        rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, against=1)

    assert (refused.value.code, state(ruleset)) == ("simulate_first", "proposed")
    assert "Simulate" in refused.value.sentence


def test_approve_wants_another_simulation_once_other_rules_are_in_force(desk, at):
    ruleset = simulated(desk, at, "9000", desk.owner)
    replaced(desk, at)

    with pytest.raises(Conflict) as refused:
        rules.approve(ruleset_id=ruleset.pk, by=desk.admin, at=at, against=3)

    assert (refused.value.code, state(ruleset)) == ("simulate_first", "simulated")
    assert "v3 has come into force" in refused.value.sentence


def test_simulated_changes_nothing_but_a_proposal(desk, at):
    ruleset = simulated(desk, at)
    rules.reject(ruleset_id=ruleset.pk, by=desk.owner, reason="No", at=at)

    rules.simulated(ruleset_id=ruleset.pk, base=desk.rules, by=desk.admin, at=at)
    rules.simulated(ruleset_id=desk.rules.pk, base=desk.rules, by=desk.admin, at=at)

    assert (state(ruleset), state(desk.rules)) == ("rejected", "active")
    assert len(told("rules.simulated")) == 1


def test_the_first_rules_of_a_process_need_no_simulation(desk, at):
    RuleSet.objects.filter(pk=desk.rules.pk).update(state="superseded")
    ruleset = proposed(desk, at)

    rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, against=0)

    assert state(ruleset) == "active"


def test_activate_due_asks_again_whether_the_approver_may(desk, at, scheduled):
    grant = desk.process.authorities.get(user=desk.owner, kind="decision")
    memberships.revoke_authority(authority=grant, by=None, at=at)

    assert rule_activation.activate_due(at=at + SOON) == 0

    assert (state(scheduled), state(desk.rules)) == ("proposed", "active")
    assert told("rules.activation_refused")[0].facts["cause"] == "approver_lost"
