"""The sampling plan by API: read, set, reckoned with, and enhanced for a time (F1)."""

import json
from datetime import timedelta

import pytest

from reviews.models import EnhancedMode, SamplingPlan
from tests import worlds
from tests.factories import qa as made

PLAN = {"fraction": "0.065", "reviewer_floor": 3, "stratum_floor": 0, "cut_by": ["shift", "language"]}


@pytest.fixture
def now():
    return made.settled_now()


@pytest.fixture
def desk(db, now):
    return worlds.build(now).north


@pytest.fixture
def call(desk, log_in):
    """Ask as somebody of the desk: method, path below the samples of its process, body."""

    def called(person, method, path, body=None, **headers):
        answer = log_in(person).generic(
            method,
            f"/api/v1/samples/{desk.process.code}/{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=headers,
        )
        return answer.status_code, answer.json()

    return called


def more(now, **changes):
    until = (now + timedelta(days=9)).date().isoformat()
    return {"fraction": 0.25, "reason": "A new model took over half of it.", "until": until} | changes


def test_a_plan_is_set_and_read(desk, call):
    before = call(desk.governance, "GET", "plan")
    refused = call(desk.auditor, "PUT", "plan", PLAN)
    set_ = call(desk.governance, "PUT", "plan", PLAN)
    read = call(desk.governance, "GET", "plan")

    assert before == (200, {"process": "NORTH-AP", "plan": None, "enhanced": None})
    assert refused[0] == 403
    assert set_ == read
    told = read[1]["plan"]
    assert {name: told[name] for name in PLAN} == PLAN | {"cut_by": ["language", "shift"]}
    assert told["set_by"] == desk.governance.username


REFUSED = [
    ("_case below the band", {"fraction": "0.04"}, "/fraction"),
    ("_case above the band", {"fraction": 0.11}, "/fraction"),
    ("_case no share", {"fraction": None}, "/fraction"),
    ("_case no number", {"fraction": "a tenth"}, "/fraction"),
    ("_case finer than is kept", {"fraction": "0.0600000000000000000001"}, "/fraction"),
    ("_case a floor of everything", {"reviewer_floor": 21}, "/reviewer_floor"),
    ("_case no floor", {"stratum_floor": None}, "/stratum_floor"),
    ("_case a cut that nobody knows", {"cut_by": ["weather"]}, "/cut_by"),
    ("_case no list", {"cut_by": "shift"}, "/cut_by"),
    ("_case an unknown member", {"also": 1}, "/also"),
]


@pytest.mark.parametrize(("_case", "changes", "pointer"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_plan_is_refused_with_a_pointer(_case, changes, pointer, desk, call):
    """F1: f = 0.04 or 0.11 rejected."""
    status, problem = call(desk.governance, "PUT", "plan", PLAN | changes)

    assert (status, problem["errors"][0]["pointer"]) == (400, pointer)
    assert not SamplingPlan.objects.exists()


def test_enhanced_mode_is_begun_once_and_ended(desk, now, call):
    made.planned(desk, now)

    begun = call(desk.governance, "POST", "enhanced", more(now), **{"Idempotency-Key": "one"})
    repeated = call(desk.governance, "POST", "enhanced", more(now), **{"Idempotency-Key": "one"})
    again = call(desk.governance, "POST", "enhanced", more(now))
    not_his = call(desk.auditor, "POST", "enhanced/end", {})
    ended = call(desk.governance, "POST", "enhanced/end", {})
    over = call(desk.governance, "POST", "enhanced/end", {})

    assert (begun[0], begun[1]["enhanced"]["fraction"]) == (201, "0.250")
    assert (repeated[0], repeated[1]) == (200, begun[1])
    assert [again[0], not_his[0], ended[0], over[0]] == [409, 403, 200, 409]
    assert ended[1]["enhanced"] is None
    assert ended[1]["plan"]["fraction"] == "0.060"


WRONG = [
    ("_case the most of the plan", {"fraction": "0.10"}, "/fraction"),
    ("_case hardly a reason", {"reason": "Because."}, "/reason"),
    ("_case no reason", {"reason": None}, "/reason"),
    ("_case no day", {"until": "soon"}, "/until"),
    ("_case a day and more", {"until": "2099-01-01 and so on"}, "/until"),
    ("_case an end in the past", {"until": "2020-01-01"}, "/until"),
]


@pytest.mark.parametrize(("_case", "changes", "pointer"), WRONG, ids=[row[0] for row in WRONG])
def test_enhanced_mode_is_refused_with_a_pointer(_case, changes, pointer, desk, now, call):
    made.planned(desk, now)

    status, problem = call(desk.governance, "POST", "enhanced", more(now, **changes))

    assert (status, problem["errors"][0]["pointer"]) == (400, pointer)
    assert not EnhancedMode.objects.exists()


def test_a_half_width_is_reckoned(desk, now, call):
    """One went out on the one day drawn from: thirty a month, and nothing is known."""
    made.drawn_evaluation(desk, now)

    status, told = call(desk.governance, "GET", "precision?half_width=0.05")
    refused = [
        call(desk.governance, "GET", f"precision{query}")[0]
        for query in ("", "?half_width=1", "?half_width=x")
    ]

    assert (status, told["population"], told["share"], told["basis"]) == (200, 30, 0.5, "nothing")
    assert (told["size"], told["fraction"], told["reach"]) == (28, "0.934", "above")
    assert refused == [400, 400, 400]
