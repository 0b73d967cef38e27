"""Scores, disputes and adjudications by API: the same people, refusals and results as on the pages (F2, F3, F7)."""

import json

import pytest

from reviews.models import Dispute, Evaluation
from tests import worlds
from tests.factories import qa as made


@pytest.fixture
def now():
    return made.settled_now()


@pytest.fixture
def desk(db, now):
    return worlds.build(now).north


@pytest.fixture
def call(log_in):
    """Ask as somebody: method, path below the API, body."""

    def called(person, method, path, body=None, **headers):
        answer = log_in(person).generic(
            method,
            f"/api/v1/{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=headers,
        )
        return answer.status_code, answer.json()

    return called


def score(evaluation, **marks):
    given = made.answers(evaluation, **marks)
    return {
        "answers": {code: {"mark": answer.mark, "note": answer.note} for code, answer in given.items()},
        "judged_wrong": False,
    }


def test_from_the_score_to_the_adjudication(desk, now, call):
    evaluation, third = made.drawn_evaluation(desk, now), made.another_auditor(desk, now)
    path, once = f"evaluations/{evaluation.pk}", {"Idempotency-Key": "one"}

    opened = call(desk.auditor, "GET", path)
    scored = call(desk.auditor, "POST", f"{path}/score", score(evaluation, delivery="fail"), **once)
    repeated = call(desk.auditor, "POST", f"{path}/score", score(evaluation, delivery="fail"), **once)
    reason = {"reason": "It went out in time.", "lines": ["delivery"]}
    disputed = call(desk.reviewer, "POST", f"{path}/dispute", reason)
    decision = {"outcome": "overturned", "why": "The receipt says so.", **score(evaluation)}
    decided = call(third, "POST", f"disputes/{Dispute.objects.get().pk}/adjudication", decision)

    assert (opened[0], opened[1]["state"], opened[1]["result"]) == (200, "drawn", None)
    assert opened[1]["lines"][0]["controls"][0] == "SOC 2 CC6.1"
    assert (scored[0], scored[1]["result"]["score"], scored[1]["dispute"]) == (200, 92.0, None)
    assert repeated == scored
    assert (disputed[0], disputed[1]["state"]) == (201, "disputed")
    assert disputed[1]["dispute"]["reason"] == "It went out in time."
    assert (decided[0], decided[1]["state"]) == (200, "adjudicated")
    assert decided[1]["result"]["score"] == 92.0
    assert decided[1]["dispute"]["corrected"]["score"] == 100.0
    assert decided[1]["dispute"]["corrected"]["by"] == third.username


REFUSED = [
    ("_case no answers", {"judged_wrong": False}, "/answers"),
    ("_case answers that are no object", {"answers": [], "judged_wrong": False}, "/answers"),
    ("_case an answer that is no object", {"answers": {"correct": "pass"}}, "/answers/correct"),
    ("_case an answer without a mark", {"answers": {"correct": {}}}, "/answers/correct/mark"),
    (
        "_case a note that is no text",
        {"answers": {"correct": {"mark": "pass", "note": 1}}},
        "/answers/correct/note",
    ),
    ("_case no judgement", {"answers": {"correct": {"mark": "pass"}}}, "/judged_wrong"),
    ("_case an unknown member", {"answers": {}, "judged_wrong": False, "also": 1}, "/also"),
    (
        "_case a failure without evidence",
        {"answers": {"correct": {"mark": "fail"}}, "judged_wrong": False},
        "/answers/correct",
    ),
]


@pytest.mark.parametrize(("_case", "body", "pointer"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_score_is_refused_with_a_pointer(_case, body, pointer, desk, now, call):
    evaluation = made.drawn_evaluation(desk, now)

    status, problem = call(desk.auditor, "POST", f"evaluations/{evaluation.pk}/score", body)

    assert (status, problem["errors"][0]["pointer"]) == (400, pointer)
    assert Evaluation.objects.get().state == "drawn"


@pytest.mark.parametrize(
    ("_case", "body", "pointer"),
    [
        ("_case no reason", {"reason": ""}, "/reason"),
        ("_case lines that are no list", {"reason": "No.", "lines": "delivery"}, "/lines"),
        ("_case a line of no scorecard", {"reason": "No.", "lines": ["weather"]}, "/lines"),
    ],
)
def test_a_dispute_is_refused_with_a_pointer(_case, body, pointer, desk, now, call):
    evaluation = made.scored_evaluation(desk, now)

    status, problem = call(desk.reviewer, "POST", f"evaluations/{evaluation.pk}/dispute", body)

    assert (status, problem["errors"][0]["pointer"]) == (400, pointer)
    assert not Dispute.objects.exists()


def test_who_is_not_independent_is_refused(desk, now, call):
    """F2: a direct POST by a conflicted auditor is answered 403; F7: the auditor never decides about his own score."""
    evaluation = made.scored_evaluation(desk, now)
    raised = made.disputed(desk, now, evaluation)
    upheld = {"outcome": "upheld", "why": "It is right."}

    own_score = call(desk.auditor, "POST", f"disputes/{raised.pk}/adjudication", upheld)
    own_work = call(desk.reviewer, "POST", f"disputes/{raised.pk}/adjudication", upheld)
    again = call(desk.reviewer, "POST", f"evaluations/{evaluation.pk}/dispute", {"reason": "Again."})
    not_his = call(desk.second, "POST", f"evaluations/{evaluation.pk}/dispute", {"reason": "Mine too."})
    rescored = call(desk.auditor, "POST", f"evaluations/{evaluation.pk}/score", score(evaluation))

    assert [own_score[0], own_work[0], again[0], not_his[0], rescored[0]] == [403, 403, 409, 403, 409]
    assert Dispute.objects.get().outcome == ""
