"""Drafts of rules by API, for people: the same rules, rights and locks as on the pages (B1, B8)."""

import json

import pytest

from reviews.models import RuleSet
from tests import worlds
from tests.factories import rules as made

RULE = {"name": "Large", "effect": "senior_only", "severity": 2, "trigger_class": "amount"}


@pytest.fixture
def desk(db, at):
    return worlds.build(at).north


@pytest.fixture
def draft(desk, at):
    return made.drafted(desk, at)


@pytest.fixture
def call(desk, log_in):
    client = log_in(desk.admin)

    def called(method, path, body=None, code=desk.process.code, **headers):
        response = client.generic(
            method,
            f"/api/v1/rules/{code}/{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=headers,
        )
        return response.status_code, response.json() if response.content else None

    return called


def test_a_draft_is_started_read_changed_and_thrown_away(desk, call):
    status, begun = call("POST", "drafts", {"note": "Fewer alarms"}, **{"Idempotency-Key": "one"})
    again, same = call("POST", "drafts", {"note": "Fewer alarms"}, **{"Idempotency-Key": "one"})
    _, listed = call("GET", "drafts")
    _, put = call("PUT", "drafts/2/rules/AP-R9", RULE | {"expression": "amount >= 7000 && !adverse"})
    _, ordered = call(
        "POST", "drafts/2/order", {"codes": ["AP-R9", "AP-R1", "AP-R2", "AP-R3", "AP-R4"], "edits": 1}
    )
    _, removed = call("DELETE", "drafts/2/rules/AP-R4", **{"If-Match": '"2"'})
    _, noted = call("PATCH", "drafts/2", {"note": "Better"}, **{"If-Match": '"3"'})
    gone = call("DELETE", "drafts/2", **{"If-Match": '"4"'})

    assert (status, again, begun["version"]) == (201, 200, 2)
    assert same == begun
    assert [one["note"] for one in listed] == ["Fewer alarms"]
    new = put["rules"][-1]
    assert new["sentence"] == "amount is at least €7,000 and the outcome is adverse is not true"
    assert new["expression"] == "amount >= 7000.0 && !adverse"
    assert new["condition"] == {
        "all": [
            {"field": "amount", "op": ">=", "value": "7000"},
            {"field": "adverse", "op": "is", "value": False},
        ]
    }
    assert [rule["code"] for rule in ordered["rules"]][0] == "AP-R9"
    assert [rule["code"] for rule in removed["rules"]] == ["AP-R9", "AP-R1", "AP-R2", "AP-R3"]
    assert (noted["note"], noted["edits"]) == ("Better", 4)
    assert gone == (204, None)
    assert RuleSet.objects.get(process=desk.process, version=2).state == "discarded"


def test_a_rule_read_from_the_api_can_be_put_back_as_tree_and_as_expression(call, draft):
    _, shown = call("GET", "drafts/2")
    for rule in shown["rules"]:
        given = {name: rule[name] for name in ("name", "effect", "severity", "trigger_class", "rationale")}
        for form in ("condition", "expression"):
            status, after = call("PUT", f"drafts/2/rules/{rule['code']}", given | {form: rule[form]})
            assert status == 200
            assert after["rules"] == shown["rules"]


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        ({"expression": "amuont > 5"}, "/expression", "Line 1, column 1: There is no field “amuont”"),
        ({"expression": "x" * 10_000}, "/expression", "at most 8,000"),
        ({"expression": "amount > 5\u0000"}, "", ""),
        ({"expression": 5}, "/expression", "is a text"),
        (
            {"condition": {"all": [{"field": "amount", "op": ">=", "value": 5}]}},
            "/condition/all/0/value",
            "as text",
        ),
        ({"condition": []}, "/condition", "must be an object"),
        ({}, "/condition", "either a condition or an expression"),
        ({"condition": made.LARGE, "expression": "amount > 5"}, "/condition", "either"),
        ({"expression": "amount > 5", "effect": "release"}, "/effect", "what the rule does"),
        ({"expression": "amount > 5", "severity": True}, "/severity", "1 (worst) to 4"),
        ({"expression": "amount > 5", "name": None}, "/name", "text is required"),
        ({"expression": "amount > 5", "colour": "red"}, "/colour", "no such field"),
        ({"expression": "amount > 5", "edits": -1}, "/edits", "whole number"),
    ],
)
def test_every_mistake_points_at_its_place_and_changes_nothing(call, draft, body, pointer, words):
    status, problem = call("PUT", "drafts/2/rules/AP-R1", RULE | body)

    assert status == 400
    if words:
        assert problem["errors"][0]["pointer"] == pointer
        assert words in problem["errors"][0]["detail"]
    draft.refresh_from_db()
    assert draft.edits == 0


@pytest.mark.parametrize("stale", [{"If-Match": '"7"'}, {}])
def test_a_stale_number_of_edits_is_refused(call, draft, stale):
    body = RULE | {"expression": "amount > 5"} | ({} if stale else {"edits": 7})

    status, problem = call("PUT", "drafts/2/rules/AP-R1", body, **stale)

    draft.refresh_from_db()
    assert (status, problem["code"], draft.edits) == (409, "edited_meanwhile", 0)


def test_another_clients_process_is_not_there(call):
    for method, path in (("GET", "drafts"), ("POST", "drafts"), ("GET", "fields"), ("POST", "check")):
        assert call(method, path, {} if method == "POST" else None, code="SOUTH-AP")[0] == 404


def test_fields_tell_what_an_editor_needs(call):
    _, fields = call("GET", "fields")

    by_name = {field["name"]: field for field in fields}
    assert by_name["amount"]["unit"] == "EUR"
    assert by_name["decision"]["choices"] == ["pay", "hold", "deny"]
    assert by_name["subject_total"]["cumulative"] is True
    assert by_name["variance"]["operators"] == [{"op": "outside_band", "words": "is outside the band"}]


def test_check_turns_each_form_into_the_other_and_stores_nothing(desk, call):
    status, told = call("POST", "check", {"expression": "5000 <= amount"})
    _, back = call("POST", "check", {"condition": told["condition"]})
    wrong, problem = call("POST", "check", {"expression": 'amount > 5 &&\n"x"'})

    assert (status, told["sentence"], told["expression"]) == (
        200,
        "amount is at least €5,000",
        "amount >= 5000.0",
    )
    assert back == told
    assert (wrong, problem["errors"][0]["line"], problem["errors"][0]["column"]) == (400, 2, 1)
    assert RuleSet.objects.filter(process=desk.process).count() == 1
