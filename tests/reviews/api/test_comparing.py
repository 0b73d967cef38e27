"""Who replaces a version in force by API names the one they looked at: without it nothing is replaced (B8, C1)."""

import json

import pytest
from django.utils import timezone

from tests import worlds
from tests.factories import versions

WHY = "The supplier was hacked"

# What is done: below which part of the API, and what is sent beside the version in force.
ACTS = [
    pytest.param("rules/{}/versions/3/approve", {}, id="rules are approved"),
    pytest.param("rules/{}/versions/3/emergency", {"reason": WHY}, id="rules are put in force alone"),
    pytest.param("rules/{}/versions/1/rollback", {}, id="rules are restored"),
    pytest.param("matrix/{}/3/approve", {}, id="a matrix is approved"),
    pytest.param("matrix/{}/1/restore", {}, id="a matrix is restored"),
]
UNSAID = [{}, {"against": None}, {"against": "2"}, {"against": -1}, {"against": True}]


@pytest.fixture
def desk(db):
    return versions.stand(worlds.build(timezone.now()).north, timezone.now())


@pytest.mark.parametrize("path, body", ACTS)
def test_against_refuses_whoever_does_not_name_it(desk, log_in, path, body):
    client, before = log_in(desk.owner), versions.states(desk)
    address = f"/api/v1/{path.format(desk.process.code)}"

    def sent(more):
        return client.post(address, json.dumps(body | more), content_type="application/json")

    refused = [sent(unsaid) for unsaid in UNSAID]
    after = versions.states(desk)
    done = sent({"against": 2})

    assert [(one.status_code, one.json()["errors"][0]["pointer"]) for one in refused] == [
        (400, "/against")
    ] * len(UNSAID)
    assert after == before
    assert (done.status_code, versions.states(desk) == before) == (200, False)


@pytest.mark.parametrize("path, body", ACTS)
def test_against_nothing_is_zero(desk, log_in, path, body):
    """0 is the answer where nothing is in force, so where something is it is the wrong one."""
    before = versions.states(desk)

    refused = log_in(desk.owner).post(
        f"/api/v1/{path.format(desk.process.code)}",
        json.dumps(body | {"against": 0}),
        content_type="application/json",
    )

    assert (refused.status_code, refused.json()["code"], versions.states(desk)) == (
        409,
        "active_moved",
        before,
    )
