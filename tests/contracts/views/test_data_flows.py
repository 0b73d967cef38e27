"""The editor of data flows works by forms alone, keeps what was typed, and exports what it drew (L7)."""

import json
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from contracts.models import DataFlow
from contracts.selectors import data_flows as selector
from tests import counting
from tests.factories import vendors as factory

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="contracts.backends.People")
    return client


@pytest.fixture
def client(desk):
    return signed_in(desk.governance)


def address(desk, route: str = "data_flow", *more) -> str:
    return reverse(f"contracts:{route}", args=[desk.process.code, *more])


def send(client, desk, route, **sent):
    return client.post(address(desk, route), sent)


def test_a_diagram_is_drawn_by_forms_and_published(desk, client):
    assert send(client, desk, "data_flow_begin").status_code == 303
    for edits, (name, kind) in enumerate([("CRM", "source"), ("Redaction", "redaction"), ("Scribe", "ai")]):
        more = {"endpoint": "north-eu"} if kind == "ai" else {}
        sent = {"name": name, "kind": kind, "party": "North", "region": "eu", "edits": edits, **more}
        assert send(client, desk, "data_flow_node", **sent).status_code == 303
    edge = {"source": "n1", "target": "n3", "classes": ["personal"], "purpose": "To answer", "edits": 3}
    assert send(client, desk, "data_flow_edge", encrypted="on", **edge).status_code == 303

    page = client.get(address(desk, "data_flow_draft")).content.decode()
    assert "Personal data reaches Scribe without redaction: CRM → Scribe" in page
    assert send(client, desk, "data_flow_publish", edits="4").status_code == 303
    assert DataFlow.objects.get().state == "published"
    assert "1 · CRM → Scribe" in signed_in(desk.viewer).get(address(desk)).content.decode()


def test_what_was_typed_stays_where_it_is_refused(desk, client, at):
    factory.drawn(desk, at)

    wrong = send(
        client, desk, "data_flow_node", name="Big  archive", kind="storage", party="", region="EU", edits="1"
    )
    late = send(
        client,
        desk,
        "data_flow_edge",
        source="crm",
        target="red",
        classes=["health", "personal"],
        purpose="Why",
        edits="0",
    )

    assert (wrong.status_code, late.status_code) == (400, 409)
    assert "Big  archive" in wrong.content.decode()
    text = late.content.decode()
    assert 'value="Why"' in text
    assert text.count("checked") == 2
    assert 'name="edits" value="1"' in text


def test_an_import_that_is_wrong_stays_on_the_page(desk, client, at):
    drawn = factory.drawn(desk, at)
    body = factory.flow_body()
    body["edges"][0]["target"] = "nowhere"

    refused = send(client, desk, "data_flow_import", body=json.dumps(body), edits="1")
    broken = send(client, desk, "data_flow_import", body="{", edits="1")
    taken = send(client, desk, "data_flow_import", body=json.dumps(factory.flow_body(bypass=True)), edits="1")

    assert (refused.status_code, broken.status_code, taken.status_code) == (400, 400, 303)
    assert "/edges/0/target: There is no such node." in refused.content.decode()
    assert "nowhere" in refused.content.decode()
    drawn.refresh_from_db()
    assert len(selector.graph(drawn).edges) == 3


def test_the_exports_say_the_same(desk, client, at):
    shown = factory.published(desk, at, bypass=True)

    drawing = client.get(address(desk, "data_flow_svg", shown.version))
    text = client.get(address(desk, "data_flow_json", shown.version)).json()
    told = client.get(address(desk, "api_data_flow")).json()

    root = ElementTree.fromstring(drawing.content.strip())
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.find("{http://www.w3.org/2000/svg}title").text.startswith("Data flow of")
    assert drawing["Content-Type"] == "image/svg+xml"
    assert b"style=" not in drawing.content
    assert text["nodes"] == told["nodes"]
    assert [one["rule"] for one in told["violations"]] == ["unredacted"]
    # What was exported is taken in again.
    following = send(client, desk, "data_flow_begin")
    assert following.status_code == 303
    assert send(client, desk, "data_flow_import", body=json.dumps(text), edits="0").status_code == 303


def test_a_draft_is_not_shown_to_readers(desk, at):
    drawn = factory.drawn(desk, at)

    assert signed_in(desk.viewer).get(address(desk, "data_flow_json", drawn.version)).status_code == 404
    assert signed_in(desk.viewer).get(address(desk, "data_flow_json", 10**30)).status_code == 404
    assert signed_in(desk.legal).get(address(desk, "data_flow_json", drawn.version)).status_code == 200


def test_pages_ask_the_same(desk, client, at):
    factory.published(desk, at)
    factory.drawn(desk, at, bypass=True)
    pages = ("data_flow", "data_flow_draft", "data_flow_node", "data_flow_edge")
    taken = {f"contracts:{name}": counting.queries(client, address(desk, name)) for name in pages}

    assert taken == {name: counting.written(name) for name in taken}
