"""The probe: what it says of the database and of the broker."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from audit.models import Cursor

pytestmark = pytest.mark.django_db


def test_health_says_that_all_is_well(client: Client) -> None:
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"database": "up", "broker": "up", "projections": "up"}


def test_health_stays_good_without_a_broker(client: Client, settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"

    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"database": "up", "broker": "down", "projections": "up"}


def test_health_stays_good_while_a_projection_stands_still_and_says_so(client: Client) -> None:
    Cursor.objects.create(
        projection="board",
        log_id=1,
        version=1,
        stopped="a reason with a name in it",
        updated_at=timezone.now(),
    )

    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"database": "up", "broker": "up", "projections": "stopped"}


def test_health_takes_no_post(client: Client) -> None:
    assert client.post("/healthz").status_code == 405


def test_health_is_never_kept(client: Client) -> None:
    assert "no-store" in client.get("/healthz")["Cache-Control"]
