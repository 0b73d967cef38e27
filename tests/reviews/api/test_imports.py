"""The import: any number of lines, a result for each, and nothing lost when it breaks off."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse

from contracts import access
from contracts.models import Membership, User
from contracts.services import api_keys, memberships, people
from reviews.api import imports
from reviews.models import Case, Interaction
from tests import worlds
from tests.reviews.api.conftest import Api

PATH = "/api/v1/interactions/import"


def send(api: Api, body: bytes, query: str = "", **headers: str) -> HttpResponse:
    return api.raw("POST", PATH + query, body, content_type="application/x-ndjson", **headers)


def told(reply: HttpResponse) -> list[dict[str, Any]]:
    return [json.loads(line) for line in reply.getvalue().splitlines()]


@pytest.fixture
def line(payload) -> Callable[..., bytes]:
    return lambda **changes: json.dumps(payload(**changes)).encode() + b"\n"


@pytest.mark.parametrize("query", ["", "?live=true", "?live=false"])
def test_import_answers_each_line_and_sums_up(api, line, query: str) -> None:
    body = (
        line(external_id="a")
        + line(external_id="b", amount="6000.00")
        + b"\n"
        + b"{oops\n"
        + line(external_id="a")
    )

    reply = send(api, body, query)

    assert (reply.status_code, reply["Content-Type"]) == (200, "application/x-ndjson")
    *results, last = told(reply)
    assert [(result["line"], result["status"]) for result in results] == [
        (1, 201),
        (2, 201),
        (4, 400),
        (5, 200),
    ]
    assert results[1]["disposition"] == "review"
    assert results[3]["id"] == results[0]["id"]
    assert last == {"summary": {"lines": 4, "created": 2, "duplicates": 1, "refused": 1, "complete": True}}
    assert (Interaction.objects.count(), Case.objects.count()) == (2, 1)


def test_import_can_be_sent_again(api, line) -> None:
    body = b"".join(line(external_id=str(number)) for number in range(5))
    first = told(send(api, body))

    second = told(send(api, body))

    assert [result.get("id") for result in second] == [result.get("id") for result in first]
    assert second[-1]["summary"]["duplicates"] == 5
    assert Interaction.objects.count() == 5


def test_import_needs_an_external_id_in_each_line(api, line) -> None:
    [result, _] = told(send(api, line()))

    assert result["status"] == 400
    assert result["problem"]["errors"][0]["pointer"] == "/external_id"
    assert Interaction.objects.count() == 0


def test_import_goes_on_after_a_line_that_is_too_long(api, line, settings) -> None:
    settings.IMPORT_LINE_BYTES = 2000
    body = line(external_id="a") + line(external_id="b", input="x" * 300_000) + line(external_id="c")

    results = told(send(api, body))

    assert [result["status"] for result in results[:-1]] == [201, 400, 201]
    assert results[1]["problem"]["code"] == "line_too_long"


@pytest.mark.parametrize("extra, status", [(0, 201), (1, 400)])
def test_import_takes_a_line_of_just_the_limit(api, line, settings, extra: int, status: int) -> None:
    raw = line(external_id="a")
    settings.IMPORT_LINE_BYTES = len(raw) - 1 - extra

    results = told(send(api, raw))

    assert results[0]["status"] == status


def test_import_takes_a_last_line_without_its_end(api, line) -> None:
    assert told(send(api, line(external_id="a").rstrip()))[0]["status"] == 201


def test_import_of_nothing_is_an_empty_summary(api) -> None:
    assert told(send(api, b"")) == [
        {"summary": {"lines": 0, "created": 0, "duplicates": 0, "refused": 0, "complete": True}}
    ]


def test_import_stores_chunk_by_chunk(api, line, monkeypatch) -> None:
    monkeypatch.setattr(imports, "CHUNK_LINES", 2)
    reply = send(api, b"".join(line(external_id=str(number)) for number in range(5)), "?live=true")
    pieces = iter(reply.streaming_content)

    stored = [(len(piece.splitlines()), Interaction.objects.count()) for piece in pieces]

    assert stored == [(2, 2), (2, 4), (1, 5), (1, 5)]


def test_import_keeps_what_it_read_when_the_client_hangs_up(desk, line, monkeypatch) -> None:
    class Broken(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            found = super().readline(size)
            if not found:
                raise OSError("connection reset by peer")
            return found

    whole = line(external_id="a") + line(external_id="b")
    under_way = imports._Import(Broken(whole + line(external_id="c")[:40]), desk.agent, desk.key)

    results = [json.loads(piece) for piece in b"".join(under_way.results()).splitlines()]

    assert [result.get("status") for result in results] == [201, 201, 400, None]
    assert results[-1]["summary"]["complete"] is False
    assert set(Interaction.objects.values_list("external_id", flat=True)) == {"a", "b"}


def test_import_stops_storing_when_nobody_reads_the_results(desk, line, monkeypatch) -> None:
    monkeypatch.setattr(imports, "CHUNK_LINES", 1)
    stream = io.BytesIO(line(external_id="a") + line(external_id="b"))
    results = imports._Import(stream, desk.agent, desk.key).results()
    next(results)

    results.close()

    assert Interaction.objects.count() == 1


@pytest.mark.parametrize("close", ["key", "role", "account"])
def test_import_stores_nothing_more_once_the_agent_may_not(desk, line, at, monkeypatch, close: str) -> None:
    monkeypatch.setattr(imports, "CHUNK_LINES", 1)
    agent = User.objects.get(pk=desk.agent.pk)
    access.trust_stamp(agent)
    results = imports._Import(
        io.BytesIO(line(external_id="a") + line(external_id="b")), agent, desk.key
    ).results()
    assert json.loads(next(results))["status"] == 201

    if close == "key":
        api_keys.revoke(key=desk.key, by=None, at=at)
    elif close == "role":
        for membership in Membership.objects.filter(user=desk.agent):
            memberships.revoke(membership=membership, by=None, at=at)
    else:
        people.deactivate(user=desk.agent, by=None, at=at)

    assert json.loads(next(results))["status"] in {403, 404}
    assert Interaction.objects.count() == 1


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", ""])
def test_import_of_another_content_type_is_415(api, line, content_type: str) -> None:
    reply = api.raw("POST", PATH, line(external_id="a"), content_type=content_type)

    assert reply.status_code == 415
    assert Interaction.objects.count() == 0


def test_import_of_compressed_lines_is_415(api, line) -> None:
    assert send(api, line(external_id="a"), Content_Encoding="gzip").status_code == 415


def test_import_with_a_strange_parameter_is_400(api) -> None:
    assert send(api, b"", "?live=perhaps").status_code == 400


def test_import_without_a_key_is_401(line) -> None:
    assert send(Api(""), line(external_id="a")).status_code == 401


def test_import_refuses_each_line_the_key_does_not_open(world, desk, line, at) -> None:
    _, secret = api_keys.issue(
        user=desk.agent, label="reader", processes=[desk.process], actions=["read_outcome"], by=None, at=at
    )
    foreign = json.dumps(worlds.payload(world.south, external_id="x")).encode() + b"\n"

    results = told(send(Api(secret), line(external_id="a") + foreign))

    assert [result["status"] for result in results[:-1]] == [403, 403]
    assert Interaction.objects.count() == 0


def test_import_of_unknown_length_needs_a_server_that_ends_the_body(api, line) -> None:
    body = line(external_id="a")
    headers = {
        "HTTP_TRANSFER_ENCODING": "chunked",
        "CONTENT_LENGTH": "",
        "CONTENT_TYPE": "application/x-ndjson",
    }
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {api.secret}"}

    refused = api.client.generic("POST", PATH, b"", **headers, **bearer)
    taken = api.client.generic(
        "POST",
        PATH,
        b"",
        **headers,
        **bearer,
        **{"wsgi.input_terminated": True, "wsgi.input": io.BytesIO(body)},
    )

    assert refused.status_code == 411
    assert [result.get("status") for result in told(taken)] == [201, None]
