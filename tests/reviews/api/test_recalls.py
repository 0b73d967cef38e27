"""Recalls by program: the agent learns of one and acknowledges it, people read them (D4)."""

from datetime import datetime

import pytest
from django.urls import reverse

from reviews.enums import RecallState
from tests import worlds
from tests.factories import recalls as made
from tests.worlds import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(at: datetime) -> World:
    return worlds.build(at)


def test_the_agent_acknowledges_with_its_key(world: World, at: datetime, client):
    desk = world.north
    found = made.opened(desk, at, correction=made.HELD)
    key = {"authorization": f"Bearer {desk.secret}"}
    path = reverse("reviews:api_recall_acknowledge", args=[found.interaction_id])
    outcome = client.get(reverse("reviews:api_outcome", args=[found.interaction_id]), headers=key).json()
    assert (outcome["released"], outcome["output"], outcome["recall"]["state"]) == (False, None, "open")

    strange = client.post(
        path, {}, content_type="application/json", headers={"authorization": f"Bearer {world.south.secret}"}
    )
    assert strange.status_code == 404
    found.refresh_from_db()
    assert found.state == RecallState.OPEN

    replies = [client.post(path, {}, content_type="application/json", headers=key) for _ in range(2)]

    assert [reply.status_code for reply in replies] == [200, 200]
    assert replies[0].json() == replies[1].json()
    assert replies[0].json()["state"] == "acknowledged"
    assert replies[0].json()["output"]["decision"] == "hold"


def test_people_read_recalls_of_their_processes(world: World, at: datetime, log_in):
    found = made.opened(world.north, at)
    path = reverse("reviews:api_recalls")

    mine = log_in(world.north.admin).get(path).json()
    others = log_in(world.south.admin).get(path).json()

    assert [one["id"] for one in mine["running"]] == [str(found.pk)]
    assert mine["next"] is None
    assert others["running"] == []
    assert log_in(world.north.admin).get(path + "?cursor=x").status_code == 400
