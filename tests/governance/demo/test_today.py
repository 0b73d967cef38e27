"""Today in the demo world: something to do in every queue, and every kind of case once."""

from datetime import timedelta

import pytest

from audit.models import Event, LegalHold
from contracts.models import Notification
from governance.demo import today
from governance.demo.progress import Progress
from governance.demo.world import World
from reviews.enums import CaseState, Disposition, EscalationReason, InteractionState, QueueKind
from reviews.models import Case, Claim, Decision, Draw, Escalation, Evaluation, Interaction
from reviews.selectors import evaluations
from reviews.services import claims
from tests.governance.demo.conftest import NOW, own_checkpoints, quiet_progress


def seed(demo: World, progress: Progress) -> None:
    today.seed(world=demo, days_in_all=90, scale=0.15, dice_seed=4711, progress=progress)


@pytest.fixture(scope="module")
def seeded(built: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    with own_checkpoints(tmp_path_factory):
        seed(built, quiet_progress(tmp_path_factory.mktemp("today")))
    return built


@pytest.fixture
def today_demo(seeded: World, db: None) -> World:
    return seeded


def waiting(**conditions: object) -> set[str]:
    return set(Case.objects.filter(**conditions).values_list("process__code", flat=True))


def test_seed_makes_the_promised_present(today_demo: World) -> None:
    demo = today_demo

    every = {"AP-INV", "CLM-TRI", "CS-REPLY"}
    assert waiting(state=CaseState.WAITING, queue__kind=QueueKind.REVIEW) == every
    assert waiting(state=CaseState.WAITING, queue__kind=QueueKind.SENIOR) == every
    assert waiting(state=CaseState.WAITING, queue__kind=QueueKind.CLIENT) >= {"AP-INV", "CS-REPLY"}
    assert waiting(state=CaseState.AWAITING_SECOND) == {"AP-INV"}
    here = Interaction.objects.filter(case__state=CaseState.WAITING)
    assert here.filter(category="D3", process__code="CLM-TRI").exists()
    assert here.filter(language="ja").count() >= 5
    assert here.filter(process__code="CLM-TRI", data_classes__icontains="health").exists()
    assert here.filter(process__code="AP-INV", redaction__counts__IBAN__gte=1).exists()
    assert here.filter(routing__failsafe=True).exists()
    assert Interaction.objects.filter(disposition=Disposition.QUARANTINED).count() == 1
    reasons = set(Escalation.objects.filter(resolved_at__isnull=True).values_list("reason", flat=True))
    assert reasons >= {EscalationReason.REVIEWER, EscalationReason.FINAL_DECISION}
    assert any("(rule AP-R1 v3)" in reason["sentence"] for row in here for reason in row.reasons)
    # Whoever says Start reviewing gets a case.
    assert claims.next_case(user=demo.people["ana.reyes"], at=NOW) is not None
    # The auditor has yesterday's sample to score.
    assert Draw.objects.count() == 3
    assert evaluations.to_score(demo.people["maria.lopez"])


def test_seed_leaves_nothing_half_done(today_demo: World) -> None:
    assert not Claim.objects.filter(ended_at__isnull=True).exists()
    assert not Interaction.objects.filter(state=InteractionState.DECIDED).exists()
    assert not Interaction.objects.exclude(origin="demo").exists()
    assert not Event.objects.exclude(origin__in=["demo", "control"]).exclude(action="log.opened").exists()
    assert not Decision.objects.filter(decided_at__gt=NOW).exists()
    assert not Interaction.objects.filter(received_at__gt=NOW).exists()
    # Only what waits right now is told; nothing is sent about what is over.
    told = Notification.objects.filter(email_next_at__isnull=False)
    assert 0 < told.count() == Notification.objects.filter(read_at__isnull=True).count() <= 5
    assert not told.filter(created_at__lt=NOW - timedelta(minutes=15)).exists()


def test_m6_one_legal_hold_is_in_force(today_demo: World) -> None:
    hold = LegalHold.objects.get()

    held = Interaction.objects.get(correlation_id=hold.key)
    assert held.process.code == "AP-INV"
    assert held.case.state == CaseState.WAITING
    assert hold.placed_by == str(today_demo.people["anja.keller"].pk)
    assert hold.lifted_at is None
    assert hold.placed_at <= NOW


def test_seed_adds_nothing_the_second_time(today_demo: World, progress: Progress) -> None:
    before = [
        model.objects.count()
        for model in (Interaction, Case, Decision, Escalation, Evaluation, Event, Notification, LegalHold)
    ]

    seed(today_demo, progress)

    after = [
        model.objects.count()
        for model in (Interaction, Case, Decision, Escalation, Evaluation, Event, Notification, LegalHold)
    ]
    assert after == before
    assert progress.done == progress.total
