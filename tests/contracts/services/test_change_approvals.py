"""Yes and no to model changes (L3, K4, K5)."""

from datetime import datetime, timedelta

import pytest

from audit.errors import Conflict, Invalid, NotAllowed
from audit.models import Event
from contracts.domain.change_kinds import ChangeState, Proof
from contracts.models import Notification
from contracts.services import (
    change_approvals,
    change_deployments,
    change_evidence,
    model_changes,
)
from tests.factories import changes as made
from tests.worlds import Desk, World

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def desk(world: World, at: datetime) -> Desk:
    desk = world.north
    made.authorise(desk, at - 29 * DAY)
    return desk


# ── Approved or not ──────────────────────────────────────────────────────────────────────────────────────────


def test_high_impact_needs_both_where_the_provider_procured_it(desk, at):
    """K5, L3."""
    change = made.submitted(desk, at)

    change = change_approvals.approve(change_id=change.pk, by=desk.ops, at=at)
    assert change.state == ChangeState.CLIENT_REVIEW
    change = change_approvals.approve(change_id=change.pk, by=desk.owner, at=at)

    assert change.state == ChangeState.APPROVED
    assert [one["whole"] for one in made.told("approved")] == [False, True]


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("vendor", "not_allowed"),
        ("governance", "not_allowed"),
        ("admin", "not_allowed"),
        ("legal", "not_allowed"),
        ("viewer", "not_allowed"),
    ],
)
def test_only_those_who_decide_approve(desk, at, who, code):
    change = made.submitted(desk, at)

    with pytest.raises(NotAllowed) as refused:
        change_approvals.approve(change_id=change.pk, by=desk.cast[who], at=at)

    assert refused.value.code == code
    change.refresh_from_db()
    assert change.state == ChangeState.CLIENT_REVIEW


def test_without_a_decision_grant_nobody_approves(desk, at):
    """K4."""
    change = made.submitted(desk, at)
    desk.owner.authorities.update(revoked_at=at, revoked_by=desk.legal)

    with pytest.raises(NotAllowed) as refused:
        change_approvals.approve(change_id=change.pk, by=desk.owner, at=at)

    assert refused.value.code == "no_authority"


def test_an_author_does_not_approve(desk, at):
    change = model_changes.file(
        process=desk.process, model=desk.model.model, notice=made.notice(desk, at), by=desk.ops, at=at
    )
    model_changes.classify(change_id=change.pk, by=desk.governance, at=at)
    model_changes.begin_test(change_id=change.pk, by=desk.vendor, at=at)
    for one in made.shown(at):
        change_evidence.show(change_id=change.pk, shown=one, by=desk.vendor, at=at)
    model_changes.submit(change_id=change.pk, by=desk.vendor, at=at)

    with pytest.raises(NotAllowed) as refused:
        change_approvals.approve(change_id=change.pk, by=desk.ops, at=at)

    assert refused.value.code == "own_change"


def test_medium_impact_passes_by_silence_once_the_window_is_over(desk, at):
    made.medium(desk, at)
    change = made.submitted(desk, at)
    change = change_approvals.approve(change_id=change.pk, by=desk.ops, at=at)
    assert change.objection_until is not None
    assert change.state == ChangeState.CLIENT_REVIEW

    assert change_approvals.advance(at=change.objection_until - timedelta(minutes=1)) == 0
    assert change_approvals.advance(at=change.objection_until) == 1
    assert change_approvals.advance(at=change.objection_until) == 0

    change.refresh_from_db()
    assert (change.state, change.client_approved_at) == (ChangeState.APPROVED, None)
    assert made.told("approved")[-1]["silent"]
    assert (
        Event.objects.filter(action="modelchange.approved").latest("pk").content["actor"]["type"] == "system"
    )


def test_silence_is_no_consent_once_the_attestation_lapsed(desk, at):
    made.agreed(desk, at, data=["personal"], redacted_until=at.date())
    change = made.submitted(desk, at)
    change = change_approvals.approve(change_id=change.pk, by=desk.ops, at=at)

    assert change_approvals.advance(at=at + 30 * DAY) == 0

    change.refresh_from_db()
    assert (change.state, change.impact, change.objection_until) == ("client_review", "high", None)


