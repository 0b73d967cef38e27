"""Contracts written by program (L1): drafted, clause by clause, with appendices, proposed and signed by both."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Event
from contracts.domain.contracting import ContractState
from contracts.models import ContractVersion
from tests.factories import contracts as factory


@pytest.fixture
def ask(client):
    def asked(user, method, name, body=None, query="", **kwargs):
        client.force_login(user)
        address = reverse(f"contracts:api_contract_{name}", kwargs=kwargs) + query
        sent = "" if method in ("GET", "DELETE") else json.dumps(body or {})
        return client.generic(method, address, sent, content_type="application/json")

    return asked


@pytest.fixture
def draft(desk, at):
    return factory.drafted(desk, at)


def of(version, **more):
    return {"contract_id": version.contract_id, "number": version.number, **more}


def numbers(reply):
    return [one["number"] for one in reply.json()["clauses"]]


def pointer(reply):
    return reply.json()["errors"][0]["pointer"]


def test_drafted_written_proposed_and_signed_by_two(desk, at, ask):
    factory.signers(desk, at)
    before = factory.in_force(desk, at)
    begun = ask(desk.legal, "POST", "drafts", {"note": "Twice a year"}, contract_id=before.contract_id)
    assert (begun.status_code, begun.json()["version"], numbers(begun)) == (201, 2, ["1", "2.3", "2.10"])
    where = {"contract_id": before.contract_id, "number": 2}

    added = ask(
        desk.legal,
        "POST",
        "clauses",
        {"number": "3", "title": "Notice", "text": "Thirty days.", "template": "change_notice"},
        **where,
    )
    assert (added.status_code, numbers(added)) == (201, ["1", "2.3", "2.10", "3"])
    clause = added.json()["clauses"][-1]
    assert (clause["template"], clause["owner"]) == ("change_notice", "client_legal")
    reworded = ask(desk.legal, "PUT", "clause", {"text": "Forty days."}, clause_id=clause["id"], **where)
    assert reworded.json()["clauses"][-1]["text"] == "Forty days."
    attached = ask(
        desk.legal,
        "POST",
        "appendices",
        {"kind": "other", "title": "Figures", "data": {"days": 40}},
        **where,
    ).json()
    assert [(one["title"], one["data"]) for one in attached["appendices"]] == [("Figures", {"days": 40})]
    described = ask(desk.legal, "PUT", "version", {"valid_from": at.date().isoformat()}, **where)
    assert (described.status_code, described.json()["note"]) == (200, "")
    proposed = ask(desk.legal, "POST", "propose", {"edits": described.json()["edits"]}, **where).json()
    for person in (desk.owner, desk.ops):
        signed = ask(person, "POST", "sign", {"digest": proposed["digest"]}, **where)
        assert signed.status_code == 200

    assert (signed.json()["state"], len(signed.json()["signatures"])) == (ContractState.IN_FORCE, 2)
    assert Event.objects.filter(action="contract.in_force").count() == 2


def test_what_is_taken_out_is_gone_from_the_draft_alone(desk, at, ask, draft):
    clause = factory.clause(draft, "2.10")
    attached = ask(
        desk.legal, "POST", "appendices", {"kind": "other", "title": "A", "text": "B"}, **of(draft)
    )
    appendix = attached.json()["appendices"][0]["id"]

    gone = ask(desk.legal, "DELETE", "clause", clause_id=clause.pk, **of(draft))
    bare = ask(desk.legal, "DELETE", "appendix", appendix_id=appendix, **of(draft))

    assert numbers(gone) == ["1", "2.3"]
    assert bare.json()["appendices"] == []
    assert ask(desk.legal, "DELETE", "appendix", appendix_id=appendix, **of(draft)).status_code == 404


@pytest.mark.parametrize(
    "name, body, where",
    [
        ("clauses", {}, "/number"),
        ("clauses", {"number": "two", "title": "T", "text": "X"}, "/number"),
        ("clauses", {"number": "5", "text": "X"}, "/title"),
        ("clauses", {"number": "5", "title": "T", "text": " "}, "/text"),
        ("clauses", {"number": "5", "title": "T", "text": 7}, "/text"),
        ("clauses", {"number": "5", "title": "T", "text": "X", "template": "moon"}, "/template"),
        ("clauses", {"number": "5", "title": "T", "text": "X", "owner": "king"}, "/owner"),
        ("clauses", {"number": "5", "title": "T", "text": "X", "edits": "one"}, "/edits"),
        ("clauses", {"number": "5", "title": "T", "text": "X", "colour": "red"}, "/colour"),
        ("appendices", {"title": "T", "text": "X"}, "/kind"),
        ("appendices", {"kind": "other", "text": "X"}, "/title"),
        ("appendices", {"kind": "other", "title": "T"}, "/text"),
        ("appendices", {"kind": "other", "title": "T", "data": ["x" * 200_000]}, "/data"),
        ("propose", {"edits": -1}, "/edits"),
    ],
)
def test_what_is_not_understood_is_pointed_at_and_changes_nothing(desk, ask, draft, name, body, where):
    edits = ContractVersion.objects.get(pk=draft.pk).edits

    refused = ask(desk.legal, "POST", name, body, **of(draft))

    assert (refused.status_code, pointer(refused)) == (400, where)
    draft.refresh_from_db()
    assert (draft.edits, draft.state) == (edits, ContractState.DRAFT)


@pytest.mark.parametrize(
    "body, where",
    [
        ({"valid_from": "soon"}, "/valid_from"),
        ({"valid_from": "2026-03-01", "valid_until": "2026-02-01"}, "/valid_until"),
        ({"based_on": "one"}, "/based_on"),
        ({"note": "x" * 301}, "/note"),
    ],
)
def test_a_draft_that_may_not_begin_is_pointed_at(desk, at, ask, body, where):
    contract = factory.opened(desk, at)

    refused = ask(desk.legal, "POST", "drafts", body, contract_id=contract.pk)

    assert (refused.status_code, pointer(refused)) == (400, where)
    assert not contract.versions.exists()


def test_two_in_one_draft_are_told_apart(desk, ask, draft):
    edits = ContractVersion.objects.get(pk=draft.pk).edits
    body = {"text": "Other words", "edits": edits}
    clause = factory.clause(draft, "1")

    assert ask(desk.legal, "PUT", "clause", body, clause_id=clause.pk, **of(draft)).status_code == 200
    late = ask(desk.governance, "PUT", "clause", body, clause_id=clause.pk, **of(draft))
    gone = ask(desk.governance, "DELETE", "clause", query=f"?edits={edits}", clause_id=clause.pk, **of(draft))
    odd = ask(desk.governance, "DELETE", "clause", query="?edits=x", clause_id=clause.pk, **of(draft))

    assert (late.status_code, late.json()["code"]) == (409, "edited_meanwhile")
    assert (gone.status_code, odd.status_code, pointer(odd)) == (409, 400, "/edits")


def test_what_is_signed_is_what_was_read_and_not_ones_own(desk, at, ask):
    factory.signers(desk, at)
    version = factory.proposed(desk, at)

    other = ask(desk.owner, "POST", "sign", {"digest": "0" * 64}, **of(version))
    own = ask(desk.legal, "POST", "sign", {"digest": version.digest}, **of(version))

    assert (other.status_code, other.json()["code"]) == (409, "digest_changed")
    assert own.status_code == 403
    assert not version.signatures.exists()


def test_an_answer_is_given_once(desk, client, draft):
    client.force_login(desk.legal)
    address = reverse("contracts:api_contract_clauses", kwargs=of(draft))
    body = json.dumps({"number": "7", "title": "Seven", "text": "It is seven."})
    headers = {"Idempotency-Key": "clause-7"}

    first = client.post(address, body, content_type="application/json", headers=headers)
    again = client.post(address, body, content_type="application/json", headers=headers)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert draft.wordings.filter(clause__number="7").count() == 1


def test_another_client_and_an_agents_key_find_nothing(world, desk, ask, draft):
    clause = {"number": "9", "title": "Nine", "text": "Nine."}

    foreign = ask(world.south.legal, "POST", "clauses", clause, **of(draft))
    keyed = Client().post(
        reverse("contracts:api_contract_clauses", kwargs=of(draft)),
        json.dumps(clause),
        content_type="application/json",
        headers={"Authorization": f"Bearer {desk.secret}"},
    )

    assert (foreign.status_code, keyed.status_code) == (404, 401)
    assert not draft.wordings.filter(clause__number="9").exists()


def open_contract(client, user, **changes):
    body = {"code": "CT-9", "title": "Invoice services", "processes": ["NORTH-AP"], "risks": ["lock_in"]}
    client.force_login(user)
    sent = json.dumps(body | changes)
    return client.post(reverse("contracts:api_contracts"), sent, content_type="application/json")


def test_a_contract_is_opened_with_its_vendors_and_a_draft(world, desk, client):
    made = open_contract(client, desk.legal)

    assert made.status_code == 201
    told = made.json()
    assert (told["code"], told["version"], told["state"]) == ("CT-9", 1, "draft")
    assert (told["client"], told["vendors"]) == (desk.client.slug, [world.vendor.slug])
    assert ContractVersion.objects.get().author == desk.legal


@pytest.mark.parametrize(
    "changes, where",
    [
        ({"code": ""}, "/code"),
        ({"title": None}, "/title"),
        ({"processes": []}, "/processes"),
        ({"processes": "NORTH-AP"}, "/processes"),
        ({"processes": ["NORTH-AP", "SOUTH-AP"]}, "/processes/1"),
        ({"processes": ["NORTH-AP", "NORTH-AP"]}, "/processes/1"),
        ({"risks": ["weather"]}, "/risks/0"),
        ({"risks": False}, "/risks"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_cannot_be_opened_is_pointed_at_and_opens_nothing(desk, client, changes, where):
    refused = open_contract(client, desk.legal, **changes)

    assert (refused.status_code, pointer(refused)) == (400, where)
    assert not ContractVersion.objects.exists()


def test_a_proposal_is_sent_back_with_its_reason_and_not_by_its_author(desk, at, ask):
    version = factory.proposed(desk, at)
    where = of(version)

    own = ask(desk.legal, "POST", "send_back", {"reason": "No"}, **where)
    wordless = ask(desk.owner, "POST", "send_back", {"reason": " "}, **where)
    assert (own.status_code, wordless.status_code) == (403, 400)
    assert ContractVersion.objects.get().state == ContractState.PROPOSED

    done = ask(desk.owner, "POST", "send_back", {"reason": "Clause 2.3 is too short"}, **where)
    assert (done.status_code, done.json()["state"]) == (200, "rejected")
    assert ContractVersion.objects.get().closed_why == "Clause 2.3 is too short"
