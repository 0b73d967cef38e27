"""Model changes deployed, watched, closed and rolled back, and what no way leads around (L3, N5, §3.10)."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.errors import Conflict, Invalid, NotAllowed
from contracts.domain.change_kinds import ChangeState
from contracts.enums import ModelStatus
from contracts.models import Breach, ModelChange, ModelVersion, Process
from contracts.services import (
    ai_models,
    change_approvals,
    change_deployments,
    freezes,
    processes,
)
from contracts.services.change_deployments import Deviation
from tests.factories import changes as made
from tests.worlds import Desk, World

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def desk(world: World, at: datetime) -> Desk:
    desk = world.north
    made.authorise(desk, at - 29 * DAY)
    return desk


# ── Deployed, watched, closed ────────────────────────────────────────────────────────────────────────────────


def test_deploying_lets_the_steps_use_the_new_version_beside_the_old_one(desk, at):
    before = Process.objects.get(pk=desk.process.pk).stamp

    change = made.deployed(desk, at)

    assert change.state == ChangeState.DEPLOYED
    assert made.models_of(desk) == made.models_of(desk, "triage") == {"north-1.0", "north-2.0"}
    assert made.models_of(desk, "deny") == {"north-1.0"}
    assert ModelVersion.objects.get(reference="north-2.0").approved_by == desk.ops
    assert Process.objects.get(pk=desk.process.pk).stamp != before


def test_closing_needs_the_watch_and_keeps_the_figures(desk, at):
    change = made.watched(desk, at)
    figures = {"before": Deviation(500, 40), "after": Deviation(120, 9)}

    with pytest.raises(Conflict):
        change_deployments.close(change_id=change.pk, by=desk.owner, at=at + 13 * DAY, **figures)
    change = change_deployments.close(change_id=change.pk, by=desk.owner, at=at + 14 * DAY, **figures)

    assert (change.state, change.before_changed, change.after_decided) == (ChangeState.CLOSED, 40, 120)
    assert made.models_of(desk) == {"north-2.0"}


def test_nothing_is_deployed_inside_a_freeze(desk, at):
    change = made.due(desk, at)
    freeze = freezes.freeze(
        process=desk.process,
        name="Month-end close",
        begins=at.date(),
        ends=(at + DAY).date(),
        every_process=True,
        by=desk.owner,
        at=at - DAY,
    )

    with pytest.raises(Conflict) as refused:
        change_deployments.deploy(change_id=change.pk, by=desk.ops, at=at)
    assert refused.value.code == "frozen"
    with pytest.raises(Invalid):
        change_deployments.schedule(change_id=change.pk, when=at + DAY, by=desk.ops, at=at)

    freezes.lift(process=desk.process, freeze_id=freeze.pk, by=desk.owner, at=at)
    assert change_deployments.deploy(change_id=change.pk, by=desk.ops, at=at).state == ChangeState.DEPLOYED


def test_a_freeze_is_lifted_by_the_party_that_set_it(desk, at):
    freeze = freezes.freeze(
        process=desk.process, name="Month-end close", begins=at.date(), ends=at.date(), by=desk.owner, at=at
    )

    with pytest.raises(NotAllowed) as refused:
        freezes.lift(process=desk.process, freeze_id=freeze.pk, by=desk.ops, at=at)

    assert refused.value.code == "other_party"
    freeze.refresh_from_db()
    assert freeze.lifted_at is None
    assert (
        freezes.lift(process=desk.process, freeze_id=freeze.pk, by=desk.owner, at=at).lifted_by == desk.owner
    )


def test_a_freeze_of_another_client_stops_nobody(world, desk, at):
    south = world.south
    freezes.freeze(
        process=south.process, name="Quiet days", begins=at.date(), ends=at.date(), by=south.owner, at=at
    )

    assert made.deployed(desk, at).state == ChangeState.DEPLOYED


def test_before_its_notice_is_over_it_is_deployed_only_where_the_client_said_so(desk, at):
    short = {"planned_at": at + 12 * DAY, "test_until": (at + 10 * DAY).date()}
    one = made.approved(desk, at, **short)
    with pytest.raises(Invalid) as refused:
        change_deployments.schedule(change_id=one.pk, when=at + 12 * DAY, by=desk.ops, at=at)
    assert refused.value.code == "notice_running"

    other = made.submitted(desk, at, reference="north-3.0", **short)
    change_approvals.approve(change_id=other.pk, by=desk.ops, at=at)
    change_approvals.approve(change_id=other.pk, by=desk.owner, at=at, short_notice=True)
    scheduled = change_deployments.schedule(change_id=other.pk, when=at + 12 * DAY, by=desk.ops, at=at)
    assert scheduled.state == ChangeState.SCHEDULED


def test_a_change_is_not_deployed_before_its_time(desk, at):
    change = made.scheduled(desk, at)

    with pytest.raises(Conflict) as refused:
        change_deployments.deploy(change_id=change.pk, by=desk.ops, at=at + DAY)

    assert refused.value.code == "too_early"


# ── What no way leads around ─────────────────────────────────────────────────────────────────────────────────


def test_a_high_impact_never_reaches_deployed_without_the_client(desk, at):
    """L3: not by the service out of turn, not by the clock, not in the database."""
    change = made.submitted(desk, at)
    change_approvals.approve(change_id=change.pk, by=desk.ops, at=at)

    with pytest.raises(Conflict):
        change_deployments.schedule(change_id=change.pk, when=at + made.LEAD, by=desk.ops, at=at)
    with pytest.raises(Conflict):
        change_deployments.deploy(change_id=change.pk, by=desk.ops, at=at + made.LEAD)
    assert change_approvals.advance(at=at + 400 * DAY) == 0
    for state in ("deployed", "watch", "closed", "ratified"):
        with pytest.raises(IntegrityError), transaction.atomic():
            ModelChange.objects.filter(pk=change.pk).update(
                state=state,
                deployed_at=at,
                deployed_by=desk.ops,
                before_decided=1,
                before_changed=0,
                after_decided=1,
                after_changed=0,
            )

    change.refresh_from_db()
    assert change.state == ChangeState.CLIENT_REVIEW


def test_a_further_version_is_not_approved_past_its_change(desk, at):
    """L3: the inventory is no back door."""
    made.submitted(desk, at)
    version = ModelVersion.objects.get(reference="north-2.0")

    with pytest.raises(Conflict) as refused:
        ai_models.approve(version=version, by=desk.owner, at=at)
    assert refused.value.code == "change_needed"

    version.refresh_from_db()
    assert version.status == ModelStatus.REGISTERED


def test_a_version_in_force_elsewhere_comes_to_a_process_by_its_own_change(world, desk, at):
    made.deployed(desk, at)
    south = world.south
    version = ModelVersion.objects.get(reference="north-2.0")

    with pytest.raises(Invalid) as refused:
        processes.allow_models(
            step=south.steps["approve"], versions=[south.model, version], endpoints=[], by=south.owner, at=at
        )

    assert refused.value.code == "change_needed"


# ── Emergencies ──────────────────────────────────────────────────────────────────────────────────────────────


def test_an_emergency_waits_to_be_ratified_by_those_its_impact_asks_for(desk, at):
    change = made.emergency(desk, at)
    assert (change.state, change.notice_late) == (ChangeState.EMERGENCY_DEPLOYED, False)
    assert made.models_of(desk) == {"north-1.0"}

    change_approvals.ratify(change_id=change.pk, by=desk.ops, at=at)
    assert made.models_of(desk) == {"north-1.0"}
    change = change_approvals.ratify(change_id=change.pk, by=desk.owner, at=at)

    assert change.state == ChangeState.RATIFIED
    assert made.models_of(desk) == {"north-1.0", "north-2.0"}


def test_an_emergency_told_after_a_day_is_late_and_one_of_tomorrow_is_none(desk, at):
    assert made.emergency(desk, at, planned_at=at - 2 * DAY).notice_late

    with pytest.raises(Invalid):
        made.emergency(desk, at, planned_at=at + DAY, reference="north-3.0")


def test_an_emergency_nobody_ratifies_is_told_once(desk, at):
    change = made.emergency(desk, at)

    assert change_approvals.advance(at=at + 10 * DAY) == 1
    assert change_approvals.advance(at=at + 10 * DAY) == 0
    assert len(made.told("ratification_overdue")) == 1
    breaches = Breach.objects.filter(kind="ratification_late").order_by("responsible")
    assert [one.responsible for one in breaches] == ["client", "provider"]
    assert breaches[0].sentence.startswith("The client did not ratify by ")

    change_deployments.roll_back(change_id=change.pk, why=made.WHY, by=desk.owner, at=at + 10 * DAY)
    assert made.models_of(desk) == {"north-1.0"}
