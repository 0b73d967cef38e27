"""The pages of the register (L8): tiles by sign and word, clear errors for bad dates."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contracts.models import Certificate
from tests import counting, worlds
from tests.factories import vendors as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def world(db, now):
    return worlds.build(now)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="contracts.backends.People")
    return client


def test_the_expired_one_is_red_in_words(world, now):
    today = now.date()
    factory.certificate(world.north, world.vendor, now, expires_on=today - timedelta(days=20))

    text = signed_in(world.north.viewer).get(reverse("contracts:certificates")).content.decode()

    assert "expired 20 days ago" in text
    assert 'class="state state-bad"' in text
    finding = signed_in(world.north.viewer).get(
        reverse("contracts:findings", args=[world.north.process.code])
    )
    assert "SOC 2 Type II of Vendor expired" in finding.content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"period_to": "2026-02-31"}, "A day that exists, such as 2026-11-22."),
        ({"period_to": "2020-01-01"}, "The period ends before it begins."),
        ({"expires_on": ""}, "This field is required."),
    ],
)
def test_bad_dates_are_named_and_what_was_typed_stays(world, now, changes, sentence):
    sent = {
        "organisation": str(world.vendor.pk),
        "kind": "soc2_ii",
        "scope": "The whole platform",
        "auditor": "Peters",
        "period_from": "2025-01-01",
        "period_to": "2025-12-31",
        "expires_on": "2026-12-31",
    } | changes

    page = signed_in(world.north.governance).post(reverse("contracts:certificate_new"), sent)

    assert page.status_code == 400
    assert sentence in page.content.decode()
    assert "The whole platform" in page.content.decode()
    assert not Certificate.objects.exists()


def test_pages_ask_the_same_however_much_there_is(world, now):
    made = factory.certificate(world.north, world.vendor, now)
    client = signed_in(world.north.governance)
    code = world.north.process.code
    register = counting.steady(
        client,
        reverse("contracts:certificates"),
        lambda: factory.certificate(
            world.north, world.vendor, now, kind="iso27001", expires_on=now.date() - timedelta(days=3)
        ),
    )
    taken = {
        "contracts:certificates": register,
        "contracts:certificate": counting.queries(client, reverse("contracts:certificate", args=[made.pk])),
        "contracts:findings": counting.queries(client, reverse("contracts:findings", args=[code])),
    }

    assert taken == {name: counting.written(name) for name in taken}
