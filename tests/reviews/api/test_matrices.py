"""The escalation matrix by API: the same rights, locks and refusals as on the pages (C1, C3)."""

import json
from datetime import timedelta

import pytest

from contracts.enums import MatrixState
from contracts.models import EscalationMatrix
from contracts.services import matrix_drafts
from tests import worlds


@pytest.fixture
def world(db, at):
    return worlds.build(at)


@pytest.fixture
def desk(world):
    return world.north


@pytest.fixture
def draft(desk, at):
    return matrix_drafts.draft(process=desk.process, by=desk.admin, at=at)


@pytest.fixture
def call(desk, log_in):
    """Ask as somebody: method, path below the matrix of the process, body."""

    def called(person, method, path="", body=None, **headers):
        answer = log_in(person).generic(
            method,
            f"/api/v1/matrix/{desk.process.code}{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=headers,
        )
        return answer.status_code, answer.json()

    return called


@pytest.fixture
def level(desk):
    return {
        "name": "L1",
        "person": desk.lead.username,
        "deputy": desk.senior.username,
        "calendar": desk.process.calendar.name,
        "ack_minutes": 10,
        "resolve_minutes": 20,
    }


def stored(draft) -> EscalationMatrix:
    return EscalationMatrix.objects.get(pk=draft.pk)


def pointers(body) -> list[str]:
    return [error["pointer"] for error in body["errors"]]


def test_a_draft_is_written_read_and_brought_into_force(desk, call, level):
    once = {"Idempotency-Key": "one"}
    status, begun = call(desk.admin, "POST", body={}, **once)
    again, same = call(desk.admin, "POST", body={}, **once)
    _, put = call(desk.admin, "PUT", "/2/rows/fraud/2", {"levels": [level], "edits": 0})
    final = {"category": "adverse", "min_value": "500", "person": desk.owner.username, "edits": 1}
    _, named = call(desk.admin, "PUT", "/2/final-decisions", final)
    _, said = call(desk.admin, "PATCH", "/2", {"note": "Fraud sooner", "edits": 2})
    rule = next(one["id"] for one in named["final_decisions"] if one["category"] == "adverse")
    _, gone = call(desk.admin, "DELETE", f"/2/final-decisions/{rule}?edits=3")
    proposed, _ = call(desk.admin, "POST", "/2/propose", {"edits": 4})
    approved, in_force = call(desk.owner, "POST", "/2/approve", {"against": 1})

    assert (status, again, same) == (201, 200, begun)
    assert EscalationMatrix.objects.filter(process=desk.process).count() == 2
    row = next(one for one in put["rows"] if one["trigger_class"] == "fraud")
    assert (row["severity"], row["levels"][0]["person"], row["levels"][0]["ack_minutes"]) == (
        2,
        desk.lead.username,
        10,
    )
    assert (said["note"], said["edits"], said["review_by"]) == ("Fraud sooner", 3, begun["review_by"])
    assert rule not in [one["id"] for one in gone["final_decisions"]]
    assert (proposed, approved, in_force["state"]) == (200, 200, "active")


