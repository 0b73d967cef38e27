"""Service levels by program (U1): drafted, written target by target, proposed, accepted by both."""

import json

import pytest
from django.urls import reverse

from contracts.domain.sla_kinds import SlaState
from contracts.models import ServiceAgreement
from tests.factories import raci
from tests.factories import service_levels as factory

TARGET = {
    "name": "Appeals lost",
    "kind": "outcome",
    "metric": "reported",
    "bound": "at_most",
    "target": "3",
    "floor": "6",
    "weight": "1",
    "source": "The client’s ledger",
}


@pytest.fixture
def ask(client, desk):
    def asked(user, method, name, body=None, query="", **more):
        client.force_login(user)
        kwargs = {"code": desk.process.code, **more}
        address = reverse(f"contracts:api_service_levels_{name}", kwargs=kwargs) + query
        sent = "" if method in ("GET", "DELETE") else json.dumps(body or {})
        return client.generic(method, address, sent, content_type="application/json")

    return asked


@pytest.fixture
def draft(desk, at):
    return factory.drafted(desk, at)


def pointer(reply):
    return reply.json()["errors"][0]["pointer"]


def names(reply):
    return [one["name"] for one in reply.json()["levels"]]


def test_drafted_written_proposed_and_accepted_by_two(desk, at, ask):
    raci.authorise(desk, at)
    begun = ask(desk.legal, "POST", "drafts", {"note": "Less for speed"})
    number, told = begun.json()["version"], begun.json()
    assert (begun.status_code, told["state"], told["note"]) == (201, SlaState.DRAFT, "Less for speed")
    for level in told["levels"]:
        assert ask(desk.legal, "DELETE", "level", version=number, level_id=level["id"]).status_code == 200

    added = ask(desk.legal, "POST", "levels", TARGET | {"weight": "0.4"}, version=number)
    assert (added.status_code, names(added)) == (201, ["Appeals lost"])
    assert "weight" in {one["place"] for one in added.json()["problems"]}
    level = added.json()["levels"][0]["id"]
    written = ask(desk.legal, "PUT", "level", TARGET, version=number, level_id=level).json()
    assert (written["levels"][0]["weight"], written["levels"][0]["terms"]) == ("1", "≤ 3 %")
    fees = {
        "monthly_fee": "1000.50",
        "credit_percent": "2",
        "credit_percent_again": "4",
        "credit_cap": "10",
        "edits": written["edits"],
    }
    assert ask(desk.legal, "PUT", "credits", fees, version=number).json()["monthly_fee"] == "1000.5"
    proposed = ask(desk.legal, "POST", "propose", version=number).json()
    assert proposed["state"] == SlaState.PROPOSED
    for person in (desk.owner, desk.ops):
        accepted = ask(person, "POST", "accept", {"digest": proposed["digest"]}, version=number)
        assert accepted.status_code == 200

    read = ask(desk.viewer, "GET", "version", version=number).json()
    assert (read["state"], [one["party"] for one in read["accepted"]]) == (
        SlaState.ACTIVE,
        ["client", "provider"],
    )


@pytest.mark.parametrize(
    "changes, where",
    [
        ({"name": ""}, "/name"),
        ({"name": "x" * 121}, "/name"),
        ({"kind": "moon"}, "/kind"),
        ({"metric": None}, "/metric"),
        ({"bound": ["at_most"]}, "/bound"),
        ({"unit": "apples"}, "/unit"),
        ({"target": 3}, "/target"),
        ({"target": "NaN"}, "/target"),
        ({"target": "1e9"}, "/target"),
        ({"target": "3.00001"}, "/target"),
        ({"target": "103"}, "/target"),
        ({"target": None}, "/target"),
        ({"floor": "2"}, "/floor"),
        ({"weight": "0"}, "/weight"),
        ({"weight": "11"}, "/weight"),
        ({"weight": "0.1234"}, "/weight"),
        ({"minutes": 1.5}, "/minutes"),
        ({"minutes": 60}, "/minutes"),
        ({"calendar": "Never"}, "/calendar"),
        ({"calendar": {}}, "/calendar"),
        ({"source": 7}, "/source"),
        ({"edits": "x"}, "/edits"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_target_that_is_not_understood_is_pointed_at(desk, ask, draft, changes, where):
    refused = ask(desk.legal, "POST", "levels", TARGET | {"name": "Another"} | changes, version=draft.version)

    assert (refused.status_code, pointer(refused)) == (400, where)
    edits = draft.edits
    draft.refresh_from_db()
    assert (draft.edits, draft.levels.count()) == (edits, 1)


@pytest.mark.parametrize(
    "changes, where",
    [
        ({"monthly_fee": None}, "/monthly_fee"),
        ({"monthly_fee": "-1"}, "/monthly_fee"),
        ({"monthly_fee": "1.005"}, "/monthly_fee"),
        ({"credit_percent": "101"}, "/credit_percent"),
        ({"credit_percent_again": "0"}, "/credit_percent_again"),
        ({"credit_cap": "1"}, "/credit_cap"),
    ],
)
def test_a_credit_that_may_not_stand_is_pointed_at(desk, ask, draft, changes, where):
    fees = {"monthly_fee": "9", "credit_percent": "2", "credit_percent_again": "4", "credit_cap": "10"}

    refused = ask(desk.legal, "PUT", "credits", fees | changes, version=draft.version)

    assert (refused.status_code, pointer(refused)) == (400, where)
    edits = draft.edits
    draft.refresh_from_db()
    assert draft.edits == edits


def test_two_in_one_draft_are_told_apart(desk, ask, draft):
    level = draft.levels.get()
    body = TARGET | {"edits": draft.edits}

    assert ask(desk.legal, "PUT", "level", body, version=draft.version, level_id=level.pk).status_code == 200
    late = ask(desk.governance, "PUT", "level", body, version=draft.version, level_id=level.pk)
    gone = ask(
        desk.governance,
        "DELETE",
        "level",
        query=f"?edits={draft.edits}",
        version=draft.version,
        level_id=level.pk,
    )

    assert (late.status_code, gone.status_code) == (409, 409)
    assert draft.levels.count() == 1


def test_a_target_of_another_version_is_not_found(desk, at, ask, draft):
    active = ServiceAgreement.objects.get(process=desk.process, state=SlaState.ACTIVE)
    other = active.levels.first()

    refused = ask(desk.legal, "PUT", "level", TARGET, version=draft.version, level_id=other.pk)

    assert refused.status_code == 404
    other.refresh_from_db()
    assert other.agreement_id == active.pk


def test_what_keeps_a_draft_from_being_proposed_is_named(desk, at, ask):
    draft = factory.drafted(desk, at, factory.terms(weight="0.4"))

    refused = ask(desk.legal, "POST", "propose", version=draft.version)

    assert (refused.status_code, refused.json()["code"]) == (409, "not_ready")
    draft.refresh_from_db()
    assert draft.state == SlaState.DRAFT


def test_what_is_accepted_is_what_was_read(desk, at, ask):
    agreement = factory.proposed(desk, at)

    refused = ask(desk.owner, "POST", "accept", {"digest": "0" * 64}, version=agreement.version)

    assert (refused.status_code, pointer(refused)) == (409, "/digest")
    agreement.refresh_from_db()
    assert agreement.client_accepted_at is None


def test_another_client_finds_nothing(world, ask, draft):
    for method, name in (("GET", "version"), ("POST", "levels"), ("POST", "propose")):
        assert ask(world.south.legal, method, name, TARGET, version=draft.version).status_code == 404

    draft.refresh_from_db()
    assert draft.state == SlaState.DRAFT
