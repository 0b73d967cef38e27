"""The pages of a questionnaire, for the vendor and for the assessor (Y2)."""

import pytest
from django.test import Client
from django.urls import reverse

from contracts.domain.questionnaire import QUESTIONS, Answer
from contracts.models import VendorQuestionnaire
from tests import counting
from tests.factories import vendors as factory

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="contracts.backends.People")
    return client


def page(found, route="questionnaire"):
    return reverse(f"contracts:{route}", args=[found.pk])


def test_it_goes_from_the_question_to_the_score(world, at):
    desk = world.north
    found = factory.asked(desk, world.vendor, at)
    vendor, lead = signed_in(desk.vendor), signed_in(desk.governance)
    sent = {"edits": "0", "reply_t1": "yes", "text_t1": "Our contract rules it out", "do": "keep"}

    assert vendor.post(page(found, "questionnaire_answer"), sent).status_code == 303
    assert "Our contract rules it out" in vendor.get(page(found)).content.decode()
    # Not handed in: nobody else reads it.
    assert "Our contract rules it out" not in lead.get(page(found)).content.decode()
    assert (
        vendor.post(page(found, "questionnaire_answer"), sent | {"edits": "1", "do": "submit"}).status_code
        == 303
    )
    assert "Our contract rules it out" in lead.get(page(found)).content.decode()
    assert lead.post(page(found, "questionnaire_assess"), {"points_t1": ""}).status_code == 400
    assert lead.post(page(found, "questionnaire_assess"), {"points_t1": "4"}).status_code == 303

    found.refresh_from_db()
    assert (found.state, found.score) == ("assessed", 12)
    text = vendor.get(page(found)).content.decode()
    assert "12 of 100" in text
    assert text.count("Red flag</span>") == sum(one.critical for one in QUESTIONS) - 1


def test_what_was_typed_stays_where_it_is_refused(world, at):
    found = factory.asked(world.north, world.vendor, at)
    vendor = signed_in(world.north.vendor)
    sent = {
        "edits": "0",
        "reply_p1": "yes",
        "link_p1": "http://open.example",
        "text_p2": "Much work",
        "do": "submit",
    }

    wrong = vendor.post(page(found, "questionnaire_answer"), sent)
    late = vendor.post(
        page(found, "questionnaire_answer"), {"edits": "7", "reply_p1": "no", "text_p1": "Sorry"}
    )

    assert (wrong.status_code, late.status_code) == (400, 409)
    assert "Much work" in wrong.content.decode()
    assert "A link that begins with https://" in wrong.content.decode()
    assert "Sorry" in late.content.decode()
    assert VendorQuestionnaire.objects.get().answers == {}


def test_a_link_of_the_vendor_is_shown_as_text_of_its_own(world, at):
    found = factory.answered(
        world.north, world.vendor, at, p1=Answer("yes", "<b>bold</b>", "https://x.example/?a=1&b=2")
    )

    text = signed_in(world.north.governance).get(page(found)).content.decode()

    assert "&lt;b&gt;bold" in text
    assert 'rel="noopener noreferrer external"' in text


def test_pages_ask_the_same(world, at):
    found = factory.answered(world.north, world.vendor, at)
    client = signed_in(world.north.governance)
    taken = {
        "contracts:questionnaire": counting.queries(client, page(found)),
        "contracts:questionnaires": counting.queries(client, reverse("contracts:questionnaires")),
    }

    assert taken == {name: counting.written(name) for name in taken}
