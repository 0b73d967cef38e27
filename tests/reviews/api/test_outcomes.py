"""What became of it: told to its agent only, and the output only once it is released."""

import threading
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from reviews.api import waiting
from reviews.enums import CaseState, InteractionState, ReasonCode, Verdict
from reviews.models import Case, Interaction
from reviews.services import claims, decisions, information, release, workspace
from reviews.services.decisions import Answer
from tests.reviews.api.conftest import URL


def path(posted: dict, what: str = "outcome") -> str:
    return f"{URL}/{posted['id']}/{what}"


@pytest.fixture
def waiting_one(api, payload) -> dict:
    return api.post(body=payload(amount="6000.00")).json()


def decide(desk, posted: dict, verdict: Verdict, **answer) -> None:
    now = timezone.now()
    case = Case.objects.get(pk=posted["case"])
    claims.claim(case_id=case.pk, user=desk.reviewer, at=now)
    for panel in ("order", "receipt"):
        workspace.open_evidence(case_id=case.pk, user=desk.reviewer, panel=panel, at=now)
    decisions.decide(case_id=case.pk, user=desk.reviewer, answer=Answer(verdict=verdict, **answer), at=now)


def test_outcome_of_an_auto_released_one_has_its_output(api, payload) -> None:
    posted = api.post(body=payload()).json()

    body = api.get(path(posted)).json()

    assert body == {
        "id": posted["id"],
        "state": "auto_released",
        "disposition": "auto_released",
        "released": True,
        "verdict": None,
        "output": payload()["ai_output"],
        "reason_code": None,
        "decided_at": None,
        "released_at": body["released_at"],
        "question": None,
        "halted": None,
        "recall": None,
    }


def test_outcome_tells_nothing_before_the_release(api, desk, waiting_one) -> None:
    before = api.get(path(waiting_one)).json()
    decide(desk, waiting_one, Verdict.APPROVE)

    decided = api.get(path(waiting_one)).json()

    assert (before["state"], decided["state"]) == ("awaiting", "decided")
    for body in (before, decided):
        assert not body["released"]
        assert [body[name] for name in ("verdict", "output", "reason_code", "decided_at")] == [None] * 4


def test_outcome_after_the_release_has_what_the_person_made_of_it(api, desk, waiting_one) -> None:
    output = {"comment": "Paid after a call.", "decision": "hold"}
    decide(desk, waiting_one, Verdict.EDIT, output=output, reason_code=ReasonCode.WRONG_FACT, note="x")
    release.release_due(at=timezone.now() + timedelta(seconds=9))

    reply = api.get(path(waiting_one))
    body = reply.json()

    assert (body["state"], body["released"], body["verdict"]) == ("released", True, "edit")
    assert body["output"]["comment"] == "Paid after a call."
    assert body["reason_code"] == "WRONG_FACT"
    assert desk.reviewer.name not in reply.content.decode()
    assert str(desk.reviewer.pk) not in reply.content.decode()


def test_outcome_of_a_rejection_has_no_output(api, desk, waiting_one) -> None:
    decide(desk, waiting_one, Verdict.REJECT, reason_code=ReasonCode.DUPLICATE, note="Paid before.")
    release.release_due(at=timezone.now() + timedelta(seconds=9))

    body = api.get(path(waiting_one)).json()

    assert (body["released"], body["verdict"], body["output"]) == (True, "reject", None)


def test_outcome_of_another_agents_is_404(api, stranger_api, waiting_one) -> None:
    replies = [stranger_api.get(path(waiting_one)), api.get(f"{URL}/{uuid4()}/outcome")]

    assert [reply.status_code for reply in replies] == [404, 404]


@pytest.mark.parametrize("wait", ["-1", "31", "1.5", "x", "", "٣", "1e1", "9" * 5000])
def test_outcome_with_a_wrong_wait_is_400(api, waiting_one, wait: str) -> None:
    reply = api.get(path(waiting_one) + f"?wait={wait}")

    assert reply.status_code == 400
    assert reply.json()["errors"][0]["pointer"] == "/wait"


# ── Waiting ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def ticks(monkeypatch) -> list[float]:
    """A clock of the poll's own that moves when it sleeps; the test can act at every tick."""
    slept: list[float] = []
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0 + sum(slept))
    monkeypatch.setattr(time, "sleep", slept.append)
    return slept


def test_outcome_waits_no_longer_than_asked(api, waiting_one, ticks) -> None:
    body = api.get(path(waiting_one) + "?wait=3").json()

    assert body["state"] == "awaiting"
    assert sum(ticks) == 3


def test_outcome_does_not_wait_for_what_is_over(api, payload, ticks) -> None:
    released = api.post(body=payload()).json()
    kept_apart = api.post(body=payload(lineage=None)).json()

    states = [api.get(path(posted) + "?wait=30").json()["state"] for posted in (released, kept_apart)]

    assert states == ["auto_released", "quarantined"]
    assert ticks == []


