"""The pages of evidence: asking for it, watching it, and fetching it (M8, F9)."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from governance.domain.evidence import ExportState
from governance.models import EvidenceExport
from governance.selectors import evidence_exports
from tests import worlds
from tests.counting import queries, written
from tests.factories import qa
from tests.governance import evidence
from tests.governance.evidence import PURPOSE, ask, verified, write

pytestmark = pytest.mark.django_db
LogIn = Callable[[object], Client]
LIST = "/trail/evidence/"
PERIOD = "/trail/evidence/period/"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


@pytest.fixture
def told():
    at = timezone.now() - timedelta(minutes=5)
    world = worlds.build(at)
    receipt = evidence.decided(world.north, at, "INV-7")
    evidence.sign()
    return world, receipt


def words(reply) -> str:
    """The page as a reader has it before him."""
    return " ".join(re.sub(r"<[^>]+>", " ", reply.content.decode()).split())


def period(**changes) -> dict:
    today = timezone.now().date()
    return {
        "client": "north",
        "process": "",
        "since": str(today - timedelta(days=1)),
        "until": str(today + timedelta(days=1)),
        "purpose": PURPOSE,
        **changes,
    }


def test_an_empty_list_says_where_evidence_comes_from(told, log_in: LogIn):
    world, _ = told

    lead, stranger = (words(log_in(user).get(LIST)) for user in (world.north.lead, world.stranger))

    assert "You have asked for no evidence" in lead
    assert "Evidence of a period" in lead
    assert "Evidence of a period" not in stranger, "who reads no story has nothing to ask for"


@pytest.mark.parametrize(
    ("state", "more", "said"),
    [
        (ExportState.WAITING, {}, "It is written as soon as a worker is free."),
        (
            ExportState.WAITING,
            {"error": "It is not signed."},
            "It is not signed. It is tried again by itself.",
        ),
        (ExportState.WRITING, {"done": 500, "total": 2_000}, "500 of 2,000 entries 25 %"),
        (ExportState.WRITING, {}, "Looking for its entries 0 %"),
        (ExportState.FAILED, {"error": "There was no room."}, "There was no room."),
        (ExportState.CANCELLED, {}, "You took the question back."),
        (ExportState.EXPIRED, {}, "The file was removed after 7 days. Ask for it again"),
    ],
)
def test_every_state_is_said_in_words(told, log_in: LogIn, state, more, said):
    world, receipt = told
    export = ask(receipt, world.north.lead)
    EvidenceExport.objects.filter(pk=export.pk).update(state=state, **more)

    reply = log_in(world.north.lead).get(LIST)

    page = words(reply)
    assert said in page
    assert state.label in page
    live = state in (ExportState.WAITING, ExportState.WRITING)
    assert ("hx-trigger" in reply.content.decode(), "/cancel/" in reply.content.decode()) == (live, live)


def test_a_list_that_watches_itself_asks_for_the_list_alone(told, log_in: LogIn):
    world, receipt = told
    ask(receipt, world.north.lead)

    fragment = log_in(world.north.lead).get(LIST, headers={"hx-request": "true"}).content.decode()

    assert fragment.lstrip().startswith('<div id="exports"')
    assert "<html" not in fragment


def test_a_list_goes_on_behind_its_page(told, log_in: LogIn, monkeypatch):
    world, receipt = told
    monkeypatch.setattr(evidence_exports, "PAGE", 2)
    for number in range(3):
        ask(receipt, world.north.lead, purpose=f"Question number {number}")
    lead = log_in(world.north.lead)

    first = lead.get(LIST)
    following = re.search(r'rel="next" href="([^"]+)"', first.content.decode())

    assert following is not None
    assert re.findall(r"Question number \d", words(first)) == ["Question number 2", "Question number 1"]
    second = words(lead.get(LIST + following[1].replace("&amp;", "&")))
    assert re.findall(r"Question number \d", second) == ["Question number 0"]


def test_a_period_is_asked_for_and_fetched(told, log_in: LogIn, tmp_path):
    world, _ = told
    lead = log_in(world.north.lead)

    reply = lead.post(PERIOD, period())

    assert (reply.status_code, reply.headers["Location"]) == (302, LIST)
    evidence.sign()
    assert write() == 1
    export = EvidenceExport.objects.get()
    page = lead.get(LIST)
    assert export.sha256 in words(page)
    assert verified(lead.post(f"/trail/evidence/{export.pk}/fetch/").getvalue(), tmp_path) == 0
    assert log_in(world.north.dpo).post(f"/trail/evidence/{export.pk}/fetch/").status_code == 404
    assert Event.objects.filter(action="evidence.fetched").count() == 1


def test_days_are_those_of_the_readers_zone(told, log_in: LogIn):
    world, _ = told
    dpo = world.north.dpo
    type(dpo).objects.filter(pk=dpo.pk).update(time_zone="Asia/Manila")

    log_in(dpo).post(PERIOD, period(since="2026-01-02", until="2026-01-03"))

    given = EvidenceExport.objects.get().parameters
    assert (given["since"], given["until"]) == ("2026-01-02T00:00:00+08:00", "2026-01-04T00:00:00+08:00")
    assert "North, 2 Jan 2026 – 3 Jan 2026" in words(log_in(dpo).get(LIST))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"client": "south"}, "Client"),
        ({"process": "SOUTH-AP"}, "another client"),
        ({"since": ""}, "Recorded from"),
        ({"until": "2001-01-01"}, "It ends before it begins."),
        ({"since": "2150-01-01", "until": "2150-01-02"}, "Nothing of this period has happened yet."),
        ({"purpose": ""}, "Say for whom this evidence is, and why."),
        ({"show": "review.decided output"}, "Personal data to show"),
    ],
)
def test_what_is_wrong_is_said_where_it_is_and_nothing_is_asked(told, log_in: LogIn, changes, said):
    world, _ = told
    overseer = log_in(world.overseer if "process" in changes else world.north.lead)
    before = Event.objects.count()

    reply = overseer.post(PERIOD, period(**changes))

    assert reply.status_code == 400
    errors = reply.content.decode().split('class="errors"')[1].split("<form")[0]
    assert said in words(reply)
    assert said.split(" ")[0] in errors
    assert (EvidenceExport.objects.count(), Event.objects.count()) == (0, before)


def test_personal_data_is_offered_to_those_who_may_reveal_it(told, log_in: LogIn):
    world, receipt = told
    address = f"/trail/interactions/{receipt.id}/evidence/choose/"
    story = f"/trail/interactions/{receipt.id}/"
    lead, governance = log_in(world.north.lead), log_in(world.north.governance)

    assert "Notes of decisions" in words(lead.get(address))
    assert "Evidence with personal data" in words(lead.get(story))
    assert "Personal data to show" not in words(governance.get(address))
    assert "Evidence with personal data" not in words(governance.get(story))


def test_a_sixth_is_refused_with_what_was_filled_in(told, log_in: LogIn):
    world, receipt = told
    for _ in range(5):
        ask(receipt, world.north.lead)

    reply = log_in(world.north.lead).post(PERIOD, period())

    assert reply.status_code == 409
    assert "5 of your exports are under way" in words(reply)
    assert PURPOSE in reply.content.decode()
    assert EvidenceExport.objects.count() == 5


def test_f9_the_page_of_a_draw_leads_to_its_evidence(told, log_in: LogIn):
    world, _ = told
    at = qa.settled_now()
    draw = qa.scored_evaluation(world.north, at).draw_id
    auditor = log_in(world.north.auditor)
    address = f"/trail/evidence/draws/{draw}/"

    sample = auditor.get(reverse("reviews:sample", args=[draw]))

    assert f'href="{address}"' in sample.content.decode()
    assert auditor.post(address, {"purpose": PURPOSE}).status_code == 302
    evidence.sign()
    assert write() == 1
    assert "QA draw of NORTH-AP" in words(auditor.get(LIST))


def test_a_question_is_taken_back(told, log_in: LogIn):
    world, receipt = told
    export = ask(receipt, world.north.lead)

    reply = log_in(world.north.lead).post(f"/trail/evidence/{export.pk}/cancel/", follow=True)

    assert "It is not written any more." in words(reply)
    assert (write(), EvidenceExport.objects.get().state) == (0, ExportState.CANCELLED)


def test_the_pages_take_few_queries_however_much_there_is(told, log_in: LogIn):
    world, receipt = told
    lead = log_in(world.north.lead)
    ask(receipt, world.north.lead)
    few = queries(lead, LIST)
    for _ in range(4):
        ask(receipt, world.north.lead)

    assert {few, queries(lead, LIST)} == {written("governance:evidence")}
    assert queries(lead, PERIOD) == written("governance:evidence_period")
