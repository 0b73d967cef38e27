"""Verifying a story by the server, without a script: what matches, what waits, and what somebody changed (M1, M5)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from audit.models import Checkpoint, Event, Leaf
from audit.services import publishing, sequencing
from reviews.enums import Verdict
from reviews.services import claims, decisions, intake
from reviews.services.decisions import Answer
from tests import counting, flush, worlds
from tests.governance import trails
from tests.worlds import Desk

pytestmark = pytest.mark.django_db
LogIn = Callable[[object], Client]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.AUDIT_CHECKPOINTS = tmp_path / "checkpoints"
    settings.AUDIT_SIGNING_KEY_FILE = tmp_path / "signing.key"


@pytest.fixture
def told():
    at = timezone.now() - timedelta(minutes=5)
    desk = worlds.build(at).north
    receipt = post(desk, at)
    claims.claim(case_id=receipt.case, user=desk.reviewer, at=at)
    answer = Answer(Verdict.REJECT, reason_code="DUPLICATE")
    decisions.decide(case_id=receipt.case, user=desk.reviewer, answer=answer, at=at)
    return desk, receipt


def post(desk: Desk, at):
    posted = worlds.payload(desk, amount="6000.00", external_id="INV-7")
    return intake.accept(payloads=[posted], agent=desk.agent, key=desk.key, at=at)[0]


def page_of(client: Client, receipt, **query):
    return client.get(f"/trail/interactions/{receipt.id}/", query)


def labels(page) -> list[str]:
    return [badge.label for _, badge in page.context["lines"]]


def test_a_line_says_where_it_stands(told, log_in):
    desk, receipt = told
    lead = log_in(desk.lead)
    waiting = labels(page_of(lead, receipt))
    sequencing.sweep(clock=timezone.now)
    placed = labels(page_of(lead, receipt))
    size = trails.publish("north")
    signed = labels(page_of(lead, receipt))

    places = [size - 4 + number for number in range(4)]
    assert waiting == ["Waits for its place in the log"] * 4
    assert placed == [f"Entry {place}, not signed yet" for place in places]
    assert signed == [f"Entry {place}, in the signed tree of {size}" for place in places]


def test_the_publisher_s_own_trail_verifies(told, log_in):
    desk, receipt = told
    sequencing.sweep(clock=timezone.now)
    assert publishing.publish_all(clock=timezone.now).problems == {}

    page = page_of(log_in(desk.lead), receipt, verify=1)

    assert page.context["summary"].title == "All 4 lines are verified."
    assert all("verified in the signed tree" in label for label in labels(page))


def test_nothing_is_verified_before_it_is_signed(told, log_in):
    desk, receipt = told

    waiting = page_of(log_in(desk.lead), receipt, verify=1)
    sequencing.sweep(clock=timezone.now)
    unsigned = page_of(log_in(desk.lead), receipt, verify=1)

    for page in (waiting, unsigned):
        assert page.context["summary"].title == "0 of 4 lines are verified."
        assert "verified in" not in " ".join(labels(page))


def test_nothing_is_verified_without_the_key_of_the_log(told, log_in):
    desk, receipt = told
    trails.publish("north")

    page = page_of(log_in(desk.lead), receipt, verify=1)

    assert page.context["summary"].title == "4 of 4 lines could not be checked."
    assert labels(page) == ["Could not be checked"] * 4


def test_a_checkpoint_by_another_key_is_not_believed(told, log_in):
    desk, receipt = told
    trails.publish("north")
    trails.outside.write_vkeys(
        "north", [str(trails.SigningKey(trails.key("north").name, trails.Kind.ED25519, bytes(32)).verifier)]
    )

    page = page_of(log_in(desk.lead), receipt, verify=1)

    assert labels(page) == ["Does not match"] * 4


@pytest.mark.parametrize(
    "old, new",
    [
        ('"verdict":"reject"', '"verdict":"approve"'),
        ('"action":"review.decided"', '"action":"review.DECIDED"'),
        ('"facts":{', '"facts":['),
        ("{", "["),
    ],
)
def test_an_altered_line_does_not_match_and_the_others_do(told, log_in, old, new):
    desk, receipt = told
    trails.publish("north")
    trails.make_known("north")
    trails.alter(Event.objects.get(action="review.decided").uid, old, new)

    page = page_of(log_in(desk.lead), receipt, verify=1)

    assert page.status_code == 200
    assert [badge.label for _, badge in page.context["lines"]].count("Does not match") == 1
    assert page.context["summary"].title == "1 of 4 lines do not match the log."


def test_a_line_whose_every_hash_was_made_to_fit_does_not_lead_to_the_root(told, log_in):
    desk, receipt = told
    trails.publish("north")
    trails.make_known("north")
    event = Event.objects.get(action="review.decided")
    trails.alter(event.uid, '"verdict":"reject"', '"verdict":"approve"')
    trails.rehash(event.uid)

    page = page_of(log_in(desk.lead), receipt, verify=1)

    # Every line of the tree is held by the one root: with one leaf changed no path leads there.
    assert labels(page) == ["Does not match"] * 4


def test_a_column_that_says_something_else_than_the_bytes_is_told(told, log_in):
    desk, receipt = told
    trails.publish("north")
    trails.make_known("north")
    event = Event.objects.get(action="review.decided")
    with flush.without_every_guard(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_event SET actor_id = %s WHERE id = %s", [str(desk.lead.pk), event.pk])

    page = page_of(log_in(desk.lead), receipt, verify=1)

    badges = {badge.action: badge for _, badge in page.context["lines"]}
    assert badges["review.decided"].label == "Does not match"
    assert "actor" in badges["review.decided"].why


def test_a_gap_in_the_tree_is_told(told, log_in):
    desk, receipt = told
    trails.publish("north")
    trails.make_known("north")
    checkpoint = Checkpoint.objects.get()
    with flush.without_every_guard(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_leaf WHERE log_id = %s AND idx = 3", [checkpoint.log_id])

    page = page_of(log_in(desk.lead), receipt, verify=1)
    proof = log_in(desk.lead).get(f"/api/v1/audit/north/events/{receipt.receipt}")

    assert not Leaf.objects.filter(log_id=checkpoint.log_id, index=3).exists()
    assert labels(page) == ["Does not match"] * 4
    assert (proof.status_code, proof.json()["code"]) == (409, "log_damaged")


def test_the_page_verifies_without_a_script(told, log_in):
    desk, receipt = told
    trails.publish("north")
    trails.make_known("north")

    asked = page_of(log_in(desk.lead), receipt).content.decode()
    answered = page_of(log_in(desk.lead), receipt, verify=1).content.decode()

    assert '<input type="hidden" name="verify" value="1">' in asked
    assert "verify.js" not in asked
    assert "All 4 lines are verified." in answered
    assert str(trails.key("north").verifier) in answered


def test_queries_of_a_story_do_not_grow_with_its_lines(told, log_in):
    desk, receipt = told
    trails.publish("north")
    trails.make_known("north")
    address = f"/trail/interactions/{receipt.id}/"
    lead = log_in(desk.lead)

    taken = {
        "governance:story": counting.queries(lead, address),
        "governance:story?verify=1": counting.queries(lead, f"{address}?verify=1"),
    }

    assert taken == {name: counting.written(name) for name in taken}
