"""The life of rules by API: the same people, the same refusals, and answers given once."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from reviews.models import RuleSet
from tests import worlds
from tests.factories import rules as made

ROOT = "/api/v1/rules"


@pytest.fixture
def world(db):
    return worlds.build(timezone.now())


@pytest.fixture
def desk(world):
    return world.north


@pytest.fixture
def api(desk):
    """Ask as somebody: method, path below the process's rules, body."""

    def ask(person, method, path, body=None, **headers):
        client = Client()
        client.force_login(person, backend="contracts.backends.People")
        return client.generic(
            method,
            f"{ROOT}/{desk.process.code}{path}",
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers=headers,
        )

    return ask


def test_a_version_is_read_with_its_rules_and_what_forbids_it(desk, api):
    answer = api(desk.owner, "GET", "/versions/1").json()
    versions = api(desk.viewer, "GET", "").json()

    assert (answer["state"], [rule["code"] for rule in answer["rules"]]) == (
        "active",
        ["AP-R1", "AP-R2", "AP-R3", "AP-R4"],
    )
    assert answer["rules"][0]["sentence"].startswith("If amount is at least €5,000")
    assert [one["version"] for one in versions["versions"]] == [1]


def test_the_author_is_refused_and_the_owner_approves(desk, api):
    ruleset = made.simulated(desk, timezone.now())

    own = api(desk.admin, "POST", "/versions/2/approve", {"against": 1})
    before = made.state(ruleset)
    other = api(desk.owner, "POST", "/versions/2/approve", {"against": 1})

    assert (own.status_code, own.json()["code"], before) == (403, "own_rules", "simulated")
    assert (other.status_code, other.json()["state"]) == (200, "active")


def test_approve_without_a_simulation_is_a_conflict(desk, api):
    ruleset = made.proposed(desk, timezone.now())

    answer = api(desk.owner, "POST", "/versions/2/approve", {"against": 1})

    assert (answer.status_code, answer.json()["code"], made.state(ruleset)) == (
        409,
        "simulate_first",
        "proposed",
    )


@pytest.mark.parametrize(
    "body, pointer",
    [
        ({"against": 1, "activate_at": "2020-01-01T00:00:00Z"}, "/activate_at"),
        ({"against": 1, "activate_at": "tomorrow"}, "/activate_at"),
        ({"against": 1, "activate_at": "2099-01-01T00:00:00"}, "/activate_at"),
        ({"force": True}, "/force"),
    ],
)
def test_approve_points_at_what_is_wrong(desk, api, body, pointer):
    ruleset = made.simulated(desk, timezone.now())

    answer = api(desk.owner, "POST", "/versions/2/approve", body)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)
    assert made.state(ruleset) == "simulated"


def test_a_scheduled_approval_is_answered_once(desk, api):
    made.simulated(desk, timezone.now())
    body = {"against": 1, "activate_at": (timezone.now() + timedelta(days=1)).isoformat()}

    first = api(desk.owner, "POST", "/versions/2/approve", body, **{"Idempotency-Key": "a"})
    again = api(desk.owner, "POST", "/versions/2/approve", body, **{"Idempotency-Key": "a"})

    assert (first.status_code, first.json()["state"]) == (200, "approved")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
    assert again.json() == first.json()


def test_the_difference_of_two_versions(desk, api):
    made.changed(desk, timezone.now())

    changes = api(desk.admin, "GET", "/versions/1/diff?to=2").json()

    assert (changes["from"], changes["to"]) == (1, 2)
    assert [(one["kind"], one["code"]) for one in changes["changes"]] == [("changed", "AP-R1")]


def test_another_clients_rules_do_not_exist(world, desk, api):
    ruleset = made.simulated(desk, timezone.now())

    for path in ("", "/versions/1", "/versions/1/diff"):
        assert api(world.south.owner, "GET", path).status_code == 404
    assert api(world.south.owner, "POST", "/versions/2/approve", {"against": 1}).status_code == 404
    assert RuleSet.objects.get(pk=ruleset.pk).state == "simulated"
