"""The trail through its addresses: the whole story of an interaction, for those who may read it (M1, M4)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from reviews.enums import Verdict
from reviews.services import claims, decisions, intake, release, workspace
from reviews.services.decisions import Answer
from tests import worlds

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="contracts.backends.People")
    return client


@pytest.fixture
def told():
    at = timezone.now() - timedelta(minutes=5)
    world = worlds.build(at)
    desk = world.north
    posted = worlds.payload(
        desk, amount="6000.00", external_id="INV-7", input={"text": "Mail <b>bob@example.org</b>"}
    )
    receipt = intake.accept(payloads=[posted], agent=desk.agent, key=desk.key, at=at)[0]
    claims.claim(case_id=receipt.case, user=desk.reviewer, at=at)
    for panel in worlds.EVIDENCE:
        workspace.open_evidence(case_id=receipt.case, user=desk.reviewer, panel=panel["name"], at=at)
    answer = Answer(Verdict.EDIT, {"comment": "Checked by phone"}, "CUSTOMER_CONTEXT", "Called them")
    decisions.decide(case_id=receipt.case, user=desk.reviewer, answer=answer, at=at)
    release.release_due(at=at + timedelta(seconds=9))
    return world, receipt


def test_the_story_has_every_node_in_order(told):
    world, receipt = told

    page = signed_in(world.overseer).get(f"/trail/interactions/{receipt.id}/")

    actions = [line.action for line in page.context["story"].lines]
    assert actions == [
        "intake.received",
        "routing.decided",
        "review.claimed",
        "review.evidence_opened",
        "review.evidence_opened",
        "review.decided",
        "release.released",
    ]
    text = page.content.decode()
    assert "Amount ≥ €5,000 (rule AP-R1 v1)" in text
    assert "North Reviewer, reviewer" in text
    assert "Reviewer on NORTH-AP" in text


def test_the_story_says_in_labelled_lines_what_came_in_went_out_and_stands(told):
    """The raw form is there too, behind a click."""
    world, receipt = told

    text = signed_in(world.overseer).get(f"/trail/interactions/{receipt.id}/").content.decode()

    parts = {
        name: text.split(f'aria-labelledby="story-{name}"')[1].split("</section>")[0]
        for name in ("input", "output", "outcome")
    }
    assert all("<summary>As JSON</summary>" in part for part in parts.values())
    labelled = {name: part.split("<details")[0] for name, part in parts.items()}
    assert "<dt>Text</dt>" in labelled["input"]
    assert "«EMAIL_1»" in labelled["input"]
    assert "<dt>Amount</dt>" in labelled["output"]
    assert "Checked by phone" not in parts["output"]
    assert "Checked by phone" in labelled["outcome"]
    assert not any("{" in part for part in labelled.values())


def test_the_story_shows_no_personal_data_and_renders_markup_inert(told):
    world, receipt = told

    text = signed_in(world.overseer).get(f"/trail/interactions/{receipt.id}/").content.decode()

    assert "bob@example.org" not in text
    assert "«EMAIL_1»" in text
    assert "<b>«EMAIL_1»" not in text
    assert "Called them" not in text


@pytest.mark.parametrize("wanted", ["id", "case", "external"])
def test_the_trail_finds_by_any_id(told, wanted):
    world, receipt = told
    search = {"id": receipt.id, "case": receipt.case, "external": "INV-7"}[wanted]

    page = signed_in(world.north.lead).get("/trail/", {"q": str(search)})

    assert [row.url for _, row in page.context["rows"]] == [f"/trail/interactions/{receipt.id}/"]


def test_who_may_read_a_story(told):
    world, receipt = told
    url = f"/trail/interactions/{receipt.id}/"

    codes = {
        name: signed_in(user).get(url).status_code
        for name, user in {
            "lead": world.north.lead,
            "reviewer": world.north.reviewer,
            "other desk": world.south.lead,
            "stranger": world.stranger,
        }.items()
    }

    assert codes == {"lead": 200, "reviewer": 403, "other desk": 404, "stranger": 404}


def test_the_trail_lists_nothing_of_another_desk(told):
    world, receipt = told

    assert signed_in(world.south.lead).get("/trail/").context["rows"] == []
    assert signed_in(world.south.lead).get("/trail/", {"q": str(receipt.id)}).context["rows"] == []


def test_the_story_keeps_the_first_verdict_from_whoever_may_review_second():
    at = timezone.now()
    desk = worlds.build(at).north
    posted = worlds.payload(desk, amount="26000.00")
    receipt = intake.accept(payloads=[posted], agent=desk.agent, key=desk.key, at=at)[0]
    claims.claim(case_id=receipt.case, user=desk.reviewer, at=at)
    answer = Answer(Verdict.REJECT, reason_code="DUPLICATE")
    decisions.decide(case_id=receipt.case, user=desk.reviewer, answer=answer, at=at)
    url = f"/trail/interactions/{receipt.id}/"

    before = [line.action for line in signed_in(desk.lead).get(url).context["story"].lines]
    claims.claim(case_id=receipt.case, user=desk.lead, at=at)
    decisions.decide(case_id=receipt.case, user=desk.lead, answer=answer, at=at)
    after = [line.action for line in signed_in(desk.lead).get(url).context["story"].lines]

    assert "review.decided" not in before
    assert after.count("review.decided") == 2