@pytest.mark.parametrize(
    "change, field",
    [
        ({"ack_minutes": "ten"}, "ack_minutes"),
        ({"person": "nobody"}, "person"),
        ({"deputy": "nobody"}, "deputy"),
        ({"calendar": "Moon hours"}, "calendar"),
        ({"channel": "pigeon"}, "channel"),
        ({"channel": None}, "channel"),
        ({"authority": None}, "authority"),
        ({"authority": {"up": "to 500"}}, "authority"),
        ({"authority": 500}, "authority"),
        ({"person": None}, "person"),
        ({"person": ["north_lead"]}, "person"),
        ({"deputy": []}, "deputy"),
        ({"deputy": False}, "deputy"),
        ({"calendar": None}, "calendar"),
        ({"calendar": {}}, "calendar"),
        ({"ack_minutes": None}, "ack_minutes"),
        ({"resolve_minutes": 5}, "resolve_minutes"),
        ({"name": ""}, "name"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_mistake_in_a_level_is_named_by_its_place(desk, draft, call, level, change, field):
    levels = [level, {**level, "name": "L2"} | change]

    status, body = call(desk.admin, "PUT", "/2/rows/fraud/any", {"levels": levels, "edits": 0})

    assert (status, pointers(body)) == (400, [f"/levels/1/{field}"])
    assert not draft.paths.filter(trigger_class="fraud").exists()


@pytest.mark.parametrize(
    "method, path, body, pointer",
    [
        ("PUT", "/2/rows/fraud/any", {"levels": [], "edits": 0}, "/levels"),
        ("PUT", "/2/rows/fraud/any", {"edits": 0}, "/levels"),
        ("PATCH", "/2", {"review_by": "soon", "edits": 0}, "/review_by"),
        ("PATCH", "/2", {"review_by": "2020-01-01", "edits": 0}, "/review_by"),
        ("PATCH", "/2", {"note": 7, "edits": 0}, "/note"),
        ("PUT", "/2/final-decisions", {"category": "x", "person": "nobody", "edits": 0}, "/person"),
    ],
)
def test_a_mistake_is_named_by_its_place(desk, draft, call, method, path, body, pointer):
    status, answer = call(desk.admin, method, path, body)

    assert (status, pointers(answer)) == (400, [pointer])
    assert stored(draft).edits == 0


def test_nothing_is_changed_without_the_edits_that_were_seen(desk, draft, call, level):
    rule = draft.final_rules.first().pk
    asked = [
        ("PUT", "/2/rows/fraud/any", {"levels": [level]}),
        ("PUT", "/2/final-decisions", {"category": "adverse", "person": desk.owner.username}),
        ("PATCH", "/2", {"note": "Mine"}),
        ("DELETE", "/2/rows/*/any", None),
        ("DELETE", f"/2/final-decisions/{rule}", None),
        ("POST", "/2/propose", {}),
    ]

    answers = [call(desk.admin, *one) for one in asked]

    assert [(status, pointers(body)) for status, body in answers] == [(400, ["/edits"])] * len(asked)
    assert (stored(draft).edits, stored(draft).state) == (0, MatrixState.DRAFT)


def test_somebody_elses_edit_is_not_overwritten(desk, at, draft, call, level):
    matrix_drafts.describe(
        matrix_id=draft.pk, note="Mine", review_by=None, by=desk.owner, at=at + timedelta(minutes=1)
    )
    rule = draft.final_rules.first().pk
    asked = [
        ("PUT", "/2/rows/fraud/any", {"levels": [level], "edits": 0}),
        ("PATCH", "/2", {"note": "Other", "edits": 0}),
        ("DELETE", "/2/rows/*/any?edits=0", None),
        ("DELETE", f"/2/final-decisions/{rule}?edits=0", None),
        ("POST", "/2/propose", {"edits": 0}),
    ]

    assert [call(desk.admin, *one)[0] for one in asked] == [409] * len(asked)
    assert (stored(draft).note, stored(draft).edits, draft.paths.count()) == ("Mine", 1, 1)
    assert draft.final_rules.filter(pk=rule).exists()


def test_the_author_cannot_approve(desk, at, call):
    """C1: two people."""
    matrix = matrix_drafts.draft(process=desk.process, by=desk.owner, at=at)
    call(desk.owner, "POST", "/2/propose", {"edits": 0})

    status, _body = call(desk.owner, "POST", "/2/approve", {"against": 1})

    assert status == 403
    assert stored(matrix).state == MatrixState.PROPOSED


def test_a_process_of_another_client_is_not_there(world, draft, call):
    assert call(world.south.admin, "GET", "/1")[0] == 404
    assert call(world.south.admin, "PATCH", "/2", {"note": "Mine", "edits": 0})[0] == 404
    assert stored(draft).note == ""


def test_an_act_repeated_with_its_key_is_done_once(desk, draft, call):
    once = {"Idempotency-Key": "propose"}

    first = call(desk.admin, "POST", "/2/propose", {"edits": 0}, **once)
    again = call(desk.admin, "POST", "/2/propose", {"edits": 0}, **once)

    assert (first[0], again) == (200, first)
