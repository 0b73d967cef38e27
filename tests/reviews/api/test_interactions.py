"""Posting interactions: one, many, again, and with keys that do not fit."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from contracts.enums import Role, UserKind
from contracts.models import IdempotentReply, Membership
from contracts.services import api_keys, memberships, people
from reviews.models import Interaction
from tests.reviews.api.conftest import URL, Api


def test_post_one_is_released_at_once_where_no_rule_fires(api, payload) -> None:
    reply = api.post(body=payload())

    assert reply.status_code == 201
    body = reply.json()
    stored = Interaction.objects.get()
    assert body == {
        "id": str(stored.pk),
        "disposition": "auto_released",
        "state": "auto_released",
        "reasons": [],
        "case": None,
        "due_at": None,
        "receipt": str(stored.received_event),
        "duplicate": False,
    }


def test_post_one_tells_why_a_person_must_decide(api, payload) -> None:
    body = api.post(body=payload(amount="5000.00")).json()

    assert (body["disposition"], body["state"]) == ("review", "awaiting")
    assert body["reasons"] == [{"code": "RULE_HUMAN_REVIEW", "sentence": "Amount ≥ €5,000 (rule AP-R1 v1)"}]
    assert body["case"] == str(Interaction.objects.get().case.pk)
    assert body["due_at"] is not None


def test_post_again_with_the_same_external_id_gives_the_first_receipt(api, payload) -> None:
    first = api.post(body=payload(external_id="inv-1"))

    second = api.post(body=payload(external_id="inv-1"))

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == {**first.json(), "duplicate": True}
    assert Interaction.objects.count() == 1


def test_post_another_content_under_the_same_external_id_is_a_conflict(api, payload) -> None:
    api.post(body=payload(external_id="inv-1"))

    reply = api.post(body=payload(external_id="inv-1", amount="7.00"))

    assert (reply.status_code, reply.json()["code"]) == (409, "external_id_reused")
    assert reply.json()["errors"][0]["pointer"] == "/external_id"
    assert Interaction.objects.count() == 1


def test_post_does_not_tell_one_agent_what_another_posted(api, desk, world, payload) -> None:
    now = timezone.now()
    other = people.add(
        username="north_agent_two",
        name="Second",
        organisation=world.vendor,
        kind=UserKind.AGENT,
        by=None,
        at=now,
    )
    memberships.grant(
        user=other, organisation=world.vendor, role=Role.AI_AGENT, process=desk.process, by=None, at=now
    )
    _, secret = api_keys.issue(user=other, label="two", processes=[desk.process], by=None, at=now)
    first = api.post(body=payload(external_id="inv-1")).json()

    reply = Api(secret).post(body=payload(external_id="inv-1"))

    assert reply.status_code == 409
    assert first["id"] not in reply.content.decode()


def test_post_many_answers_line_by_line(api, payload) -> None:
    lines = [
        payload(),
        payload(amount="6000.00"),
        payload(step="nowhere"),
        7,
        payload(external_id="a"),
        payload(external_id="a"),
    ]

    reply = api.post(body=lines)

    assert reply.status_code == 207
    results = reply.json()["results"]
    assert [result["index"] for result in results] == [0, 1, 2, 3, 4, 5]
    assert [result["status"] for result in results] == [201, 201, 400, 400, 201, 200]
    assert results[2]["problem"]["errors"][0]["pointer"] == "/step"
    assert results[5]["id"] == results[4]["id"]
    assert Interaction.objects.count() == 3


def test_post_many_is_200_where_every_line_was_taken_in(api, payload) -> None:
    reply = api.post(body=[payload(), payload()])

    assert reply.status_code == 200
    assert [result["status"] for result in reply.json()["results"]] == [201, 201]


def test_post_many_refuses_an_empty_array_and_more_than_the_limit(api, payload) -> None:
    empty = api.post(body=[])
    long = api.post(body=[payload()] * (settings.INTAKE_MAX_ITEMS + 1))

    assert (empty.status_code, long.status_code) == (400, 413)
    assert Interaction.objects.count() == 0


# ── Idempotency-Key ──────────────────────────────────────────────────────────────────────────────────────────


def test_idempotency_key_gives_the_same_answer_again(api, payload) -> None:
    first = api.post(body=payload(), Idempotency_Key="k1")

    second = api.post(body=payload(), Idempotency_Key="k1")

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json()
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert Interaction.objects.count() == 1


def test_idempotency_key_with_another_body_is_a_conflict(api, payload) -> None:
    api.post(body=payload(), Idempotency_Key="k1")

    reply = api.post(body=payload(amount="7.00"), Idempotency_Key="k1")

    assert (reply.status_code, reply.json()["code"]) == (409, "idempotency_key_reused")
    assert Interaction.objects.count() == 1


def test_idempotency_key_belongs_to_one_agent(api, stranger_api, world, payload) -> None:
    from tests import worlds

    api.post(body=payload(), Idempotency_Key="k1")

    reply = stranger_api.post(body=worlds.payload(world.south), Idempotency_Key="k1")

    assert reply.status_code == 201


def test_idempotency_key_does_not_keep_a_refusal(api, payload) -> None:
    refused = api.post(body=payload(step="nowhere"), Idempotency_Key="k1")

    reply = api.post(body=payload(), Idempotency_Key="k1")

    assert (refused.status_code, reply.status_code) == (400, 201)


def test_idempotency_key_that_is_too_long_is_refused(api, payload) -> None:
    reply = api.post(body=payload(), Idempotency_Key="k" * 256)

    assert reply.status_code == 400
    assert Interaction.objects.count() == 0


def test_idempotency_key_makes_a_batch_safe_to_repeat_after_a_crash(api, payload) -> None:
    lines = [payload(), payload(external_id="own")]
    first = api.post(body=lines, Idempotency_Key="k1").json()["results"]
    # The process died between the last chunk and the answer: what was remembered never came to be.
    IdempotentReply.objects.all().delete()

    second = api.post(body=lines, Idempotency_Key="k1").json()["results"]

    assert [result["status"] for result in second] == [200, 200]
    assert [result["id"] for result in second] == [result["id"] for result in first]
    assert Interaction.objects.count() == 2


def test_idempotency_key_replays_a_batch(api, payload) -> None:
    first = api.post(body=[payload(), 7], Idempotency_Key="k1")

    second = api.post(body=[payload(), 7], Idempotency_Key="k1")

    assert (first.status_code, second.status_code) == (207, 200)
    assert second.json() == first.json()
    assert Interaction.objects.count() == 1


# ── Keys ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "_case, header",
    [
        ("no header", ""),
        ("another scheme", "Basic abc"),
        ("no key", "Bearer"),
        ("two keys", "Bearer a b"),
        ("an unknown key", "Bearer cs_000000000000_abc"),
        ("beyond ASCII", "Bearer schlüssel"),
    ],
)
def test_a_request_without_a_living_key_is_401(api, payload, _case: str, header: str) -> None:
    reply = Api("").post(body=payload(), **({"Authorization": header} if header else {}))

    assert reply.status_code == 401
    assert reply["WWW-Authenticate"].startswith("Bearer")
    assert reply["Content-Type"] == "application/problem+json"
    assert Interaction.objects.count() == 0


def test_an_expired_or_revoked_key_is_401(desk, payload, at) -> None:
    _, expired = api_keys.issue(
        user=desk.agent,
        label="short",
        processes=[desk.process],
        by=None,
        at=at - timedelta(days=2),
        expires_at=at - timedelta(days=1),
    )
    key, revoked = api_keys.issue(user=desk.agent, label="gone", processes=[desk.process], by=None, at=at)
    api_keys.revoke(key=key, by=None, at=at)

    statuses = [Api(secret).post(body=payload()).status_code for secret in (expired, revoked, desk.secret)]

    assert statuses == [401, 401, 201]


def test_a_key_of_a_closed_account_is_401(desk, api, payload) -> None:
    desk.agent.is_active = False
    desk.agent.save(update_fields=["is_active"])

    assert api.post(body=payload()).status_code == 401


def test_a_key_opens_only_its_actions(desk, payload, at) -> None:
    _, secret = api_keys.issue(
        user=desk.agent, label="reader", processes=[desk.process], actions=["read_outcome"], by=None, at=at
    )

    reply = Api(secret).post(body=payload())

    assert (reply.status_code, reply.json()["code"]) == (403, "key_scope")
    assert Interaction.objects.count() == 0


def test_a_process_of_strangers_is_404_and_one_out_of_scope_403(world, desk, api, payload, at) -> None:
    memberships.grant(
        user=desk.agent,
        organisation=world.vendor,
        role=Role.AI_AGENT,
        process=world.south.process,
        by=None,
        at=at,
    )
    out_of_scope = api.post(body=payload(process=world.south.process.code))
    Membership.objects.filter(user=desk.agent, process=world.south.process).delete()
    unknown = api.post(body=payload(process="NOWHERE"))

    assert (out_of_scope.status_code, unknown.status_code) == (403, 404)
    assert Interaction.objects.count() == 0


def test_cookies_do_not_open_the_api(log_in, desk, payload) -> None:
    client = log_in(desk.reviewer)

    reply = client.post(URL, payload(), content_type="application/json")

    assert reply.status_code == 401


def test_csrf_is_not_asked_of_keys(desk, payload) -> None:
    from django.test import Client

    api = Api(desk.secret, Client(enforce_csrf_checks=True))

    assert api.post(body=payload()).status_code == 201


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_get_shows_an_own_interaction(api, payload) -> None:
    posted = api.post(body=payload(external_id="inv-1", amount="6000.00")).json()

    body = api.get(f"{URL}/{posted['id']}").json()

    assert {name: body[name] for name in posted if name != "duplicate"} == {
        name: value for name, value in posted.items() if name != "duplicate"
    }
    assert (body["external_id"], body["process"], body["step"]) == ("inv-1", "NORTH-AP", "approve")


def test_get_of_anything_else_is_404(api, stranger_api, payload) -> None:
    posted = api.post(body=payload()).json()

    foreign = stranger_api.get(f"{URL}/{posted['id']}")
    unknown = api.get(f"{URL}/{uuid4()}")

    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.json() == unknown.json()


@pytest.mark.parametrize(
    "_case, method, path, status",
    [
        ("an unknown address", "GET", "/api/v1/nothing", 404),
        ("an id that is none", "GET", f"{URL}/7", 404),
        ("a trailing slash", "POST", f"{URL}/", 404),
        ("a method it does not take", "GET", URL, 405),
        ("a method nobody takes", "DELETE", URL, 405),
        ("options", "OPTIONS", URL, 405),
    ],
)
def test_wrong_addresses_and_methods_are_problems(
    api, _case: str, method: str, path: str, status: int
) -> None:
    reply = api.raw(method, path, b"")

    assert reply.status_code == status
    assert reply["Content-Type"] == "application/problem+json"
    assert reply.json()["status"] == status
