"""The pages of halts: who halts and who only asks, what it touches before it is confirmed, and how long it took."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from contracts.enums import Degree
from contracts.models import Halt, Process
from contracts.services.halts import CHECKS
from reviews.services import intake
from tests import worlds
from tests.counting import queries, written
from tests.factories import halts as made
from tests.factories import reviews

pytestmark = pytest.mark.django_db
NEW = "/halts/new/"


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def desk(at):
    return worlds.build(at).north


def form(desk, **changes) -> dict:
    return {
        "what": f"process:{desk.process.code}",
        "degree": "hold",
        "cause": "model",
        "reason": "It pays what it should hold.",
        **changes,
    }


def words(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_what_it_touches_is_counted_before_it_is_confirmed(desk, at, log_in):
    reviews.waiting_cases(desk, at, 3)
    reviews.decided_case(desk, at)

    page = words(log_in(desk.owner).post(NEW, form(desk, degree="stop")))

    assert "1 process: NORTH-AP." in page
    assert "3 cases wait for people and 0 are in somebody’s hands" in page
    assert "1 decision that has not gone out waits until the halt is over." in page
    assert not Halt.objects.exists()


def test_the_owner_halts_and_somebody_else_lets_it_go_on(desk, at, log_in):
    owner, admin = log_in(desk.owner), log_in(desk.admin)

    made_now = owner.post(NEW, form(desk, confirm="1"))
    halt = Halt.objects.get()
    url = f"/halts/{halt.pk}/"
    told = words(owner.get(url))
    refused = owner.post(f"{url}release/", {"checks": list(CHECKS)})
    without = admin.post(f"{url}release/")
    freed = admin.post(f"{url}release/", {"checks": list(CHECKS)})

    assert (made_now.status_code, made_now.url) == (302, url)
    assert "Somebody else" in told or "somebody else" in told
    assert (refused.status_code, without.status_code, freed.status_code) == (403, 400, 302)
    assert "Before it may go on, state that: The cause is found" in words(without)
    assert Halt.objects.get().state == "released"


def test_a_reviewer_asks_and_the_owner_halts_on_the_request(desk, log_in):
    reviewer, owner = log_in(desk.reviewer), log_in(desk.owner)
    page = words(reviewer.get(NEW))

    asked = reviewer.post(NEW, form(desk, ask="1"))
    refused = reviewer.post(NEW, form(desk, confirm="1"))
    halt = Halt.objects.get()
    offered = owner.get(NEW, {"request": str(halt.pk)})
    owner.post(NEW, form(desk, request=str(halt.pk), confirm="1"))

    assert "You may not halt anything by yourself" in page
    assert (asked.status_code, refused.status_code) == (302, 403)
    assert "asked for this" in words(offered)
    assert Halt.objects.get().state == "engaged"
    assert Halt.objects.get().requested_by == desk.reviewer


def test_everybody_it_concerns_sees_the_halt_on_every_page(desk, at, log_in):
    case = reviews.claimed_case(desk, at)
    client = log_in(desk.reviewer)
    before = words(client.get("/queues/"))
    made.engaged(desk, at, Degree.STOP)

    banner = "NORTH-AP is halted by North Owner since"
    assert banner not in before
    assert banner in words(client.get("/queues/"))
    assert "what you decide is kept and goes out when the halt is over" in words(
        client.get(f"/cases/{case.pk}/")
    )


def test_nobody_of_another_client_hears_of_it(at, log_in):
    world = worlds.build(at)
    halt = made.engaged(world.north, at)
    client = log_in(world.south.owner)

    assert "NORTH-AP" not in words(client.get("/halts/"))
    assert client.get(f"/halts/{halt.pk}/").status_code == 404
    assert "NORTH-AP" not in words(client.get(NEW))


def test_the_time_to_halt_is_that_to_the_last_release_without_a_person(desk, at, log_in):
    """W4, I3."""
    asked = made.asked(desk, at)
    between = at + timedelta(seconds=12)
    intake.accept(payloads=[worlds.payload(desk)], agent=desk.agent, key=desk.key, at=between)
    halt = made.engaged(desk, at + timedelta(seconds=41), request=asked)
    quiet = made.engaged(desk, at, drill=True, by=desk.admin)

    client = log_in(desk.owner)
    page = words(client.get(f"/halts/{halt.pk}/"))

    assert "Time to halt 12 s" in page
    assert "0 released without a person after that" in page
    assert "Time to halt 12 s" in words(client.get(f"/halts/{quiet.pk}/"))
    assert "on average 12 s" in words(client.get("/halts/"))


def test_a_drill_is_overdue_after_92_days(desk, at, log_in):
    client = log_in(desk.owner)
    fresh = words(client.get("/halts/"))
    Process.objects.filter(pk=desk.process.pk).update(went_live_at=at - timedelta(days=93))
    late = words(client.get("/halts/"))
    made.engaged(desk, at, drill=True)

    assert "In date until" in fresh
    assert "Overdue since" in late
    assert "Overdue since" not in words(client.get("/halts/"))


def test_a_halt_of_a_process_begins_with_its_safe_state(desk, at, log_in):
    """W2."""
    intake.accept(payloads=[worlds.payload(desk)], agent=desk.agent, key=desk.key, at=at)
    chosen = {}
    for said in ("stop", "hold", "last_approved"):
        log_in(desk.owner).post(f"/halts/live/{desk.process.code}/", {"safe_state": said})
        page = log_in(desk.owner).get(NEW).content.decode()
        chosen[said] = tuple(re.findall(r'<option value="([^"]+)" selected>', page)[:2])

    assert chosen == {
        "stop": ("process:NORTH-AP", "stop"),
        "hold": ("process:NORTH-AP", "hold"),
        "last_approved": ("model:north@north-1.0", "hold"),
    }


def test_the_gate_lists_what_stands_and_what_is_missing(desk, log_in):
    page = words(log_in(desk.viewer).get(f"/halts/live/{desk.process.code}/"))

    assert "Around the clock, in winter and in summer." in page
    assert "North Admin, North Ops, North Owner." in page


def test_nothing_is_chosen_for_whoever_sees_several_processes(at, log_in):
    world = worlds.build(at)
    several = log_in(world.overseer)
    page = several.get(NEW).content.decode()
    sent = several.post(NEW, form(world.north, what="", ask="1"))

    assert "Choose what to halt" in page
    assert "Choose what to halt" not in log_in(world.north.owner).get(NEW).content.decode()
    assert sent.status_code == 400
    assert not Halt.objects.exists()


def test_the_pages_take_so_many_queries_however_many_halts_there_are(desk, at, log_in):
    halt = made.engaged(desk, at)
    client = log_in(desk.owner)
    pages = {
        "governance:halts": "/halts/",
        "governance:halt": f"/halts/{halt.pk}/",
        "governance:halt_new": NEW,
        "governance:gate": f"/halts/live/{desk.process.code}/",
    }
    first = {route: queries(client, address) for route, address in pages.items()}
    for step in ("approve", "deny", "triage"):
        made.engaged(desk, at, step=step)
        made.asked(desk, at, step=step)

    again = {route: queries(client, address) for route, address in pages.items()}

    assert again == first == {route: written(route) for route in pages}


@pytest.mark.parametrize("request_id", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_a_request_nobody_made_is_not_there(desk, log_in, request_id):
    assert log_in(desk.owner).get(NEW, {"request": request_id}).status_code == 404
