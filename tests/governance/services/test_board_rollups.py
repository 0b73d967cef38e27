"""G1, M4: the figures of the board are made of the facts of events alone, and equal a plain count over the tables."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.utils import timezone

from audit.models import Event, Log
from audit.services import projecting, sequencing
from governance.domain import telemetry
from governance.models import DayRollup, SampleRollup, ScoreRollup, UndoableDecision
from governance.services import board_rollups
from reviews.enums import InteractionState
from reviews.models import Interaction
from reviews.services import autoqa
from tests import worlds
from tests.caught_up import catch_up
from tests.factories import qa
from tests.governance import telling

pytestmark = pytest.mark.django_db
BEGINS = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def world():
    return worlds.build(BEGINS)


def rows() -> list[list[tuple]]:
    """Every row of the projection, without the ids the database gives."""
    found = []
    for model in (DayRollup, SampleRollup, ScoreRollup, UndoableDecision):
        names = [field.name for field in model._meta.concrete_fields if field.name != "id"]
        found.append(sorted(map(tuple, model.objects.values_list(*names))))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_the_figures_equal_a_plain_count_whatever_happened_in_whatever_order(world, seed):
    dice = Random(seed)
    plays = [telling.Play(desk, BEGINS, dice) for desk in (world.north, world.south)]
    for _ in range(12):
        dice.choice(plays).run(dice.randint(1, 10))
        if dice.random() < 0.5:
            sequencing.sweep(clock=timezone.now, batch=dice.choice((3, 50, 5000)))
        if dice.random() < 0.5:
            projecting.sweep(clock=timezone.now, limit=dice.choice((1, 7, 100, 1000)))
    catch_up()

    assert telling.rolled_up() == telling.plain()
    assert telling.rolled_up_samples() == telling.plain_samples()
    waiting = Interaction.objects.filter(state=InteractionState.DECIDED)
    assert set(telling.undoable()) == set(waiting.values_list("pk", flat=True))

    before = rows()
    for log_id in Log.objects.values_list("id", flat=True):
        projecting.rebuild(name=telemetry.PROJECTION, log_id=log_id, at=BEGINS)
    assert rows() == [[], [], [], []]
    projecting.sweep(clock=timezone.now, limit=dice.choice((1, 13, 1000)))
    assert rows() == before


def test_scores_count_on_the_day_the_interaction_went_out_and_are_made_anew_alike(world):
    for days, count in ((0, 3), (1, 2)):
        qa.straight_through(world.north, BEGINS + timedelta(days=days), count)
    qa.straight_through(world.south, BEGINS, 1)
    autoqa.score_due(at=BEGINS + timedelta(days=5))
    catch_up()

    counted = sorted(ScoreRollup.objects.values_list("process", "day", "scored"))
    for log_id in Log.objects.values_list("id", flat=True):
        projecting.rebuild(name=telemetry.PROJECTION, log_id=log_id, at=BEGINS)
    assert not ScoreRollup.objects.exists()
    catch_up()

    assert counted == [
        ("NORTH-AP", BEGINS.date(), 3),
        ("NORTH-AP", BEGINS.date() + timedelta(days=1), 2),
        ("SOUTH-AP", BEGINS.date(), 1),
    ]
    assert sorted(ScoreRollup.objects.values_list("process", "day", "scored")) == counted


def test_the_plays_have_something_of_everything(world):
    play = telling.Play(world.north, BEGINS, Random(3))
    play.run(120)
    catch_up()

    totals = {
        name: sum(counted[name] for counted in telling.rolled_up().values()) for name in telemetry.COUNTS
    }
    assert {name for name, total in totals.items() if not total} == set()
    assert sum(scored for scored, _ in telling.rolled_up_samples().values())


def test_nothing_is_read_but_the_trail(world):
    """Business tables may be changed behind its back: the figures stay those of the events."""
    play = telling.Play(world.north, BEGINS, Random(5))
    play.run(40)
    catch_up()
    before = rows()

    Interaction.objects.update(language="zz")
    for log_id in Log.objects.values_list("id", flat=True):
        projecting.rebuild(name=telemetry.PROJECTION, log_id=log_id, at=BEGINS)
    projecting.sweep(clock=timezone.now)

    assert rows() == before


def test_a_batch_takes_the_same_number_of_queries_however_long(world, django_assert_max_num_queries):
    play = telling.Play(world.north, BEGINS, Random(1))
    play.run(60)
    sequencing.sweep(clock=timezone.now)
    log = Log.objects.get(key=world.north.client.log_key)
    events = list(Event.objects.filter(log_id=log.id).order_by("id"))
    assert len(events) > 150

    with django_assert_max_num_queries(9):
        board_rollups.apply(log.key, events)


@pytest.mark.parametrize("action", ["review.withdrawn", "release.released", "routing.decided"])
def test_an_event_without_its_beginning_is_refused(world, action):
    play = telling.Play(world.north, BEGINS, Random(2))
    play.run(60)
    event = Event.objects.filter(action=action).first()
    event.object_id = str(event.uid)

    with pytest.raises(LookupError):
        board_rollups.apply(world.north.client.log_key, [event])
