"""The history of the demo world: made by the services, in the past, and in pieces."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from audit.models import Event
from contracts.models import Notification
from governance.demo import days, history
from governance.demo.clock import Calendar
from governance.demo.progress import Progress
from governance.demo.world import CLIENTS, World
from reviews.enums import CaseState, EvaluationState
from reviews.models import Case, Claim, Decision, Draw, Evaluation, Interaction
from reviews.services import promotions, release
from tests.governance.demo.conftest import NOW, own_checkpoints, quiet_progress

SEED = 4711


def fill(demo: World, progress: Progress, first: int = 86, last: int = 88) -> None:
    history.fill(world=demo, first=first, last=last, days_in_all=90, scale=0.2, seed=SEED, progress=progress)


@pytest.fixture(scope="module")
def filled(built: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Progress]]:
    """Three days of history, made once."""
    with transaction.atomic(), own_checkpoints(tmp_path_factory):
        progress = quiet_progress(tmp_path_factory.mktemp("history"))
        fill(built, progress)
        yield built, progress
        transaction.set_rollback(True)


@pytest.fixture
def past(filled: tuple[World, Progress], db: None) -> tuple[World, Progress]:
    return filled


def test_fill_makes_every_output_of_every_day(past: tuple[World, Progress]) -> None:
    for code, spec in CLIENTS.items():
        calendar = Calendar(spec, NOW)
        wanted = [calendar.day(number, 90) for number in (86, 87, 88)]
        made = [
            draft for day in wanted for draft in days.drafts(calendar, day, days=90, scale=0.2, seed=SEED)
        ]
        stored = Interaction.objects.filter(process__code=code)
        assert {draft.external_id: draft.at for draft in made} == dict(
            stored.values_list("external_id", "received_at")
        )
    assert not Interaction.objects.filter(released_at__isnull=True).exists()
    assert past[1].done == past[1].total > 0


def test_fill_leaves_nothing_for_the_sweeps_of_today(past: tuple[World, Progress]) -> None:
    assert set(Case.objects.values_list("state", flat=True)) == {CaseState.CLOSED}
    assert not Claim.objects.filter(ended_at__isnull=True).exists()
    assert promotions.promote_due(at=NOW) == 0
    assert release.release_due(at=NOW) == 0
    assert not Notification.objects.filter(email_next_at__isnull=False).exists()
    assert not Notification.objects.filter(read_at__isnull=True).exists()
    assert not Event.objects.exclude(origin__in=["demo", "control"]).exclude(action="log.opened").exists()


def test_fill_keeps_times_in_order_and_recorded_times_true(past: tuple[World, Progress]) -> None:
    for decision in Decision.objects.select_related("interaction"):
        assert decision.interaction.received_at <= decision.decided_at < NOW
        assert decision.seconds > 0 or decision.case.escalations.exists()
    released = Interaction.objects.filter(final_decision__isnull=False).select_related("final_decision")
    assert all(row.released_at - row.final_decision.decided_at == timedelta(seconds=10) for row in released)
    assert not Event.objects.filter(recorded_at__lt=NOW - timedelta(days=1)).exists()


def test_fill_draws_and_scores_each_day(past: tuple[World, Progress]) -> None:
    assert Counter(Draw.objects.values_list("process__code", flat=True)) == dict.fromkeys(CLIENTS, 3)
    evaluations = Evaluation.objects.select_related("draw")
    assert evaluations.exists()
    assert {evaluation.state for evaluation in evaluations} == {EvaluationState.SUBMITTED}
    assert all(evaluation.submitted_at > evaluation.draw.drawn_at for evaluation in evaluations)
    assert all(Decimal(0) < evaluation.pi <= 1 for evaluation in evaluations)


def test_fill_adds_nothing_the_second_time(past: tuple[World, Progress], progress: Progress) -> None:
    before = [model.objects.count() for model in (Interaction, Decision, Draw, Evaluation, Event)]

    fill(past[0], progress)

    assert [model.objects.count() for model in (Interaction, Decision, Draw, Evaluation, Event)] == before


def test_fill_goes_on_where_it_was_interrupted(
    demo: World, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Interaction.objects.count()
    told = progress.step

    def interrupted(count: int) -> None:
        told(count)
        if progress.done > 6:
            raise KeyboardInterrupt

    monkeypatch.setattr(progress, "step", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fill(demo, progress, 70, 70)
    monkeypatch.undo()
    half = Interaction.objects.count()

    fill(demo, progress, 70, 70)

    calendars = {code: Calendar(spec, NOW) for code, spec in CLIENTS.items()}
    whole = sum(calendar.volume(calendar.day(70, 90).date, 0.2) for calendar in calendars.values())
    assert 0 < half - before < whole == Interaction.objects.count() - before
    assert not Case.objects.exclude(state=CaseState.CLOSED).exists()


def test_fill_sends_every_output_of_an_undeclared_model_to_a_person(demo: World, progress: Progress) -> None:
    fill(demo, progress, 60, 60)

    undeclared = Interaction.objects.filter(model_reference="ledgerline-4.3")

    assert undeclared.exists()
    assert undeclared.filter(routing__failsafe=True).count() == undeclared.count()
    assert undeclared.filter(final_decision__isnull=False).count() == undeclared.count()
