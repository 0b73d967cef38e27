"""Notices of model changes: sent, late, classed, tested (L2, §3.9, §3.10)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from contracts.domain.change_kinds import ChangeClass, ChangeState, Impact
from contracts.enums import ModelStatus
from contracts.models import Breach, ModelChange, ModelVersion, Notification, Process
from contracts.services import (
    change_approvals,
    change_deployments,
    change_evidence,
    model_changes,
    notice_terms,
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


# ── The notice ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_notice_is_sent_and_those_who_decide_are_told(desk, at):
    change = made.notified(desk, at)

    assert (change.state, change.number, change.notice_late) == (ChangeState.NOTIFIED, 1, False)
    assert ModelVersion.objects.get(reference="north-2.0").status == ModelStatus.REGISTERED
    assert Notification.objects.filter(user=desk.owner, subject__contains="north-2.0").exists()
    assert not Notification.objects.filter(user=desk.vendor).exists()


def test_a_notice_of_12_days_for_a_change_of_30_is_a_breach(desk, at):
    """L2."""
    change = made.notified(desk, at, planned_at=at + 12 * DAY, test_until=(at + 10 * DAY).date())

    assert change.notice_late
    (late,) = made.told("notice_late")
    assert (late["given"], late["agreed"], late["responsible"]) == ("12 days", "30 days", "ai_vendor")
    breach = Breach.objects.get()
    assert (breach.kind, breach.responsible) == ("notice_late", "ai_vendor")


def test_what_was_agreed_is_what_counts(desk, at):
    made.agreed(desk, at, lead_times={"major_days": 10})

    assert not made.notified(
        desk, at, planned_at=at + 12 * DAY, test_until=(at + 10 * DAY).date()
    ).notice_late


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": "short"}, "reason"),
        ({"planned_at": None}, "planned_at"),
        ({"kind": "nothing"}, "kind"),
        ({"reference": "south-1.0"}, "reference"),
        ({"reference": "x" * 121}, "reference"),
    ],
)
def test_a_notice_that_cannot_be_is_refused_whole(desk, at, changes, field):
    with pytest.raises(Invalid) as refused:
        made.notified(desk, at, **changes)

    assert refused.value.field == field
    assert not ModelChange.objects.exists()
    assert not made.told("drafted")


def test_a_notice_of_the_past_is_refused(desk, at):
    with pytest.raises(Invalid) as refused:
        made.notified(desk, at, planned_at=at - DAY, test_from=at.date(), test_until=at.date())

    assert refused.value.field == "planned_at" or "/planned_at" in str(refused.value.details)


@pytest.mark.parametrize(
    ("who", "error"), [("owner", NotAllowed), ("reviewer", NotAllowed), ("twin", NotVisible)]
)
def test_who_makes_or_runs_the_model_files(world, desk, at, who, error):
    user = world.south.reviewer if who == "twin" else desk.cast[who]

    with pytest.raises(error):
        model_changes.file(
            process=desk.process, model=desk.model.model, notice=made.notice(desk, at), by=user, at=at
        )

    assert not ModelChange.objects.exists()


def test_a_retirement_takes_the_version_off(desk, at):
    """N5."""
    before = at - 25 * DAY
    made.agreed(desk, before, lead_times={"retirement_days": 25})
    kind = {
        "kind": "deprecation",
        "change_class": "retirement",
        "reference": "north-1.0",
        "planned_at": at,
        "steps": ("approve", "triage", "deny"),
        "test_from": None,
        "test_until": None,
    }
    change = made.classified(desk, before, **kind)
    model_changes.submit(change_id=change.pk, by=desk.vendor, at=before)
    for who in ("ops", "owner"):
        change_approvals.approve(change_id=change.pk, by=desk.cast[who], at=before)
    change_deployments.schedule(change_id=change.pk, when=at, by=desk.ops, at=before)
    change_deployments.deploy(change_id=change.pk, by=desk.ops, at=at)

    assert made.models_of(desk) == set()
    assert ModelVersion.objects.get(reference="north-1.0").status == ModelStatus.RETIRED


# ── Classed, tested, given to those who approve ──────────────────────────────────────────────────────────────


def test_without_agreed_terms_every_change_is_of_high_impact(desk, at):
    change = made.classified(desk, at)

    assert (change.impact, change.decides) == (Impact.HIGH, "provider")
    assert made.told("classified")[0]["approvers"] == ["client", "provider"]


def test_personal_data_weighs_medium_only_while_it_is_attested_to_be_taken_out(desk, at):
    made.agreed(desk, at, data=["personal"], redacted_until=at.date())

    assert made.classified(desk, at).impact == Impact.MEDIUM
    assert made.classified(desk, at + 2 * DAY, reference="north-3.0").impact == Impact.HIGH


def test_the_vendor_does_not_class_its_own_change(desk, at):
    change = made.notified(desk, at)

    with pytest.raises(NotAllowed):
        model_changes.classify(change_id=change.pk, by=desk.vendor, at=at)


def test_an_impact_is_raised_and_never_lowered(desk, at):
    made.medium(desk, at)
    change = made.notified(desk, at)

    with pytest.raises(Invalid):
        model_changes.classify(change_id=change.pk, by=desk.governance, at=at, impact=Impact.LOW)
    assert (
        model_changes.classify(change_id=change.pk, by=desk.governance, at=at, impact=Impact.HIGH).impact
        == Impact.HIGH
    )


def test_a_class_that_is_raised_makes_a_notice_late(desk, at):
    change = made.notified(
        desk,
        at,
        kind="system_prompt",
        change_class="minor",
        planned_at=at + 20 * DAY,
        test_until=(at + 10 * DAY).date(),
    )
    assert not change.notice_late

    change = model_changes.classify(
        change_id=change.pk, by=desk.governance, at=at, change_class=ChangeClass.MAJOR
    )

    assert change.notice_late
    assert len(made.told("notice_late")) == 1


def test_nothing_is_given_to_approve_before_everything_is_shown(desk, at):
    change = made.in_test(desk, at)
    for one in made.shown(at)[:-1]:
        change_evidence.show(change_id=change.pk, shown=one, by=desk.vendor, at=at)

    with pytest.raises(Conflict) as refused:
        model_changes.submit(change_id=change.pk, by=desk.vendor, at=at)

    assert "tested rollback" in refused.value.sentence


# ── What was agreed ──────────────────────────────────────────────────────────────────────────────────────────


def test_only_the_clients_owner_agrees_terms(desk, at):
    with pytest.raises(NotAllowed):
        notice_terms.agree(process=desk.process, by=desk.ops, at=at)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"lead_times": {"major_days": 0}}, "major_days"),
        ({"lead_times": {"major_days": 366}}, "major_days"),
        ({"lead_times": {"unknown": 1}}, "unknown"),
        ({"data": ["secrets"]}, "data"),
    ],
)
def test_terms_nobody_can_mean_are_refused(desk, at, terms, field):
    with pytest.raises(Invalid) as refused:
        made.agreed(desk, at, **terms)

    assert refused.value.field == field


def test_who_filed_it_withdraws_it(desk, at):
    change = made.submitted(desk, at)

    with pytest.raises(NotAllowed):
        model_changes.withdraw(change_id=change.pk, why=made.WHY, by=desk.governance, at=at)
    assert (
        model_changes.withdraw(change_id=change.pk, why=made.WHY, by=desk.vendor, at=at).state
        == ChangeState.REJECTED
    )


@pytest.mark.parametrize(("day", "late"), [(10, False), (11, True)])
def test_a_test_ends_on_the_local_day_of_the_change_at_the_latest(desk, at, day, late):
    """Eight in the morning of the tenth in Tokyo is still the ninth elsewhere."""
    Process.objects.filter(pk=desk.process.pk).update(time_zone="Asia/Tokyo")
    desk.process.refresh_from_db()
    planned = datetime(at.year + 1, 3, 9, 23, tzinfo=UTC)

    def filed():
        return made.notified(desk, at, planned_at=planned, test_until=date(at.year + 1, 3, day))

    if late:
        with pytest.raises(Invalid) as refused:
            filed()
        assert refused.value.field == "test_until"
    else:
        assert filed().notified_at == at
