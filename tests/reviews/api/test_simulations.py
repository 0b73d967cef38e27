"""Simulations by the API (B8): the same services and rights as on the pages."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from reviews.services import simulating
from tests import worlds
from tests.factories import rules as rule_factory
from tests.factories import simulations as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(client, settings, tmp_path):
    settings.SIMULATION_DIR = tmp_path
    at = timezone.now() - timedelta(hours=2)
    desk = worlds.build(at).north
    for amount in ("9000.00", "12000.00"):
        factory.post(desk, at + timedelta(minutes=5), amount=amount)
    draft = rule_factory.changed(desk, at, "15000")
    client.force_login(desk.admin, backend="contracts.backends.People")
    return client, f"/api/v1/rules/{desk.process.code}/versions/{draft.version}/simulations"


def test_a_period_is_asked_for_watched_and_read(stage):
    client, address = stage

    asked = client.post(address, {}, content_type="application/json", headers={"Idempotency-Key": "one"})
    again = client.post(address, {}, content_type="application/json", headers={"Idempotency-Key": "one"})
    assert (asked.status_code, asked.json()["state"], asked.json()["id"]) == (
        202,
        "requested",
        again.json()["id"],
    )
    one = f"{address}/{asked.json()['id']}"
    assert client.get(one).json()["result"] is None
    simulating.sweep(clock=timezone.now)

    done = client.get(one).json()
    assert (done["state"], done["seen"], done["total"]) == ("done", 2, 2)
    assert done["result"]["kinds"]["newly_straight"]["total"] == "21000.00"
    changes = client.get(f"{one}/changes?kind=newly_straight").json()
    assert [(row["rank"], row["amount"]) for row in changes["changes"]] == [(1, "12000.00"), (2, "9000.00")]
    assert changes["next"] is None
    assert client.post(f"{one}/cancel", {}, content_type="application/json").status_code == 409
    assert [row["state"] for row in client.get(address).json()["simulations"]] == ["done"]


def test_a_file_is_taken(stage):
    client, address = stage

    asked = client.post(address, {"file": SimpleUploadedFile("lines.ndjson", b"{}\n")})

    assert asked.status_code == 202, asked.content
    assert asked.json()["kind"] == "file"


@pytest.mark.parametrize(
    "body, pointer",
    [
        ({"since": "yesterday"}, "/since"),
        ({"until": "2026-01-01T00:00:00"}, "/until"),
        ({"days": 3}, "/days"),
        ({"since": "2099-01-01T00:00:00Z"}, "since"),
    ],
)
def test_what_is_wrong_is_pointed_at(stage, body, pointer):
    client, address = stage

    refused = client.post(address, body, content_type="application/json")

    assert refused.status_code == 400
    assert pointer in refused.content.decode()
