"""Searching the trail through its address: by subject, model, rule, reviewer, day and action, in pages (M8)."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event
from audit.services import projecting
from governance.models import TrailMark
from governance.selectors import trail_search
from reviews.enums import Verdict
from reviews.services import claims, decisions, intake
from reviews.services.decisions import Answer
from tests import counting, worlds
from tests.caught_up import catch_up
from tests.factories import qa as made
from tests.worlds import World

pytestmark = pytest.mark.django_db
LogIn = Callable[[object], Client]


@pytest.fixture
def world() -> World:
    return worlds.build(timezone.now() - timedelta(days=10))


@pytest.fixture
def found(world, log_in) -> dict[str, UUID]:
    """Four interactions of the north desk and one of the south, each with something of its own."""
    now = timezone.now()
    north, south = world.north, world.south
    posted = {
        "plain": _post(north, now - timedelta(days=1), external_id="INV-1"),
        "of the supplier": _post(north, now - timedelta(days=2), subject_ref="Acme GmbH, Köln"),
        "large": _post(north, now - timedelta(days=3), amount="26000.00"),
        "decided": _post(north, now - timedelta(days=5), amount="6000.00"),
        "of the south": _post(south, now - timedelta(days=1), subject_ref="Acme GmbH, Köln"),
    }
    claims.claim(case_id=posted["decided"].case, user=north.reviewer, at=now)
    answer = Answer(Verdict.REJECT, reason_code="DUPLICATE")
    decisions.decide(case_id=posted["decided"].case, user=north.reviewer, answer=answer, at=now)
    catch_up()
    return {name: receipt.id for name, receipt in posted.items()}


def _post(desk, at, **changes):
    posted = worlds.payload(desk, **changes)
    return intake.accept(
        payloads=[posted], agent=desk.agent, key=desk.key, at=at, times=[at], origin="import"
    )[0]


def ask(client: Client, names: dict[str, UUID], **query: str) -> list[str]:
    """What a search finds, by name, newest first; asked as a person does, through the form."""
    page = client.post("/trail/find/", query, follow=True)
    assert page.status_code == 200
    known = {str(pk): name for name, pk in names.items()}
    return [known[row.url.split("/")[-2]] for _, row in page.context["rows"]]


@pytest.mark.parametrize(
    "query, expected",
    [
        ({}, ["plain", "of the supplier", "large", "decided"]),
        ({"about": "Acme GmbH, Köln"}, ["of the supplier"]),
        ({"about": "acme gmbh, köln"}, []),
        ({"about": "Somebody else"}, []),
        ({"model": "north-1.0"}, ["plain", "of the supplier", "large", "decided"]),
        ({"model": "north-2.0"}, []),
        ({"rule": "AP-R1"}, ["large", "decided"]),
        ({"rule": "AP-R2"}, ["large"]),
        ({"person": "north_reviewer"}, ["decided"]),
        ({"person": "north_second"}, []),
        ({"person": "nobody.at.all"}, []),
        ({"action": "review.decided"}, ["decided"]),
        ({"action": "escalation.opened"}, []),
        ({"rule": "AP-R1", "person": "north_reviewer"}, ["decided"]),
        ({"rule": "AP-R2", "person": "north_reviewer"}, []),
        ({"rule": "AP-R1", "action": "intake.received", "model": "north-1.0"}, ["large", "decided"]),
        ({"q": "INV-1"}, ["plain"]),
        ({"q": "INV-1", "rule": "AP-R1"}, []),
        ({"q": "INV-1", "model": "north-1.0"}, ["plain"]),
        ({"process": "NORTH-AP", "rule": "AP-R1"}, ["large", "decided"]),
        ({"process": "SOUTH-AP", "rule": "AP-R1"}, []),
    ],
    ids=str,
)
def test_a_search_finds_exactly_what_it_says(found, world, log_in, query, expected):
    assert ask(log_in(world.north.lead), found, **query) == expected


def test_days_are_the_reader_s_and_both_included(found, world, log_in):
    lead = log_in(world.north.lead)
    day = lambda ago: (timezone.now() - timedelta(days=ago)).date().isoformat()  # noqa: E731

    assert ask(lead, found, since=day(2)) == ["plain", "of the supplier"]
    assert ask(lead, found, until=day(3)) == ["large", "decided"]
    assert ask(lead, found, since=day(3), until=day(2), rule="AP-R1") == ["large"]


def test_another_client_s_reader_finds_nothing_of_it(found, world, log_in):
    south = log_in(world.south.lead)

    assert ask(south, found, about="Acme GmbH, Köln") == ["of the south"]
    assert ask(south, found, person="north_reviewer") == []
    assert ask(south, found, q=str(found["plain"])) == []
    assert ask(log_in(world.overseer), found, about="Acme GmbH, Köln") == ["of the south", "of the supplier"]
    assert ask(log_in(world.stranger), found, about="Acme GmbH, Köln") == []
    assert ask(log_in(world.north.reviewer), found, rule="AP-R1") == []


def test_a_subject_stands_in_no_address(found, world, log_in):
    reply = log_in(world.north.lead).post("/trail/find/", {"about": "Acme GmbH, Köln", "rule": ""})

    assert reply.status_code == 302
    assert "Acme" not in reply["Location"]
    assert reply["Location"].startswith("/trail/?subject=")
    assert "Acme" not in " ".join(TrailMark.objects.values_list("value", flat=True))


def test_the_pages_of_a_search_go_on_where_the_last_ended(found, world, log_in, monkeypatch):
    monkeypatch.setattr(trail_search, "PAGE", 1)
    lead = log_in(world.north.lead)
    page = lead.get("/trail/", {"model": "north-1.0"})
    seen = []
    while True:
        seen += [row.url for _, row in page.context["rows"]]
        if not page.context["next_url"]:
            break
        page = lead.get("/trail/" + page.context["next_url"])

    assert seen == [f"/trail/interactions/{found[name]}/" for name in list(found)[:4]]


def test_an_auditor_does_not_learn_a_verdict_by_searching_for_it(log_in):
    """F2: what is still to be scored blind is not found by an event that tells its verdict."""
    now = made.settled_now()
    desk = worlds.build(now).north
    evaluation = made.drawn_evaluation(desk, now)
    catch_up()
    names = {"drawn": evaluation.interaction_id}

    assert ask(log_in(desk.auditor), names, q=str(evaluation.interaction_id), action="review.decided") == []
    assert ask(log_in(desk.auditor), names, q=str(evaluation.interaction_id), action="review.claimed") == [
        "drawn"
    ]
    assert ask(log_in(desk.lead), names, q=str(evaluation.interaction_id), action="review.decided") == [
        "drawn"
    ]


@pytest.mark.parametrize(
    "query",
    [
        {"since": "yesterday"},
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
        {"since": "2026-03-04", "until": "2026-03-01"},
        {"action": "rules.drafted"},
        {"subject": "Acme"},
        {"subject": "a" * 4000},
        {"model": "x" * 121},
    ],
    ids=str,
)
def test_a_search_that_cannot_be_read_says_so(found, world, log_in, query):
    lead = log_in(world.north.lead)

    asked = lead.get("/trail/", query)
    sent = lead.post("/trail/find/", query, follow=True)

    for page in (asked, sent):
        assert page.status_code == 200
        assert page.context["rows"] == []
        assert page.context["form"].errors


def test_marks_are_made_once_and_made_anew(found, world):
    before = sorted(TrailMark.objects.values_list("interaction", "kind", "value", "received_at"))
    log = Event.objects.get(action="review.decided").log_id

    projecting.rebuild(name="trail", log_id=log, at=timezone.now())
    assert TrailMark.objects.filter(process="NORTH-AP").count() == 0
    catch_up()
    catch_up()

    assert sorted(TrailMark.objects.values_list("interaction", "kind", "value", "received_at")) == before


def test_a_search_that_is_behind_says_so(found, world, log_in):
    lead = log_in(world.north.lead)
    fresh = lead.get("/trail/", {"rule": "AP-R1"}).context["late"]
    now = timezone.now()
    _post(world.north, now, external_id="later")

    assert fresh is None
    assert trail_search.late_by(world.north.lead, now + timedelta(seconds=30)) is None
    assert trail_search.late_by(world.north.lead, now + timedelta(seconds=90)) is not None


def test_queries_do_not_depend_on_what_is_found(found, world, log_in):
    pages = {
        "governance:trail": "/trail/",
        "governance:trail?search": "/trail/?rule=AP-R1&person=north_reviewer&model=north-1.0",
    }

    taken = {name: counting.queries(log_in(world.north.lead), page) for name, page in pages.items()}

    assert taken == {name: counting.written(name) for name in pages}
