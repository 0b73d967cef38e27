"""Four eyes and authority on the way into force, and one click on the way back."""

from datetime import timedelta

import pytest

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event
from contracts.enums import Authority
from contracts.models import AuthorityGrant, EscalationPath, Notification
from contracts.services import memberships
from reviews.enums import RuleSetState
from reviews.models import RuleSet
from reviews.services import rule_drafts, rules
from tests import worlds
from tests.factories.rules import (
    changed,
    drafted,
    post,
    proposed,
    simulated,
    state,
    threshold,
    tried,
)


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


# ── Four eyes and authority ──────────────────────────────────────────────────────────────────────────────────


def test_approve_puts_the_rules_in_force_for_the_next_interaction(desk, at):
    ruleset = simulated(desk, at, "15000")
    before = post(desk, at, "6000.00")

    rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, against=1)

    assert (before, post(desk, at, "6000.00"), post(desk, at, "15000.00")) == (
        "review",
        "auto_released",
        "review",
    )
    assert (state(ruleset), state(desk.rules)) == ("active", "superseded")
    assert actions()[-2:] == ["rules.approved", "rules.activated"]
    activated = Event.objects.filter(action="rules.activated").order_by("pk").last()
    assert (activated.facts["version"], activated.facts["replaces"]) == (2, 1)
    told = Notification.objects.filter(subject__contains="v2 are in force")
    assert [one.user for one in told] == [desk.admin]


def test_approve_is_for_somebody_else_than_the_author(desk, at):
    ruleset = proposed(desk, at)

    with pytest.raises(NotAllowed) as refused:
        rules.approve(ruleset_id=ruleset.pk, by=desk.admin, at=at, against=1)

    assert refused.value.sentence == "You wrote these rules: somebody else approves them."
    assert (state(ruleset), state(desk.rules)) == ("proposed", "active")
    assert post(desk, at, "6000.00") == "review"


def test_approve_is_for_nobody_who_wrote_in_the_draft(desk, at):
    ruleset = drafted(desk, at)
    rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=threshold("15000"), by=desk.owner, at=at)
    rules.propose(ruleset_id=ruleset.pk, by=desk.admin, at=at)

    with pytest.raises(NotAllowed) as refused:
        rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, against=1)

    assert (refused.value.code, state(ruleset)) == ("own_rules", "proposed")


def test_approve_needs_decision_authority_that_is_valid_today(desk, at):
    ruleset = simulated(desk, at)
    grant = AuthorityGrant.objects.get(user=desk.owner, process=desk.process)
    memberships.revoke_authority(authority=grant, by=None, at=at)

    with pytest.raises(NotAllowed) as refused:
        rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, against=1)
    assert (refused.value.code, state(ruleset)) == ("no_authority", "simulated")

    memberships.grant_authority(
        user=desk.owner,
        process=desk.process,
        kind=Authority.DECISION,
        evidence="Renewed",
        by=None,
        at=at,
        valid_until=at + timedelta(days=1),
    )
    with pytest.raises(NotAllowed):
        rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at + timedelta(days=1), against=1)
    rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, against=1)

    assert state(ruleset) == "active"


def test_approve_checks_the_rules_again(desk, at):
    ruleset = simulated(desk, at)
    EscalationPath.objects.filter(matrix__process=desk.process).update(trigger_class="other")

    with pytest.raises(Conflict) as refused:
        rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, against=1)

    assert (refused.value.code, state(ruleset)) == ("rules_unsafe", "simulated")


def test_approve_twice_is_a_conflict(desk, at):
    ruleset = simulated(desk, at)
    rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, against=1)

    with pytest.raises(Conflict) as refused:
        rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, against=1)

    assert (refused.value.code, state(ruleset)) == ("not_proposed", "active")


def test_approve_against_rules_that_are_no_longer_in_force_is_a_conflict(desk, at):
    """Two drafts from the same rules: whoever approves the second must have seen what the first changed."""
    first, second = simulated(desk, at, "15000"), changed(desk, at, "9000", desk.owner)
    tried(rules.propose(ruleset_id=second.pk, by=desk.owner, at=at), at)
    rules.approve(ruleset_id=first.pk, by=desk.owner, at=at, against=1)

    with pytest.raises(Conflict) as refused:
        rules.approve(ruleset_id=second.pk, by=desk.admin, at=at, against=1)
    assert (refused.value.code, state(second)) == ("active_moved", "simulated")
    tried(second, at)
    rules.approve(ruleset_id=second.pk, by=desk.admin, at=at, against=2)

    assert (state(first), state(second)) == ("superseded", "active")


