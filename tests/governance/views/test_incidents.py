"""The pages of incidents: read, and closed with words on what was done."""

from datetime import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from audit.services import projecting
from governance.models import Incident
from reviews.services import intake
from tests import counting, worlds
from tests.governance import trails
from tests.worlds import Desk

pytestmark = pytest.mark.django_db
DONE = "The agent is bound to the registered endpoint again"


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


@pytest.fixture
def incident(desk: Desk, at: datetime) -> Incident:
    payload = worlds.payload(desk, endpoint="elsewhere")
    intake.accept(payloads=[payload], agent=desk.agent, key=desk.key, at=at)
    trails.publish("north")
    projecting.sweep(clock=lambda: at)
    return Incident.objects.get()


def test_close_asks_for_words_and_shows_them(
    client: Client, desk: Desk, at: datetime, incident: Incident
) -> None:
    client.force_login(desk.owner)
    page, close = (
        reverse(f"governance:{name}", args=[incident.pk]) for name in ("incident", "incident_close")
    )
    with time_machine.travel(at, tick=False):
        refused = client.post(close, {"done": "ok"})
        assert refused.status_code == 400
        assert "In 10 to" in refused.content.decode()
        assert Incident.objects.get().state == "reported"

        assert client.post(close, {"done": DONE}, follow=True).redirect_chain == [(page, 302)]
        text = client.get(page).content.decode()
        again = client.post(close, {"done": DONE})

    assert DONE in text
    assert desk.owner.name in text
    assert close not in text
    assert again.status_code == 409


def test_who_does_not_decide_reads_why_he_cannot_close(
    client: Client, desk: Desk, at: datetime, incident: Incident
) -> None:
    client.force_login(desk.governance)
    with time_machine.travel(at, tick=False):
        text = client.get(reverse("governance:incident", args=[incident.pk])).content.decode()
        refused = client.post(reverse("governance:incident_close", args=[incident.pk]), {"done": DONE})

    assert "decided by the client’s owner" in text
    assert refused.status_code == 403
    assert Incident.objects.get().state == "reported"


def test_the_page_asks_a_fixed_number_of_queries(client: Client, desk: Desk, incident: Incident) -> None:
    client.force_login(desk.owner)
    address = reverse("governance:incident", args=[incident.pk])

    assert counting.queries(client, address) == counting.written("governance:incident")
