"""C6: nobody closes an escalation without saying what it taught."""

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from audit.errors import Invalid
from reviews.enums import EscalationState, Learning, Verdict
from reviews.models import Decision, Escalation
from reviews.services import decisions, withdrawals
from reviews.services.decisions import Answer
from tests import worlds
from tests.factories import reviews as made
from tests.reviews.services.stages import REJECT, decide, events
from tests.worlds import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def escalation(at: datetime) -> Escalation:
    return made.escalated_case(worlds.build(at).north, at)


@pytest.mark.parametrize("learning", ["", "everything"])
def test_closing_without_a_learning_tag_is_refused_at_its_field(
    escalation: Escalation, at: datetime, learning: str
) -> None:
    answer = Answer(Verdict.REJECT, reason_code="WRONG_FACT", learning=learning)

    with pytest.raises(Invalid) as refused:
        decisions.decide(case_id=escalation.case_id, user=escalation.owner, answer=answer, at=at)

    escalation.refresh_from_db()
    assert (refused.value.field, escalation.resolved_at, Decision.objects.count()) == ("learning", None, 0)


@pytest.mark.parametrize("learning", list(Learning))
def test_closing_keeps_what_it_taught(escalation: Escalation, at: datetime, learning: Learning) -> None:
    answer = Answer(Verdict.REJECT, reason_code="WRONG_FACT", learning=learning)

    decisions.decide(case_id=escalation.case_id, user=escalation.owner, answer=answer, at=at)

    escalation.refresh_from_db()
    assert (escalation.state, escalation.learning) == (EscalationState.RESOLVED, learning)
    (closed,) = events("escalation.closed")
    assert (closed.facts["learning"], closed.facts["outcome"]) == (learning, "reject")


def test_nothing_is_asked_below_the_path(at: datetime) -> None:
    desk: Desk = worlds.build(at).north
    case = made.read_case(desk, at, desk.reviewer)

    decisions.decide(case_id=case.pk, user=desk.reviewer, answer=REJECT, at=at)

    assert events("escalation.closed") == []


def test_undo_takes_the_tag_back(escalation: Escalation, at: datetime) -> None:
    decision = decide(escalation, escalation.owner, REJECT, at)

    withdrawals.withdraw(decision_id=decision.pk, user=escalation.owner, at=at)

    escalation.refresh_from_db()
    assert (escalation.resolved_at, escalation.learning) == (None, "")


@pytest.mark.parametrize("learning", ["none", "x"])
def test_the_database_holds_it(escalation: Escalation, at: datetime, learning: str) -> None:
    running = Escalation.objects.filter(pk=escalation.pk)

    with pytest.raises(IntegrityError), transaction.atomic():
        running.update(learning=learning)


def test_the_package_tells_what_was_tried(escalation: Escalation) -> None:
    assert escalation.package["amount"] == "€6,000.00"
    assert escalation.package["rules"]
    assert escalation.package["tried"] == []