def test_the_client_objects_in_time_and_it_is_tested_anew(desk, at):
    made.medium(desk, at)
    change = made.submitted(desk, at)
    change_approvals.approve(change_id=change.pk, by=desk.ops, at=at)

    change = change_approvals.object_to(change_id=change.pk, why=made.WHY, by=desk.owner, at=at)
    assert change.state == ChangeState.OBJECTION
    assert change_approvals.advance(at=at + 30 * DAY) == 0

    change = model_changes.begin_test(change_id=change.pk, by=desk.vendor, at=at)
    assert (change.state, change.provider_approved_by) == (ChangeState.IN_TEST, None)


def test_what_weighs_more_than_it_was_tested_for_is_not_approved(desk, at):
    """§3.10: a high impact is approved with a shadow run and a canary before it; they were not asked for when it was medium."""
    made.agreed(desk, at, data=["personal"], redacted_until=at.date())
    change = made.in_test(desk, at)
    for one in made.shown(at):
        if one.proof in (Proof.REGRESSION, Proof.ROLLBACK):
            change_evidence.show(change_id=change.pk, shown=one, by=desk.vendor, at=at)
    change = model_changes.submit(change_id=change.pk, by=desk.vendor, at=at)
    change_approvals.approve(change_id=change.pk, by=desk.ops, at=at)
    later = at + 2 * DAY

    with pytest.raises(Conflict, match="shadow run, canary") as refused:
        change_approvals.approve(change_id=change.pk, by=desk.owner, at=later)

    assert refused.value.code == "evidence_missing"
    change.refresh_from_db()
    assert (change.state, change.client_approved_at) == (ChangeState.CLIENT_REVIEW, None)


def test_what_was_objected_to_is_shown_anew(desk, at):
    made.medium(desk, at)
    change = made.submitted(desk, at)
    change_approvals.object_to(change_id=change.pk, why=made.WHY, by=desk.owner, at=at + DAY)
    again = at + 2 * DAY
    model_changes.begin_test(change_id=change.pk, by=desk.vendor, at=again)

    with pytest.raises(Conflict) as refused:
        model_changes.submit(change_id=change.pk, by=desk.vendor, at=again)
    assert refused.value.code == "evidence_missing"

    for one in made.shown(again):
        change_evidence.show(change_id=change.pk, shown=one, by=desk.vendor, at=again)
    submitted = model_changes.submit(change_id=change.pk, by=desk.vendor, at=again)
    assert submitted.state == ChangeState.CLIENT_REVIEW


@pytest.mark.parametrize("state", ["notified", "classified", "in_test", "submitted", "approved", "scheduled"])
def test_the_client_vetoes_whatever_is_not_deployed(desk, at, state):
    change = getattr(made, state)(desk, at)

    change = change_approvals.reject(change_id=change.pk, why=made.WHY, by=desk.owner, at=at)

    assert (change.state, change.ended_at) == (ChangeState.REJECTED, at)
    assert len(made.told("vetoed")) == 1
    assert Notification.objects.filter(user=desk.vendor, subject__contains="vetoed").exists()


def test_what_is_deployed_is_not_vetoed_but_rolled_back(desk, at):
    change = made.deployed(desk, at)

    with pytest.raises(Conflict):
        change_approvals.reject(change_id=change.pk, why=made.WHY, by=desk.owner, at=at)

    assert made.models_of(desk) == {"north-1.0", "north-2.0"}
    change_deployments.roll_back(change_id=change.pk, why=made.WHY, by=desk.owner, at=at)
    assert made.models_of(desk) == {"north-1.0"}


def test_a_veto_says_why(desk, at):
    change = made.submitted(desk, at)

    with pytest.raises(Invalid):
        change_approvals.reject(change_id=change.pk, why="no", by=desk.owner, at=at)
