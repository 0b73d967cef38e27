"""The monthly report of where interactions were processed (A5), and the pages of endpoints."""

import pytest
from django.test import Client
from django.urls import reverse

from contracts.models import Endpoint
from contracts.services import endpoints
from reviews.services import intake
from tests import counting, worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db, at):
    return worlds.build(at).north


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="contracts.backends.People")
    return client


def post(desk, at, *names):
    payloads = [worlds.payload(desk, endpoint=name, external_id=f"{name}{n}") for n, name in enumerate(names)]
    intake.accept(payloads=payloads, agent=desk.agent, key=desk.key, at=at)


def test_the_report_counts_by_region_and_names_no_item(desk, at):
    """A5: the monthly sovereignty report lists the region per process."""
    endpoints.agree_ground(
        process=desk.process, regions=["JP"], data_classes=[], training_use="none", by=desk.owner, at=at
    )
    desk.process.refresh_from_db()
    post(desk, at, "north-eu", "north-eu", "elsewhere")
    address = reverse("governance:sovereignty", args=[desk.process.code])

    text = signed_in(desk.dpo).get(address, {"month": f"{at:%Y-%m}"}).content.decode()

    assert "answers from EU; allowed is only JP" in text
    assert text.index("north-eu") < text.index("elsewhere")
    assert "Nobody registered it" in text
    assert "4711" not in text


@pytest.mark.parametrize("month", ["", "2031-01", "2026-13", "x", "0001-01"])
def test_a_month_there_is_not_is_this_one(desk, at, month):
    address = reverse("governance:sovereignty", args=[desk.process.code])

    assert signed_in(desk.infosec).get(address, {"month": month}).status_code == 200


def test_pages_ask_the_same_however_much_there_is(desk, at):
    post(desk, at, "north-eu")
    client = signed_in(desk.infosec)
    one = reverse("contracts:endpoint", args=[Endpoint.objects.get(name="north-eu").pk])
    report = f"{reverse('governance:sovereignty', args=[desk.process.code])}?month={at:%Y-%m}"
    taken = {
        "governance:sovereignty": counting.queries(client, report),
        "contracts:endpoint": counting.queries(client, one),
        "contracts:endpoints": counting.queries(client, reverse("contracts:endpoints")),
        "contracts:ground": counting.queries(client, reverse("contracts:ground", args=[desk.process.code])),
    }

    assert taken == {name: counting.written(name) for name in taken}


def test_what_was_typed_stays_where_it_is_refused(desk, at):
    client = signed_in(desk.infosec)
    endpoint = Endpoint.objects.get(name="north-eu")

    page = client.post(
        reverse("contracts:endpoint_amend", args=[endpoint.pk]),
        {"host": "https://wrong", "training_use": "opt_in", "seen": "0", "subprocessors": "Cloud Inc"},
    )

    assert page.status_code == 400
    assert "Cloud Inc" in page.content.decode()
    assert "without https:// and path" in page.content.decode()
