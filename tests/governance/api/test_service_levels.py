"""Service levels by the API of people: the same figures, readers and refusals as on the pages (U1, U3)."""

import json

import pytest
from django.utils import timezone

from contracts.models import Measurement
from tests import worlds
from tests.factories import service_levels as levels

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return worlds.build(timezone.now()).north


def address(desk, rest=""):
    return f"/api/v1/service-levels/{desk.process.code}{rest}"


def report(client, desk, **changes):
    said = {"name": "Paid on time", "month": f"{timezone.now():%Y-%m}", "value": "97.5", "source": "Ledger"}
    body = json.dumps({**said, **changes})
    return client.post(address(desk, "/measurements"), body, content_type="application/json")


def test_what_is_reported_stands_in_the_month(desk, log_in):
    client = log_in(desk.legal)

    made = report(client, desk)
    month = client.get(address(desk)).json()

    assert made.status_code == 201
    assert made.json()["value"] == "97.5"
    (level,) = [one for one in month["levels"] if one["name"] == "Paid on time"]
    assert (level["figure"], level["attained"], level["terms"]) == ("97.5", "0.975", "≥ 97 %")
    assert (month["weighted"], month["credit"], month["over"]) == ("0.975", "0.00", False)


@pytest.mark.parametrize(
    "changes, pointer",
    [
        ({"value": 97.5}, "/value"),
        ({"value": "many"}, "/value"),
        ({"value": "97.12345"}, "/value"),
        ({"value": "NaN"}, "/value"),
        ({"value": "197"}, "/value"),
        ({"month": "2026-13"}, "/month"),
        ({"month": "2026-11-01"}, "/month"),
        ({"name": "Nothing"}, "/name"),
        ({"source": ""}, "/source"),
        ({"more": "x"}, "/more"),
    ],
)
def test_a_report_that_cannot_be_meant_names_its_field(desk, log_in, changes, pointer):
    refused = report(log_in(desk.legal), desk, **changes)

    assert refused.status_code == 400
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert not Measurement.objects.exists()


def test_breaches_are_read_page_by_page(desk, log_in):
    breach = levels.breach(desk, timezone.now())
    client = log_in(desk.viewer)

    (found,) = client.get(address(desk, "/breaches")).json()["breaches"]
    wrong = client.get(address(desk, "/breaches?page=0"))

    assert (found["id"], found["responsible"], found["state"]) == (str(breach.pk), "provider", "recorded")
    assert wrong.status_code == 400
