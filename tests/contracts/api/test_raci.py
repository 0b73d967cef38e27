"""The RACI, authority and the sheet by program (K1, K3, K4, K10)."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from contracts.domain.raci import RaciState
from contracts.models import RaciMatrix
from contracts.services import sheets


@pytest.fixture
def ask(client, desk):
    def asked(user, method, name, body=None, **more):
        client.force_login(user)
        address = reverse(f"contracts:api_{name}", kwargs={"code": desk.process.code, **more})
        return client.generic(method, address, json.dumps(body or {}), content_type="application/json")

    return asked


def held(*letters):
    return [{"letter": letter, "party": party, **more} for letter, party, more in letters]


def test_k1_drafted_proposed_and_signed_by_two(desk, ask):
    drafted = ask(desk.governance, "POST", "raci_drafts")
    assert (drafted.status_code, drafted.json()["version"], len(drafted.json()["rows"])) == (201, 2, 10)
    proposed = ask(desk.governance, "POST", "raci_propose", version=2).json()

    for who in ("ops", "owner"):
        signed = ask(desk.cast[who], "POST", "raci_sign", {"digest": proposed["digest"]}, version=2)
        assert signed.status_code == 200

    read = ask(desk.viewer, "GET", "raci").json()["raci"]
    assert (read["version"], read["state"]) == (2, RaciState.IN_FORCE)
    assert [one["party"] for one in read["signatures"]] == ["provider", "client"]


@pytest.mark.parametrize(
    "_case, wanted, pointer",
    [
        ("two A’s", [("R", "provider"), ("A", "client"), ("A", "provider")], "/accountable"),
        ("zero A", [("R", "provider")], "/accountable"),
        ("A on the AI vendor", [("R", "provider"), ("A", "ai_vendor")], "/accountable"),
        ("AI determines, A on the provider", [("R", "provider"), ("A", "provider")], "/accountable"),
        ("no R", [("A", "client")], "/responsible"),
    ],
)
def test_k1_k3_a_row_that_may_not_stand_is_400_with_its_field(desk, ask, _case, wanted, pointer):
    people = {"client": desk.owner, "provider": desk.ops, "ai_vendor": desk.vendor}
    ask(desk.governance, "POST", "raci_drafts")
    body = {"held": held(*((one, party, {"person": people[party].username}) for one, party in wanted))}

    refused = ask(desk.governance, "PUT", "raci_row", body, version=2, task="review")

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, pointer)
    assert RaciMatrix.objects.get(process=desk.process, version=2).edits == 0


@pytest.mark.parametrize(
    "body, pointer",
    [
        ({}, "/held"),
        ({"held": [{"letter": "X", "party": "client"}]}, "/held/0/letter"),
        ({"held": [{"letter": "R", "party": "moon"}]}, "/held/0/party"),
        ({"held": [{"letter": "R", "party": "client", "person": "nobody"}]}, "/held/0/person"),
        ({"held": [{"letter": "R", "party": "client", "role": 7}]}, "/held/0/role"),
        ({"held": [], "clause": "CT-9 1"}, "/clause"),
        ({"held": [], "document": "SOP-9"}, "/document"),
    ],
)
def test_what_is_not_understood_is_pointed_at(desk, ask, body, pointer):
    ask(desk.governance, "POST", "raci_drafts")

    refused = ask(desk.governance, "PUT", "raci_row", body, version=2, task="review")

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, pointer)


def test_k4_authority_is_granted_and_taken_back(desk, ask):
    today = timezone.now().date()
    body = {
        "person": desk.lead.username,
        "kind": "decision",
        "evidence": "Resolution",
        "valid_from": today.isoformat(),
        "valid_until": (today + timedelta(days=30)).isoformat(),
    }
    assert ask(desk.owner, "POST", "authority", body | {"valid_until": "soon"}).status_code == 400
    own = ask(desk.owner, "POST", "authority", body | {"person": desk.owner.username})
    assert (own.status_code, own.json()["code"]) == (403, "own_authority")
    made = ask(desk.owner, "POST", "authority", body)
    assert made.status_code == 201

    taken = ask(desk.owner, "POST", "authority_take_back", grant_id=made.json()["id"])

    assert taken.json()["revoked_at"]
    assert made.json()["id"] in [one["id"] for one in ask(desk.viewer, "GET", "authority").json()["over"]]


def test_k10_the_sheet_names_its_entry(desk, ask, at):
    assert ask(desk.viewer, "GET", "sheet").json()["version"] is None
    made = sheets.refresh(process=desk.process, at=at)

    read = ask(desk.viewer, "GET", "sheet").json()

    assert (read["digest"], read["event"], read["sections"]) == (made.digest, str(made.event), made.content)
