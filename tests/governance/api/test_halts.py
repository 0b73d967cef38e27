"""Halts by the API of people: the same services and permissions as the pages; agents learn of a halt by 423 only."""

import json

import pytest
from django.utils import timezone

from contracts.models import Halt
from contracts.services.halts import CHECKS
from tests import worlds
from tests.factories import halts

pytestmark = pytest.mark.django_db
URL = "/api/v1/halts"


@pytest.fixture
def world():
    return worlds.build(timezone.now())


@pytest.fixture
def desk(world):
    return world.north


def body(desk, **changes) -> dict:
    return {
        "scope": "process",
        "process": desk.process.code,
        "degree": "hold",
        "cause": "model",
        "reason": "It pays what it should hold.",
        **changes,
    }


def send(client, path, sent, **headers):
    return client.post(path, sent, content_type="application/json", headers=headers)


def test_a_halt_is_engaged_listed_and_released_by_another(desk, log_in):
    owner, admin = log_in(desk.owner), log_in(desk.admin)

    engaged = send(owner, URL, body(desk))
    one = f"{URL}/{engaged.json()['id']}"
    refused = send(owner, f"{one}/release", {"checks": list(CHECKS)})
    asked = send(owner, f"{one}/release-request", {"checks": list(CHECKS)})
    freed = send(admin, f"{one}/release", {})

    assert (engaged.status_code, refused.status_code, asked.status_code, freed.status_code) == (
        201,
        403,
        200,
        200,
    )
    assert engaged.json()["effective_at"] is not None
    assert freed.json()["state"] == "released"
    assert [halt["name"] for halt in admin.get(URL).json()["halts"]] == [desk.process.code]


def test_the_same_key_gets_the_same_halt(desk, log_in):
    owner = log_in(desk.owner)
    key = {"Idempotency-Key": "one"}

    first, again = send(owner, URL, body(desk), **key), send(owner, URL, body(desk), **key)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert Halt.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"scope": "planet"}, 400, "/scope"),
        ({"degree": "gently"}, 400, "/degree"),
        ({"cause": 7}, 400, "/cause"),
        ({"reason": " "}, 400, "/reason"),
        ({"drill": "yes"}, 400, "/drill"),
        ({"request": "x"}, 400, "/request"),
        ({"process": "SOUTH-AP"}, 404, "/process"),
        ({"strange": 1}, 400, "/strange"),
    ],
)
def test_what_is_wrong_is_pointed_at_and_nothing_is_halted(desk, log_in, changes, status, pointer):
    refused = send(log_in(desk.owner), URL, body(desk, **changes))

    assert refused.status_code == status
    assert refused.json()["errors"][0]["pointer"] == pointer
    assert not Halt.objects.exists()


def test_checks_that_are_no_list_are_refused(desk, log_in):
    halt = halts.engaged(desk, timezone.now())

    assert send(log_in(desk.admin), f"{URL}/{halt.pk}/release", {"checks": 1}).status_code == 400


def test_a_reviewer_asks_and_a_holder_answers_it(desk, log_in):
    ask = {name: value for name, value in body(desk).items() if name != "degree"}
    asked = send(log_in(desk.reviewer), f"{URL}/requests", ask)

    engaged = send(log_in(desk.owner), URL, body(desk, request=asked.json()["id"]))

    assert (asked.status_code, engaged.status_code) == (201, 201)
    assert engaged.json()["id"] == asked.json()["id"]


def test_a_holder_declines_what_was_asked_for_once(desk, log_in):
    halt = halts.asked(desk, timezone.now())
    path = f"{URL}/{halt.pk}/decline"
    owner = log_in(desk.owner)

    refused = send(log_in(desk.reviewer), path, {})
    between = Halt.objects.get(pk=halt.pk).state
    declined = send(owner, path, {}, **{"Idempotency-Key": "no"})
    again = send(owner, path, {}, **{"Idempotency-Key": "no"})
    late = send(owner, path, {})

    assert (refused.status_code, between) == (403, "requested")
    assert (declined.status_code, declined.json()["state"]) == (200, "declined")
    assert (again.status_code, again.json()) == (200, declined.json())
    assert late.status_code == 409


@pytest.mark.parametrize("many", [False, True])
def test_agents_are_told_by_423(desk, client, many):
    halts.engaged(desk, timezone.now(), "stop")
    headers = {"Authorization": f"Bearer {desk.secret}"}
    payload = worlds.payload(desk)

    reply = send(client, "/api/v1/interactions", [payload] if many else payload, **headers)

    problem = reply.json()["results"][0]["problem"] if many else reply.json()
    assert (reply.status_code, problem["status"], problem["code"]) == (207 if many else 423, 423, "halted")
    assert "NORTH-AP" in problem["detail"]


def test_a_line_of_an_import_is_told_by_423(desk, client):
    halts.engaged(desk, timezone.now(), "stop")
    line = worlds.payload(desk, external_id="INV-1")

    reply = client.post(
        "/api/v1/interactions/import",
        json.dumps(line) + "\n",
        content_type="application/x-ndjson",
        headers={"Authorization": f"Bearer {desk.secret}"},
    )

    first = json.loads(b"".join(reply.streaming_content).splitlines()[0])
    assert (first["status"], first["problem"]["code"]) == (423, "halted")


def test_an_outcome_says_what_is_halted_and_not_by_whom(desk, client):
    halts.engaged(desk, timezone.now(), "shadow")
    headers = {"Authorization": f"Bearer {desk.secret}"}
    posted = send(client, "/api/v1/interactions", worlds.payload(desk), **headers).json()

    outcome = client.get(f"/api/v1/interactions/{posted['id']}/outcome?wait=20", headers=headers).json()

    assert outcome["state"] == "suspended"
    assert {name: outcome["halted"][name] for name in ("scope", "degree", "cause", "drill")} == {
        "scope": "process",
        "degree": "shadow",
        "cause": "model",
        "drill": False,
    }
    assert "Owner" not in str(outcome)
