"""Two at once on real connections: one dispute of a score, one adjudication of a dispute, one end of an evaluation (F7)."""

from datetime import datetime, timedelta

import pytest

from audit.errors import Conflict
from audit.models import Event
from reviews.enums import EvaluationState
from reviews.models import Dispute, Evaluation
from reviews.services import disputes, evaluations
from tests import threads, worlds
from tests.factories import qa as factory
from tests.worlds import Desk

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(at: datetime) -> Desk:
    return worlds.build(at).north


def one_won(results: list[object]) -> bool:
    """One took effect and every other met a conflict."""
    refused = [result for result in results if isinstance(result, Conflict)]
    return len(refused) == len(results) - 1


def count(action: str) -> int:
    return Event.objects.filter(action=action).count()


@pytest.mark.parametrize("attempt", range(3))
def test_two_auditors_score_one_evaluation_once(desk: Desk, at: datetime, attempt: int) -> None:
    evaluation = factory.drawn_evaluation(desk, at)
    answers = factory.answers(evaluation)
    people = [desk.auditor, factory.another_auditor(desk, at)]

    results = threads.together(
        [
            lambda by=by: evaluations.submit(
                evaluation_id=evaluation.pk, by=by, answers=answers, judged_wrong=False, at=at
            )
            for by in people
        ]
    )

    assert one_won(results)
    assert (count("qa.submitted"), count("qa.assigned")) == (1, 1)


@pytest.mark.parametrize("attempt", range(3))
def test_a_score_is_disputed_once(desk: Desk, at: datetime, attempt: int) -> None:
    evaluation = factory.scored_evaluation(desk, at)

    results = threads.together(
        [
            lambda: disputes.dispute(
                evaluation_id=evaluation.pk, by=desk.reviewer, reason="It is right.", at=at
            )
        ]
        * 3
    )

    assert one_won(results)
    assert (Dispute.objects.count(), count("qa.disputed")) == (1, 1)


@pytest.mark.parametrize("attempt", range(3))
def test_two_adjudicators_decide_once(desk: Desk, at: datetime, attempt: int) -> None:
    raised = factory.disputed(desk, at)
    people = [factory.another_auditor(desk, at, name) for name in ("third", "fourth")]

    upheld, overturned = threads.together(
        [
            lambda: factory.adjudicated(raised, people[0], at),
            lambda: factory.adjudicated(raised, people[1], at, "overturned", delivery="fail"),
        ]
    )

    assert one_won([upheld, overturned])
    stands = Dispute.objects.get()
    assert stands.outcome == ("overturned" if isinstance(upheld, Conflict) else "upheld")
    assert (stands.score is None) == (stands.outcome == "upheld")
    assert count("qa.adjudicated") == 1


@pytest.mark.parametrize("attempt", range(3))
def test_a_dispute_in_the_last_moment_and_the_clock_are_one_or_the_other(
    desk: Desk, at: datetime, attempt: int
) -> None:
    evaluation = factory.scored_evaluation(desk, at)
    last = at + timedelta(days=5)

    raised, closed = threads.together(
        [
            lambda: disputes.dispute(
                evaluation_id=evaluation.pk, by=desk.reviewer, reason="It is right.", at=last
            ),
            lambda: evaluations.close_due(at=last + timedelta(seconds=1)),
        ]
    )

    refused = isinstance(raised, Conflict)
    assert closed == int(refused)
    wanted = EvaluationState.CLOSED if refused else EvaluationState.DISPUTED
    assert Evaluation.objects.get().state == wanted
    assert (count("qa.disputed"), count("qa.closed")) == (int(not refused), int(refused))
