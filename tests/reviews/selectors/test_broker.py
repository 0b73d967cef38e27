"""B9: a broker that is away is noticed, and then nothing is released without a person."""

import socket

import pytest
from celery import current_app
from django.test import Client
from django.utils import timezone

from reviews.enums import Disposition
from reviews.selectors import broker
from reviews.services import intake
from tests import worlds


@pytest.fixture
def dead_port():
    """A port nobody listens on, as the broker's address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    before = current_app.conf.broker_url
    current_app.conf.broker_url = f"redis://127.0.0.1:{port}/0"
    broker.forget()
    yield
    current_app.conf.broker_url = before
    broker.forget()


def test_alive_is_true_with_a_broker_and_false_without(request):
    broker.forget()
    assert broker.alive()

    request.getfixturevalue("dead_port")

    assert not broker.alive()


@pytest.mark.django_db
def test_intake_goes_on_without_a_broker_and_everything_waits_for_a_person(dead_port):
    at = timezone.now()
    desk = worlds.build(at).north

    [receipt] = intake.accept(payloads=[worlds.payload(desk)], agent=desk.agent, key=desk.key, at=at)

    assert receipt.disposition == Disposition.REVIEW
    assert receipt.reasons[0]["code"] == "FAILSAFE"
    assert "broker does not answer" in receipt.reasons[0]["sentence"]


@pytest.mark.django_db
def test_the_same_interaction_goes_straight_through_with_a_broker():
    broker.forget()
    at = timezone.now()
    desk = worlds.build(at).north

    [receipt] = intake.accept(payloads=[worlds.payload(desk)], agent=desk.agent, key=desk.key, at=at)

    assert receipt.disposition == Disposition.AUTO_RELEASED


@pytest.mark.django_db
def test_every_page_says_that_the_broker_is_away(dead_port):
    desk = worlds.build(timezone.now()).north
    client = Client()
    client.force_login(desk.lead, backend="contracts.backends.People")

    assert "The message broker does not answer" in client.get("/board/").content.decode()
