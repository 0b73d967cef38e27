"""Redaction for others: tokens and counts come back, originals and rows do not stay."""

import pytest

from contracts.models import IdempotentReply
from contracts.services import api_keys
from tests.reviews.api.conftest import Api

PATH = "/api/v1/redact"
IBAN = "DE89370400440532013000"


def test_redact_text_gives_tokens_and_counts(api) -> None:
    reply = api.post(PATH, {"text": f"Pay {IBAN} of Mia Muster.", "names": ["Mia Muster"], "region": "DE"})

    body = reply.json()
    assert reply.status_code == 200
    assert body["text"] == "Pay «IBAN_1» of «NAME_1»."
    assert body["report"]["counts"] == {"IBAN": 1, "NAME": 1}
    assert IBAN not in reply.content.decode()


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, {"iban": IBAN, "list": [IBAN, 1.5, None]}])
def test_redact_json_takes_any_value(api, value: object) -> None:
    reply = api.post(PATH, {"json": value})

    assert reply.status_code == 200
    assert IBAN not in reply.content.decode()
    assert type(reply.json()["json"]) is type(value)


@pytest.mark.parametrize(
    "_case, body, pointer",
    [
        ("neither", {}, "/text"),
        ("both", {"text": "x", "json": 1}, "/text"),
        ("a text that is none", {"text": 7}, "/text"),
        ("a long text", {"text": "x" * 200_001}, "/text"),
        ("names that are none", {"text": "x", "names": "Mia"}, "/names"),
        ("a name that is none", {"text": "x", "names": ["Mia", 7]}, "/names/1"),
        ("too many names", {"text": "x", "names": ["Mia"] * 51}, "/names"),
        ("a region that is none", {"text": "x", "region": "Germany"}, "/region"),
        ("an unknown field", {"text": "x", "colour": 1}, "/colour"),
        ("no object", [], ""),
    ],
)
def test_redact_refuses_what_it_does_not_understand(api, _case: str, body: object, pointer: str) -> None:
    reply = api.post(PATH, body)

    assert reply.status_code == 400
    assert reply.json()["errors"][0]["pointer"] == pointer


def test_redact_too_deep_is_400(api) -> None:
    reply = api.post(PATH, b'{"json": ' + b"[" * 100 + b"]" * 100 + b"}")

    assert (reply.status_code, reply.json()["code"]) == (400, "too_deep")


def test_redact_needs_its_action(desk, at) -> None:
    _, secret = api_keys.issue(
        user=desk.agent,
        label="poster",
        processes=[desk.process],
        actions=["post_interaction"],
        by=None,
        at=at,
    )

    assert Api(secret).post(PATH, {"text": "x"}).status_code == 403


def test_redact_under_a_key_keeps_no_text(api) -> None:
    first, second, other = (api.post(PATH, {"text": text}, Idempotency_Key="k") for text in ("a", "a", "b"))

    assert [reply.status_code for reply in (first, second, other)] == [200, 200, 409]
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert IdempotentReply.objects.get().reply == {}
