"""M2: the page “Try to cheat us”: what each way is, how far a run is, and what the tools said."""

from collections.abc import Callable
from dataclasses import asdict

import pytest
from django.test import Client
from django.utils import timezone

from audit.domain import drills as domain
from audit.domain.drills import Outcome
from governance.models import DrillRun
from governance.services import drill_runs
from tests import worlds
from tests.counting import queries, written
from tests.governance import trails
from tests.worlds import World

pytestmark = pytest.mark.django_db
LogIn = Callable[[object], Client]
URL = "/trail/drills/"
START = "/trail/drills/north/start/"


@pytest.fixture
def world() -> World:
    world = worlds.build(timezone.now())
    trails.record_more("north", 20)
    trails.publish("north")
    return world


def text(client: Client, **asked: str) -> str:
    return client.get(URL, asked).content.decode()


def test_whoever_reads_no_log_learns_what_would_be_tried(world, log_in):
    page = text(log_in(world.stranger))

    assert "There is no log you can see" in page
    assert START not in page
    assert all(one.title in page for one in domain.DRILLS)


def test_what_is_not_covered_stands_on_the_page(world, log_in):
    page = text(log_in(world.north.lead))

    assert "Not caught" in page
    assert all(sentence in page for sentence in domain.NOT_COVERED)


def test_a_reader_starts_a_run_sees_how_far_it_is_and_then_what_was_found(world, log_in):
    lead = log_in(world.north.lead)
    assert "Nobody has tried on this log yet" in text(lead)

    reply = lead.post(START, follow=True)

    assert reply.redirect_chain == [(f"{URL}?log=north", 302)]
    waiting = reply.content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    assert "Waiting for a worker" in waiting
    assert "See how far it is" in waiting
    assert START not in waiting

    drill_runs.sweep(clock=timezone.now)
    page = text(lead)

    done = len(domain.DRILLS) - 1
    assert f"All {done} ways to cheat were caught, and the copy that nobody touched was clean." in page
    assert page.count("Caught</span>") == done
    assert "its body does not have the hash of its leaf" in page
    assert "It needs 256 entries" in page
    assert "By itself, without anything kept outside, the same check said that all is well." in page
    assert "hx-trigger" not in page.split('id="run"')[1].split(">")[0]


def test_the_fragment_is_the_run_alone(world, log_in):
    lead = log_in(world.north.lead)

    fragment = lead.get(URL, {"log": "north"}, headers={"HX-Request": "true"}).content.decode()

    assert fragment.strip().startswith('<div id="run"')
    assert "<html" not in fragment


def test_a_second_run_is_refused_with_a_sentence(world, log_in):
    lead = log_in(world.north.lead)
    lead.post(START)

    reply = lead.post(START)

    assert reply.status_code == 409
    assert "A drill on this log is under way already" in reply.content.decode()
    assert DrillRun.objects.count() == 1


def test_the_log_of_another_client_is_not_there(world, log_in):
    south = log_in(world.south.lead)

    assert south.get(URL, {"log": "north"}).status_code == 404
    assert south.post(START).status_code == 404
    assert not DrillRun.objects.exists()
    assert log_in(world.north.lead).post(START).status_code == 302


def ended(world: World, control: Outcome, *outcomes: Outcome, problem: str = "") -> None:
    now = timezone.now()
    DrillRun.objects.create(
        log="north",
        entries=20,
        requested_at=now,
        ended_at=now,
        problem=problem,
        control=asdict(control) if not problem else None,
        outcomes=[asdict(one) for one in outcomes],
    )


CLEAN = Outcome("control", "audit_fsck", 0, "all as they were")


def test_a_control_that_fails_counts_nothing_as_caught(world, log_in):
    control = Outcome("control", "audit_fsck", 1, "Tampered with: log north, index 4: gone", index=4)
    ended(world, control, Outcome("body", "audit_fsck", 1, "said", 4, 4))

    page = text(log_in(world.north.lead))

    assert (
        "The copy that nobody touched is not clean, so no drill was done and nothing counts as caught."
        in page
    )
    assert "Not clean" in page
    assert "Caught</span>" not in page


def test_a_way_that_was_missed_is_said_plainly(world, log_in):
    ended(
        world,
        CLEAN,
        Outcome("body", "audit_fsck", 0, "all as they were", 4),
        Outcome("swap", "audit_fsck", 1, "said", 4, 4),
    )

    page = text(log_in(world.north.lead))

    assert "Of 2 ways to cheat 1 were caught and 1 were not." in page
    assert (page.count("Not caught</span>"), page.count(">Caught</span>")) == (1, 1)


def test_a_run_that_could_not_be_done_says_why(world, log_in):
    ended(world, CLEAN, problem="The copy could not be made on this machine.")

    page = text(log_in(world.north.lead))

    assert "The copy could not be made on this machine." in page
    assert "Caught</span>" not in page


def test_the_logs_page_points_here(world, log_in):
    assert f'href="{URL}"' in log_in(world.north.lead).get("/trail/logs/").content.decode()


def test_queries_are_few(world, log_in):
    ended(world, CLEAN, Outcome("body", "audit_fsck", 1, "said", 4, 4))

    assert queries(log_in(world.north.lead), URL) == written("governance:drills")