def test_outcome_answers_once_it_is_released(api, desk, waiting_one, ticks, monkeypatch) -> None:
    decide(desk, waiting_one, Verdict.APPROVE)

    def tick(seconds: float) -> None:
        ticks.append(seconds)
        if len(ticks) == 4:
            release.release_due(at=timezone.now() + timedelta(seconds=9))

    monkeypatch.setattr(time, "sleep", tick)

    body = api.get(path(waiting_one) + "?wait=30").json()

    assert (body["state"], len(ticks)) == ("released", 4)


def test_outcome_answers_at_once_where_a_reviewer_asks(api, desk, waiting_one, ticks) -> None:
    now = timezone.now()
    claims.claim(case_id=waiting_one["case"], user=desk.reviewer, at=now)
    information.ask(case_id=waiting_one["case"], user=desk.reviewer, question="Which order is it?", at=now)

    body = api.get(path(waiting_one) + "?wait=30").json()

    assert (body["state"], body["question"], ticks) == ("awaiting_information", "Which order is it?", [])


def test_outcome_is_told_at_once_where_too_many_wait(api, waiting_one, settings, ticks) -> None:
    settings.SERVER_THREADS, settings.SERVER_WORKERS = 16, 2
    with waiting.place() as first, waiting.place() as second:
        reply = api.get(path(waiting_one) + "?wait=30")

    assert (first, second) == (True, True)
    assert reply.status_code == 200
    assert (reply["Retry-After"], ticks) == ("5", [])
    assert "Retry-After" not in api.get(path(waiting_one) + "?wait=1")


@pytest.mark.parametrize(
    "threads, workers, expected", [(16, 2, 2), (8, 2, 1), (2, 2, 1), (64, 4, 4), (1, 4, 1)]
)
def test_places_are_a_quarter_of_this_process(settings, threads: int, workers: int, expected: int) -> None:
    settings.SERVER_THREADS, settings.SERVER_WORKERS = threads, workers

    assert waiting.places() == expected


def test_place_counts_across_threads_and_is_given_back(settings) -> None:
    settings.SERVER_THREADS, settings.SERVER_WORKERS = 8, 1
    taken: list[bool] = []
    gate = threading.Barrier(10)

    def poll() -> None:
        with waiting.place() as free:
            taken.append(free)
            gate.wait(timeout=10)

    threads = [threading.Thread(target=poll) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == [False] * 8 + [True] * 2
    with waiting.place() as free:
        assert free


# ── Asking for a person, answering a question ────────────────────────────────────────────────────────────────


def test_escalate_gives_the_case_to_a_person(api, desk, waiting_one) -> None:
    reply = api.post(path(waiting_one, "escalate"), {"question": "May we pay twice?"})

    assert (reply.status_code, reply.json()["state"]) == (200, "escalated")
    assert Case.objects.get().owner == desk.lead


def test_escalate_twice_is_a_conflict_but_not_under_one_key(api, waiting_one) -> None:
    first, second, other = (
        api.post(path(waiting_one, "escalate"), {"question": "May we?"}, Idempotency_Key=key)
        for key in ("a", "a", "b")
    )

    assert [reply.status_code for reply in (first, second, other)] == [200, 200, 409]
    assert second["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    "_case, body",
    [
        ("no question", {}),
        ("a blank one", {"question": "  "}),
        ("none of text", {"question": 7}),
        ("a long one", {"question": "x" * 10_001}),
        ("a stranger beside it", {"question": "x", "to": "me"}),
        ("no object", []),
    ],
)
def test_escalate_with_a_wrong_body_changes_nothing(api, waiting_one, _case: str, body: object) -> None:
    reply = api.post(path(waiting_one, "escalate"), body)

    assert reply.status_code == 400
    assert Case.objects.get().state == CaseState.WAITING


def test_escalate_of_what_does_not_wait_is_a_conflict(api, payload) -> None:
    posted = api.post(body=payload()).json()

    assert api.post(path(posted, "escalate"), {"question": "x"}).status_code == 409


def test_information_gives_the_case_back_to_its_queue(api, desk, waiting_one) -> None:
    now = timezone.now()
    claims.claim(case_id=waiting_one["case"], user=desk.reviewer, at=now)
    information.ask(case_id=waiting_one["case"], user=desk.reviewer, question="Which order is it?", at=now)

    reply = api.post(path(waiting_one, "information"), {"text": "Order 88."})

    assert (reply.status_code, reply.json()["state"], reply.json()["question"]) == (200, "awaiting", None)
    case = Case.objects.get()
    assert (case.state, case.answer) == (CaseState.WAITING, "Order 88.")


def test_information_nobody_asked_for_is_a_conflict(api, waiting_one) -> None:
    reply = api.post(path(waiting_one, "information"), {"text": "Order 88."})

    assert reply.status_code == 409
    assert Interaction.objects.get().state == InteractionState.AWAITING


@pytest.mark.parametrize("what, body", [("escalate", {"question": "x"}), ("information", {"text": "x"})])
def test_nobody_else_can_act_on_it(stranger_api, waiting_one, what: str, body: dict) -> None:
    assert stranger_api.post(path(waiting_one, what), body).status_code == 404
    assert Case.objects.get().state == CaseState.WAITING
