"""M2: a run of the drills is asked for by a reader of the log, done once, kept, and in the trail."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.errors import Conflict, NotVisible
from audit.models import Event
from audit.services import logs
from governance.models import DrillRun
from governance.presenters import drills as presenter
from governance.selectors import drill_runs as selectors
from governance.services import drill_runs
from governance.tasks import run_drills
from tests import worlds
from tests.governance import trails
from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = worlds.build(timezone.now())
    trails.record_more("north", 20)
    trails.publish("north")
    return world


def request(world: World, by: object = None) -> DrillRun:
    return drill_runs.request(log="north", by=by or world.north.lead, at=timezone.now())


def told() -> list[Event]:
    return list(Event.objects.filter(action="audit.drill_run"))


def test_a_reader_asks_and_the_worker_does_it(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as nudges:
        run = request(world)

    assert len(nudges) == 1
    assert run_drills() == 1
    run.refresh_from_db()
    assert run.ended_at is not None
    assert presenter.report_of(run).passed
    (event,) = told()
    assert event.content["log"] == "north"
    assert event.content["client"] == world.north.process.client.slug
    assert event.actor_id == str(world.north.lead.pk)
    drills = len(run.outcomes)
    assert event.facts == {
        "entries": run.entries,
        "drills": drills,
        "caught": drills,
        "missed": [],
        "control_clean": True,
    }
    assert run_drills() == 0


def test_whoever_cannot_read_the_log_cannot_ask_and_nothing_changes(world):
    for person in (world.stranger, world.south.lead, world.north.reviewer):
        with pytest.raises(NotVisible):
            request(world, person)
    assert not DrillRun.objects.exists()

    assert request(world).log == "north"


def test_one_log_has_one_run_at_a_time(world):
    first = request(world)

    with pytest.raises(Conflict, match="under way already"):
        request(world, world.overseer)
    with pytest.raises(Conflict):
        drill_runs.begin(log="north", entries=8, at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        DrillRun.objects.create(log="north", entries=8, requested_at=timezone.now())

    assert list(DrillRun.objects.all()) == [first]
    assert drill_runs.request(log="south", by=world.overseer, at=timezone.now())


def test_a_run_is_taken_by_one_worker_and_by_another_one_when_that_died(world):
    run = request(world)
    at = timezone.now()
    assert selectors.due(at) == [run]
    DrillRun.objects.filter(pk=run.pk).update(heartbeat_at=at)

    assert selectors.due(at + timedelta(minutes=19)) == []
    assert selectors.due(at + timedelta(minutes=21)) == [run]


def test_a_run_that_cannot_be_done_ends_with_the_reason_and_the_next_may_begin(world):
    logs.open_log(key="young", at=timezone.now())
    run = drill_runs.begin(log="young", entries=20, at=timezone.now())

    ended = drill_runs.perform(run_id=run.pk, clock=timezone.now)

    assert ended.problem.startswith("A drill needs 8 entries that have their place in the log")
    assert presenter.report_of(ended) is None
    (event,) = told()
    assert (event.facts["problem"], event.facts["control_clean"]) == (ended.problem, False)
    assert drill_runs.perform(run_id=run.pk, clock=timezone.now) is None
    assert len(told()) == 1
    assert drill_runs.begin(log="young", entries=20, at=timezone.now()).pk != run.pk


def test_a_machine_that_lets_no_copy_be_made_is_told_without_its_paths(world, settings, tmp_path):
    (tmp_path / "drills").write_text("a file where the folder should be")
    settings.VAR = tmp_path
    run = request(world)

    ended = drill_runs.perform(run_id=run.pk, clock=timezone.now)

    assert ended.problem.endswith("among the messages of the worker.")
    assert str(tmp_path) not in ended.problem
    assert (tmp_path / "drills").is_file()


def test_progress_is_kept_while_it_runs(world):
    run = request(world)
    seen = []

    def look(_step: object) -> None:
        kept = DrillRun.objects.get(pk=run.pk)
        seen.append((kept.done, kept.total, bool(kept.doing)))

    drill_runs.perform(run_id=run.pk, clock=timezone.now, told=look)

    assert seen[0][0] == 0
    assert [done for done, _, _ in seen] == sorted({done for done, _, _ in seen})
    assert all(total == seen[0][1] and doing for _, total, doing in seen)
