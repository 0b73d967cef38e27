"""Test calls by API: the same people, refusals and results as on the pages (C7)."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from reviews.models import EscalationDrill
from tests import worlds
from tests.factories import drills as made


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def desk(db, now):
    return worlds.build(now).north


@pytest.fixture
def call(desk, log_in):
    """Ask as somebody: method, path below the test calls of the process, body."""

    def called(person, method, path="", body=None, **headers):
        answer = log_in(person).generic(
            method,
            f"/api/v1/matrix/{desk.process.code}/drills{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=headers,
        )
        return answer.status_code, answer.json()

    return called


def test_a_test_call_is_started_answered_and_listed(desk, call):
    once = {"Idempotency-Key": "one"}
    status, begun = call(desk.ops, "POST", body={"trigger_class": "*"}, **once)
    again, same = call(desk.ops, "POST", body={"trigger_class": "*"}, **once)
    answered, done = call(desk.lead, "POST", f"/{begun['id']}/answer", {}, **once)
    repeated, kept = call(desk.lead, "POST", f"/{begun['id']}/answer", {}, **once)
    _, read = call(desk.reviewer, "GET", f"/{begun['id']}")
    _, listed = call(desk.reviewer, "GET")

    assert (status, again, same) == (201, 200, begun)
    assert (begun["state"], begun["version"], begun["severity"]) == ("running", 1, None)
    assert (answered, repeated, kept) == (200, 200, done)
    assert (done["state"], done["calls"][0]["person"]) == ("answered", desk.lead.username)
    assert 0 <= done["calls"][0]["seconds"] < 60
    assert read == done
    assert (listed["drills"], listed["next"], listed["overdue"]) == ([done], None, False)
    assert EscalationDrill.objects.count() == 1


def test_it_is_called_off_once(desk, now, call):
    drill = made.started(desk, now)

    status, told = call(desk.governance, "POST", f"/{drill.pk}/cancel", {})
    again, problem = call(desk.governance, "POST", f"/{drill.pk}/cancel", {})

    assert (status, told["state"], told["calls"][0]["end"]) == (200, "cancelled", "cancelled")
    assert (again, problem["code"]) == (409, "drill_over")


@pytest.mark.parametrize(
    "body, pointer",
    [
        ({}, "/trigger_class"),
        ({"trigger_class": 7}, "/trigger_class"),
        ({"trigger_class": "*", "severity": 5}, "/severity"),
        ({"trigger_class": "*", "severity": True}, "/severity"),
        ({"trigger_class": "*", "severity": "1"}, "/severity"),
        ({"trigger_class": "*", "severity": [1]}, "/severity"),
        ({"trigger_class": "fraud"}, "/row"),
        ({"trigger_class": "*", "level": 2}, "/level"),
        ([], ""),
    ],
)
def test_a_wrong_body_is_told_its_field(desk, call, body, pointer):
    status, problem = call(desk.ops, "POST", body=body)

    assert (status, problem.get("errors", [{"pointer": ""}])[0]["pointer"]) == (400, pointer)
    assert not EscalationDrill.objects.exists()


def test_an_act_takes_no_fields(desk, now, call):
    drill = made.started(desk, now)

    status, problem = call(desk.lead, "POST", f"/{drill.pk}/answer", {"level": 2})

    assert (status, problem["errors"][0]["pointer"]) == (400, "/level")
    drill.refresh_from_db()
    assert drill.state == "running"


def test_the_list_goes_on_from_its_cursor(desk, now, call):
    for days in range(21):
        made.answered(desk, now - timedelta(days=days), now - timedelta(days=days))

    _, first = call(desk.lead, "GET")
    _, second = call(desk.lead, "GET", "?" + "cursor=" + first["next"].replace("+", "%2B"))
    status, _ = call(desk.lead, "GET", "?cursor=nonsense")

    assert (len(first["drills"]), len(second["drills"]), second["next"], status) == (20, 1, None, 400)
    assert second["drills"][0]["id"] not in {one["id"] for one in first["drills"]}
