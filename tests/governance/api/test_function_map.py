"""The function map by program (K8): declared step by step, and signed as it was read."""

import json

import pytest
from django.utils import timezone

from contracts.models import MappedFunction
from tests import worlds

pytestmark = pytest.mark.django_db
SAID = {"dependency": 4, "involvement": 2, "impact": "high", "why": "It pays by itself within the band"}


@pytest.fixture
def world():
    return worlds.build(timezone.now())


@pytest.fixture
def desk(world):
    return world.north


@pytest.fixture
def ask(client, desk):
    def asked(user, method, rest="", body=None):
        client.force_login(user)
        address = f"/api/v1/agreements/{desk.process.code}/function-map{rest}"
        return client.generic(method, address, json.dumps(body or {}), content_type="application/json")

    return asked


def declare(ask, desk):
    for code in desk.steps:
        reply = ask(desk.governance, "PUT", f"/steps/{code}", SAID)
        assert reply.status_code == 200
    return reply.json()


def test_k8_declared_and_signed_as_it_was_read(desk, ask):
    told = declare(ask, desk)
    assert told["waiting"] == len(desk.steps)
    assert told == ask(desk.viewer, "GET").json()

    signed = ask(desk.owner, "POST", "/sign", {"digest": told["digest"]})

    assert (signed.status_code, signed.json()["waiting"]) == (200, 0)
    first = signed.json()["steps"][0]["declared"]
    assert (first["dependency"], first["impact"], first["mapped_by"], first["signed_by"]) == (
        4,
        "high",
        desk.governance.username,
        desk.owner.username,
    )


def test_what_says_something_else_by_now_is_not_signed(desk, ask):
    read = declare(ask, desk)["digest"]
    ask(desk.legal, "PUT", "/steps/approve", SAID | {"involvement": 0})

    refused = ask(desk.owner, "POST", "/sign", {"digest": read})

    assert (refused.status_code, refused.json()["code"]) == (409, "changed")
    assert refused.json()["errors"][0]["pointer"] == "/digest"
    assert not MappedFunction.objects.filter(signed_at__isnull=False).exists()


def test_what_is_not_declared_yet_is_not_signed(desk, ask):
    ask(desk.governance, "PUT", "/steps/approve", SAID)
    read = ask(desk.owner, "GET").json()
    assert [one["step"] for one in read["steps"] if one["declared"]] == ["approve"]

    refused = ask(desk.owner, "POST", "/sign", {"digest": read["digest"]})

    assert (refused.status_code, refused.json()["code"]) == (409, "not_mapped")


@pytest.mark.parametrize(
    "changes, where",
    [
        ({"dependency": 5}, "/dependency"),
        ({"dependency": "4"}, "/dependency"),
        ({"dependency": True}, "/dependency"),
        ({"involvement": None}, "/involvement"),
        ({"impact": "huge"}, "/impact"),
        ({"why": " "}, "/why"),
        ({"why": "x" * 301}, "/why"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_is_not_understood_is_pointed_at(desk, ask, changes, where):
    refused = ask(desk.governance, "PUT", "/steps/approve", SAID | changes)

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, where)
    assert not MappedFunction.objects.exists()


def test_a_step_there_is_not_and_another_clients_map_are_not_found(world, desk, ask):
    assert ask(desk.governance, "PUT", "/steps/moon", SAID).status_code == 404
    assert ask(world.south.governance, "PUT", "/steps/approve", SAID).status_code in (403, 404)
    assert ask(world.south.legal, "PUT", "/steps/approve", SAID).status_code == 404
    assert not MappedFunction.objects.exists()
