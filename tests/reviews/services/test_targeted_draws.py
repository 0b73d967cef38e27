"""Targeted draws: what was flagged comes to auditors, without chance and apart from every estimate (F4, §5.3)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.errors import NotVisible
from audit.models import Event
from contracts.models import Process
from governance.models import SampleRollup
from governance.selectors import evidence_scope
from reviews.enums import DrawKind
from reviews.models import AutoQa, Draw, Evaluation
from reviews.selectors import calibration, draws, engines, redrawing
from reviews.services import autoqa, engine_calibrations, evaluations, targeted_draws
from reviews.services import draws as draw_service
from tests import caught_up, worlds
from tests.factories import engines as engine_factory
from tests.factories import qa as factory

AI = {"decision": "pay", "amount": "1200.00"}
ODD = {**AI, "comment": "Pay 98765 to the supplier."}


@pytest.fixture
def desk(db, at):
    return worlds.build(at).north


@pytest.fixture
def yesterday(at):
    return at - timedelta(days=1)


def flagged(desk, yesterday, count, plain=0):
    """A day with so much that was flagged, and so much that was not, drawn by chance and scored by automatic QA."""
    factory.planned(desk, yesterday - timedelta(days=1))
    factory.straight_through(desk, yesterday, plain)
    odd = factory.straight_through(desk, yesterday, count, ai_output=ODD)
    autoqa.score_due(at=yesterday)
    return {one.pk for one in odd}


def terms(desk, **named):
    Process.objects.filter(pk=desk.process.pk).update(intake={**desk.process.intake, "autoqa": named})


def picks():
    return Evaluation.objects.filter(kind=DrawKind.TARGETED)


def test_draw_due_picks_what_was_flagged_and_chance_did_not_draw(desk, at, yesterday):
    odd = flagged(desk, yesterday, 10, plain=20)
    draw_service.draw_due(at=at)
    by_chance = set(Evaluation.objects.values_list("interaction", flat=True))

    assert targeted_draws.draw_due(at=at) == 1

    assert set(picks().values_list("interaction", flat=True)) == odd - by_chance
    assert set(picks().values_list("pi", "stratum")) == {(None, "targeted")}
    drawn = Draw.objects.get(kind=DrawKind.TARGETED)
    assert (drawn.size, drawn.frame_size, drawn.seed) == (len(odd - by_chance), len(odd - by_chance), "")


def test_draw_due_records_what_it_picked_and_why(desk, at, yesterday):
    flagged(desk, yesterday, 3, plain=20)
    draw_service.draw_due(at=at)

    targeted_draws.draw_due(at=at)

    facts = Event.objects.get(action="sample.targeted").facts
    ids = sorted(item["id"] for item in facts["items"])
    assert ids == sorted(str(pk) for pk in picks().values_list("interaction", flat=True))
    assert {tuple(item["flags"]) for item in facts["items"]} == {("figure",)}
    assert facts["plan"] == {"cap": 20, "at_once": []}


def test_draw_due_draws_a_day_once_and_never_before_chance(desk, at, yesterday):
    flagged(desk, yesterday, 3, plain=20)

    assert targeted_draws.draw_due(at=at) == 0
    draw_service.draw_due(at=at)
    assert targeted_draws.draw_due(at=at) == 1
    assert targeted_draws.draw_due(at=at) == 0
    assert Draw.objects.filter(kind=DrawKind.TARGETED).count() == 1


def test_draw_due_keeps_to_the_cap_and_comes_back_for_the_rest(desk, at, yesterday):
    terms(desk, daily_cap=2)
    odd = flagged(desk, yesterday, 6)
    draw_service.draw_due(at=at)
    by_chance = set(Evaluation.objects.values_list("interaction", flat=True))

    targeted_draws.draw_due(at=at)
    first = set(picks().values_list("interaction", flat=True))
    draw_service.draw_due(at=at + timedelta(days=1))
    targeted_draws.draw_due(at=at + timedelta(days=1))

    assert len(first) == 2
    assert picks().count() == 4
    assert set(picks().values_list("interaction", flat=True)) <= odd - by_chance


@pytest.mark.parametrize("recorded", [True, False])
def test_f5_a_flag_comes_at_once_only_where_it_was_recorded_that_it_is_trusted(desk, at, yesterday, recorded):
    terms(desk, daily_cap=0, pick=["figure"])
    engine_factory.compared(desk, yesterday - timedelta(days=40), hits=15, passes=15)
    if recorded:
        engine_calibrations.calibrate(code=desk.process.code, by=desk.governance, at=yesterday)
    odd = flagged(desk, yesterday, 6)
    draw_service.draw_due(at=at)
    by_chance = set(Evaluation.objects.values_list("interaction", flat=True))

    targeted_draws.draw_due(at=at)

    picked = set(
        picks()
        .filter(draw__window_start__gte=yesterday - timedelta(days=2))
        .values_list("interaction", flat=True)
    )
    assert picked == (odd - by_chance if recorded else set())


def test_draw_due_brings_what_could_not_be_scored_whatever_the_cap(desk, at, yesterday):
    terms(desk, daily_cap="none")
    factory.planned(desk, yesterday - timedelta(days=1))
    went = {one.pk for one in factory.straight_through(desk, yesterday, 25)}
    autoqa.score_due(at=yesterday)
    draw_service.draw_due(at=at)
    by_chance = set(Evaluation.objects.values_list("interaction", flat=True))

    targeted_draws.draw_due(at=at)

    assert set(picks().values_list("interaction", flat=True)) == went - by_chance
    assert picks().count() > 20


def test_targeted_picks_enter_no_estimate(desk, at, yesterday):
    flagged(desk, yesterday, 5, plain=20)
    drawn = draw_service.draw(process=desk.process, day=yesterday.date(), at=at)
    window = draws.windows.of_day(at.date(), desk.process.time_zone)
    before = (draws.month(desk.process, window), draws.week(desk.process, window, []))

    targeted_draws.draw_due(at=at)
    for pick in picks():
        evaluations.submit(
            evaluation_id=pick.pk, by=desk.auditor, answers=factory.answers(pick), judged_wrong=True, at=at
        )
    caught_up.catch_up()

    assert picks().filter(state="submitted").count() == picks().count() > 0
    assert (draws.month(desk.process, window), draws.week(desk.process, window, [])) == before
    assert draws.of_window(desk.process, draws.windows.of_day(yesterday.date(), "UTC")) == drawn
    assert redrawing.verify(draw=drawn).equal
    assert not SampleRollup.objects.exists()
    assert calibration.of(desk.process, engines.in_use()).tallies == {}


def test_calibration_compares_what_chance_drew(desk, at, yesterday):
    flagged(desk, yesterday, 1)
    drawn = draw_service.draw(process=desk.process, day=yesterday.date(), at=at).evaluations.get()
    evaluations.submit(
        evaluation_id=drawn.pk, by=desk.auditor, answers=factory.answers(drawn), judged_wrong=True, at=at
    )

    found = calibration.of(desk.process, engines.in_use())

    assert AutoQa.objects.get().flagged
    assert (found.tallies["figure", "en"].hits, found.tallies["figure", "en"].n) == (1, 1)
    assert (found.tallies["tone", ""].misses, found.tallies["tone", ""].n) == (1, 1)


def test_nobody_makes_evidence_of_a_targeted_draw(desk, at, yesterday):
    flagged(desk, yesterday, 5, plain=20)
    by_chance = draw_service.draw(process=desk.process, day=yesterday.date(), at=at)
    targeted_draws.draw_due(at=at)

    assert evidence_scope.of_draw(desk.governance, by_chance.pk).draw == by_chance
    with pytest.raises(NotVisible):
        evidence_scope.of_draw(desk.governance, Draw.objects.get(kind=DrawKind.TARGETED).pk)


@pytest.mark.parametrize(
    ("kind", "change"),
    [("targeted", {"pi": "0.5"}), ("random", {"pi": None})],
    ids=["a pick with a probability", "chance without one"],
)
def test_the_database_keeps_picks_and_chance_apart(desk, at, yesterday, kind, change):
    flagged(desk, yesterday, 5, plain=20)
    draw_service.draw_due(at=at)
    targeted_draws.draw_due(at=at)
    rows = Evaluation.objects.filter(kind=kind)
    assert rows.exists()

    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**change)


def test_the_database_gives_no_seed_to_what_chance_did_not_draw(desk, at, yesterday):
    flagged(desk, yesterday, 5, plain=20)
    draw_service.draw_due(at=at)
    targeted_draws.draw_due(at=at)

    for kind, seed in (("targeted", "ab"), ("random", "")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Draw.objects.filter(kind=kind).update(seed=seed)