def test_reject_sends_the_rules_back_with_a_reason_their_author_reads(desk, at):
    ruleset = proposed(desk, at)

    rules.reject(ruleset_id=ruleset.pk, by=desk.owner, reason=" Too much risk. ", at=at)

    ruleset.refresh_from_db()
    assert (ruleset.state, ruleset.decided_by, ruleset.decision_note) == (
        "rejected",
        desk.owner,
        "Too much risk.",
    )
    told = Notification.objects.filter(user=desk.admin, subject__contains="sent back").get()
    assert told.body == "Too much risk."
    assert state(desk.rules) == "active"
    assert actions()[-1] == "rules.rejected"


@pytest.mark.parametrize(
    "who, reason, refusal",
    [
        ("admin", "Why not", NotAllowed),
        ("viewer", "Why not", NotAllowed),
        ("owner", "  ", Invalid),
        ("owner", "x" * 301, Invalid),
    ],
)
def test_reject_is_refused(desk, at, who, reason, refusal):
    ruleset = proposed(desk, at)

    with pytest.raises(refusal):
        rules.reject(ruleset_id=ruleset.pk, by=getattr(desk, who), reason=reason, at=at)

    assert state(ruleset) == "proposed"


# ── Rolling back ─────────────────────────────────────────────────────────────────────────────────────────────


def test_roll_back_restores_an_earlier_version_for_the_next_interaction(desk, at):
    ruleset = simulated(desk, at, "15000")
    rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, against=1)
    before = post(desk, at, "6000.00")

    rules.roll_back(process=desk.process, to=desk.rules, by=desk.admin, at=at, against=2)

    assert (before, post(desk, at, "6000.00")) == ("auto_released", "review")
    assert (state(desk.rules), state(ruleset)) == ("active", "superseded")
    told = Event.objects.filter(action="rules.rolled_back").get().facts
    assert (told["from_version"], told["to_version"]) == (2, 1)


def test_roll_back_and_forth_keeps_who_approved(desk, at):
    ruleset = simulated(desk, at)
    rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, against=1)

    rules.roll_back(process=desk.process, to=desk.rules, by=desk.admin, at=at, against=2)
    rules.roll_back(process=desk.process, to=ruleset, by=desk.admin, at=at + timedelta(hours=1), against=1)

    ruleset.refresh_from_db()
    assert (ruleset.decided_by, ruleset.activated_by) == (desk.owner, desk.admin)
    assert RuleSet.objects.filter(process=desk.process, state=RuleSetState.ACTIVE).count() == 1


@pytest.mark.parametrize(
    "who, refusal",
    [("viewer", NotAllowed), ("lead", NotAllowed), ("stranger", NotVisible), ("twin", NotVisible)],
)
def test_roll_back_is_for_those_who_approve(world, at, who, refusal):
    desk = world.north
    ruleset = simulated(desk, at)
    rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, against=1)
    user = {"stranger": world.stranger, "twin": world.south.owner}.get(who) or getattr(desk, who)

    with pytest.raises(refusal):
        rules.roll_back(process=desk.process, to=desk.rules, by=user, at=at, against=2)

    assert state(ruleset) == "active"


def test_roll_back_needs_decision_authority(desk, at):
    ruleset = simulated(desk, at)
    rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, against=1)
    AuthorityGrant.objects.filter(user=desk.admin).update(valid_until=at)

    with pytest.raises(NotAllowed) as refused:
        rules.roll_back(process=desk.process, to=desk.rules, by=desk.admin, at=at, against=2)

    assert (refused.value.code, state(ruleset)) == ("no_authority", "active")


@pytest.mark.parametrize("which", ["draft", "rejected", "active", "foreign"])
def test_roll_back_restores_only_what_was_in_force(world, at, which):
    desk = world.north
    target = {"active": desk.rules, "foreign": world.south.rules}.get(which)
    if which == "draft":
        target = drafted(desk, at)
    elif which == "rejected":
        target = rules.reject(ruleset_id=proposed(desk, at).pk, by=desk.owner, reason="No", at=at)

    with pytest.raises(Conflict) as refused:
        rules.roll_back(process=desk.process, to=target, by=desk.owner, at=at, against=1)

    assert refused.value.code == "not_superseded"
    assert state(desk.rules) == "active"


def test_roll_back_against_rules_that_are_no_longer_in_force_is_a_conflict(desk, at):
    ruleset = simulated(desk, at)
    rules.approve(ruleset_id=ruleset.pk, by=desk.owner, at=at, against=1)

    with pytest.raises(Conflict) as refused:
        rules.roll_back(process=desk.process, to=desk.rules, by=desk.owner, at=at, against=1)

    assert (refused.value.code, state(ruleset)) == ("active_moved", "active")
