"""Whatever is thrown at the intake: a clear answer, nothing stored, and never a 500."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from audit.models import Event
from contracts.models import IdempotentReply
from reviews.domain import submission
from reviews.models import Case, Interaction, RoutingDecision, SubjectTally
from tests.reviews.api.conftest import URL

DEEP = b"[" * 100_000 + b"]" * 100_000
WRONG: list[Any] = [True, 7, [7], {"a": {"b": [None]}}, "\u2028" * 300, -1e308, 10**60]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}\u202egnp.exe \x1b[31m"


@pytest.fixture(autouse=True)
def nothing_stored(request: pytest.FixtureRequest, desk: object) -> Iterator[None]:
    """Every test here leaves the tables as they were, unless it is marked otherwise by its name."""
    before = counts()
    yield
    assert (counts() == before) is not request.node.name.endswith("_is_stored_as_text")


def counts() -> dict[str, int]:
    models = (Interaction, RoutingDecision, Case, SubjectTally, IdempotentReply, Event)
    return {model.__name__: model.objects.count() for model in models}


@pytest.mark.parametrize(
    "_case, body",
    [
        ("no JSON at all", b"hello"),
        ("half an object", b'{"process": "NORTH-AP"'),
        ("two objects", b"{} {}"),
        ("a comma too many", b'{"a": 1,}'),
        ("single quotes", b"{'a': 1}"),
        ("NaN", b'{"confidence": NaN}'),
        ("Infinity", b'{"confidence": Infinity}'),
        ("minus Infinity", b'{"confidence": -Infinity}'),
        ("a number out of range", b'{"confidence": 1e999}'),
        ("a very long number", b'{"amount": ' + b"9" * 5000 + b"}"),
        ("arrays 100,000 deep", DEEP),
        ("objects 100,000 deep", b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
        ("deep inside a field", b'{"process": "NORTH-AP", "input": ' + DEEP + b"}"),
        ("half of a surrogate pair", b'{"source": "\\ud800"}'),
        ("half of a surrogate pair in a name", b'{"\\udfff": 1}'),
        ("a NUL", b'{"source": "a\\u0000b"}'),
        ("a NUL in a name", b'{"a\\u0000b": 1}'),
        ("a raw NUL", b'{"source": "a\x00b"}'),
        ("bytes that are not UTF-8", b'{"source": "\xff\xfe"}'),
        ("UTF-16", '{"source": "x"}'.encode("utf-16")),
        ("a byte order mark", b"\xef\xbb\xbf{}"),
        ("a key twice", b'{"amount": "1.00", "amount": "9999.00"}'),
        ("a key twice further in", b'{"input": {"a": 1, "a": 2}}'),
        ("an empty body", b""),
        ("blanks", b"   \n"),
        ("null", b"null"),
        ("a text", b'"interaction"'),
        ("a number", b"1"),
        ("an empty object", b"{}"),
        ("an empty array", b"[]"),
    ],
)
def test_a_body_that_is_no_submission_is_400(api, _case: str, body: bytes) -> None:
    reply = api.post(body=body)

    assert reply.status_code == 400, reply.content
    assert reply["Content-Type"] == "application/problem+json"
    assert reply.json()["detail"]


@pytest.mark.parametrize("field", sorted(submission.FIELDS))
def test_a_field_of_a_wrong_type_is_pointed_at(api, payload, field: str) -> None:
    wrong = [value for value in WRONG if not is_right(field, value)]

    replies = [api.post(body=payload() | {field: value}) for value in wrong]

    for value, reply in zip(wrong, replies, strict=True):
        assert reply.status_code in {400, 404}, (value, reply.content)
        assert any(error["pointer"].startswith(f"/{field}") for error in reply.json()["errors"]), value


def is_right(field: str, value: Any) -> bool:
    if field in {"input", "attributes"} and isinstance(value, dict):
        return True
    if field == "input":
        return isinstance(value, str | list)
    if field == "ai_output":
        return isinstance(value, dict)
    if field == "confidence":
        return value is not True and value in (0, 1)
    return field == "amount" and type(value) is int and value == 7


@pytest.mark.parametrize(
    "_case, changes, pointer",
    [
        ("an unknown field", {"colour": "red"}, "/colour"),
        ("an unknown field with a slash", {"a/b~c": 1}, "/a~1b~0c"),
        ("a step nobody knows", {"step": "nowhere"}, "/step"),
        ("a confidence above one", {"confidence": 1.01}, "/confidence"),
        ("a confidence below nought", {"confidence": -0.01}, "/confidence"),
        ("an amount without a currency", {"currency": None}, "/currency"),
        ("a currency in small letters", {"currency": "eur"}, "/currency"),
        ("an amount beyond the column", {"amount": "1e17"}, "/amount"),
        ("an amount that is text", {"amount": "a lot"}, "/amount"),
        ("an amount that is not a number", {"amount": "NaN"}, "/amount"),
        ("an amount in another script", {"amount": "١٢٣x"}, "/amount"),
        ("no output", {"ai_output": {}}, "/ai_output"),
        ("a factor without a name", {"factors": [{"weight": 1}]}, "/factors/0"),
        ("a citation without a source", {"citations": [{}]}, "/citations/0"),
        ("lineage that is no text", {"lineage": [{"source_system": 7}]}, "/lineage/0"),
        ("too many factors", {"factors": [{"name": "x"}] * 201}, "/factors"),
        ("too deep an input", {"input": json.loads("[" * 40 + "]" * 40)}, ""),
        ("telemetry that is an object", {"gen_ai.usage": {"a": 1}}, "/gen_ai.usage"),
        ("an external_id that is too long", {"external_id": "x" * 121}, "/external_id"),
    ],
)
def test_a_wrong_field_is_400_with_its_pointer(api, payload, _case: str, changes: dict, pointer: str) -> None:
    body = {name: value for name, value in (payload() | changes).items() if value is not None}

    reply = api.post(body=body)

    assert reply.status_code == 400
    assert pointer in [error["pointer"] for error in reply.json()["errors"]]


def test_every_mistake_is_named_at_once(api, payload) -> None:
    reply = api.post(body=payload(step=7, confidence="high", colour="red"))

    assert {error["pointer"] for error in reply.json()["errors"]} == {"/step", "/confidence", "/colour"}


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
    ],
)
def test_another_content_type_is_415(api, payload, content_type: str) -> None:
    reply = api.raw("POST", URL, json.dumps(payload()).encode(), content_type=content_type)

    assert reply.status_code == 415


def test_a_compressed_body_is_415(api) -> None:
    assert api.post(body=b"\x1f\x8b", Content_Encoding="gzip").status_code == 415


def test_a_body_of_unknown_length_is_411(api) -> None:
    request = {"Transfer-Encoding": "chunked", "Content-Length": ""}

    assert api.post(body=b"", **request).status_code == 411


def test_a_body_above_the_limit_is_413(api, payload) -> None:
    reply = api.post(body=payload(input="x" * settings.INTAKE_MAX_BYTES))

    assert reply.status_code == 413
    assert reply.json()["code"] == "too_large"


def test_too_many_lines_are_413_before_any_is_read(api) -> None:
    assert api.post(body=[{}] * 1001).status_code == 413


def test_hostile_markup_is_stored_as_text(api, payload, desk) -> None:
    """X2: it is text like any other; pages show it inert. The names of process and step are looked up, never shown."""
    texts = {
        "input": {HOSTILE: HOSTILE, "list": [HOSTILE]},
        "ai_output": {"decision": "pay", "comment": HOSTILE, HOSTILE: HOSTILE},
        "external_id": HOSTILE,
        "source": HOSTILE[:80],
        "subject_ref": HOSTILE,
        "customer": {"name": HOSTILE},
        "factors": [{"name": HOSTILE, "weight": 1}],
        "citations": [{"source": HOSTILE, "url": "javascript:alert(1)"}],
        "attributes": {HOSTILE: HOSTILE},
        "data_classes": [HOSTILE[:40]],
        "model_version": HOSTILE,
        "endpoint": HOSTILE[:80],
        "lineage": [{"source_system": HOSTILE, "source_record_id": HOSTILE}],
        "gen_ai.system": HOSTILE,
        "correlation_id": HOSTILE[:64],
    }

    reply = api.post(body=payload(**texts))

    assert reply.status_code == 201, reply.content
    assert reply.json()["disposition"] != "auto_released"
