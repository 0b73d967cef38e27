"""Asking the AI agent: the case is put aside, and comes back with the answer or without one (D2, A4)."""

from datetime import datetime, timedelta

import pytest

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.services import vault
from reviews.enums import CaseState, ClaimEnd, InteractionState
from reviews.models import Case, Claim
from reviews.services import claims, information
from tests import worlds
from tests.factories import reviews as made
from tests.reviews.services.stages import AWAITING_SECOND, IN_REVIEW, events, states
from tests.worlds import Desk

pytestmark = pytest.mark.django_db

AWAITING_INFORMATION = (CaseState.AWAITING_INFORMATION, InteractionState.AWAITING_INFORMATION)
WAITING = (CaseState.WAITING, InteractionState.AWAITING)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


def asked_case(desk: Desk, at: datetime, **changes: object) -> Case:
    case = made.claimed_case(desk, at, **changes)
    return information.ask(case_id=case.pk, user=desk.reviewer, question="Which order?", at=at)


def test_ask_puts_the_case_aside(desk: Desk, at: datetime) -> None:
    case = asked_case(desk, at)

    assert states(case) == AWAITING_INFORMATION
    assert (case.owner, case.question) == (None, "Which order?")
    assert Claim.objects.get().end == ClaimEnd.INFORMATION
    assert claims.next_case(user=desk.second, at=at) is None
    event = events("review.information_requested")[0]
    assert vault.reveal(event_uid=event.uid, field="question") == "Which order?"


@pytest.mark.parametrize("question", ["", "  ", "x" * 10_001, "a\x00"])
def test_ask_needs_a_question(desk: Desk, at: datetime, question: str) -> None:
    case = made.claimed_case(desk, at)

    with pytest.raises(Invalid):
        information.ask(case_id=case.pk, user=desk.reviewer, question=question, at=at)
    assert states(case) == IN_REVIEW


def test_ask_needs_the_case_in_hand(at: datetime) -> None:
    world = worlds.build(at)
    desk = world.north
    case, escalated = made.claimed_case(desk, at), made.escalated_case(desk, at)

    for user, refusal in ((desk.second, Conflict), (desk.auditor, NotAllowed), (world.stranger, NotVisible)):
        with pytest.raises(refusal):
            information.ask(case_id=case.pk, user=user, question="?", at=at)
    with pytest.raises(Conflict, match="decided by its owner"):
        information.ask(case_id=escalated.case_id, user=desk.lead, question="?", at=at)


def test_give_returns_the_case_with_the_answer(desk: Desk, at: datetime) -> None:
    case = asked_case(desk, at)

    information.give(interaction=case.interaction, agent=desk.agent, text="Order 88", at=at + MINUTE)

    assert states(case) == WAITING
    assert Case.objects.get(pk=case.pk).answer == "Order 88"
    assert events("review.information_given")[0].facts == {"case": str(case.pk), "timed_out": False}
    assert claims.next_case(user=desk.second, at=at).case_id == case.pk


def test_give_masks_personal_data_under_tokens_of_its_own(desk: Desk, at: datetime) -> None:
    """A4: «EMAIL_1» stands for the address of the input already."""
    case = asked_case(desk, at, input={"text": "Mail bob@example.org"})
    assert case.interaction.input == {"text": "Mail «EMAIL_1»"}

    information.give(interaction=case.interaction, agent=desk.agent, text="Ask eve@example.org", at=at)

    assert Case.objects.get(pk=case.pk).answer == "Ask «EMAIL_2»"
    event = events("review.information_given")[0]
    assert vault.reveal(event_uid=event.uid, field="answer") == "Ask eve@example.org"


def test_give_in_the_second_round_waits_for_a_second(desk: Desk, at: datetime) -> None:
    case = made.second_round_case(desk, at)
    claims.claim(case_id=case.pk, user=desk.second, at=at)
    information.ask(case_id=case.pk, user=desk.second, question="?", at=at)

    information.give(interaction=case.interaction, agent=desk.agent, text="Yes", at=at)

    assert states(case) == AWAITING_SECOND


def test_give_without_a_question_is_refused(desk: Desk, at: datetime) -> None:
    waiting, asked = made.waiting_case(desk, at), asked_case(desk, at)
    information.give(interaction=asked.interaction, agent=desk.agent, text="Yes", at=at)

    for case in (waiting, asked):
        with pytest.raises(Conflict):
            information.give(interaction=case.interaction, agent=desk.agent, text="Yes", at=at)


@pytest.mark.parametrize("text", ["", " ", "x" * 10_001, "\x00"])
def test_give_needs_a_text(desk: Desk, at: datetime, text: str) -> None:
    case = asked_case(desk, at)

    with pytest.raises(Invalid):
        information.give(interaction=case.interaction, agent=desk.agent, text=text, at=at)
    assert states(case) == AWAITING_INFORMATION


def test_give_belongs_to_the_agent_that_posted(at: datetime) -> None:
    """A6."""
    world = worlds.build(at)
    case = asked_case(world.north, at)

    for agent in (world.south.agent, world.north.lead):
        with pytest.raises(NotVisible):
            information.give(interaction=case.interaction, agent=agent, text="Yes", at=at)


def test_time_out_returns_what_is_due_once(desk: Desk, at: datetime) -> None:
    case, later = asked_case(desk, at), asked_case(desk, at + 30 * MINUTE)

    assert information.time_out(at=case.due_at - MINUTE) == 0
    counts = [information.time_out(at=case.due_at) for _ in range(2)]

    assert counts == [1, 0]
    assert (states(case), states(later)) == (WAITING, AWAITING_INFORMATION)
    assert events("review.information_given")[0].facts["timed_out"] is True


def test_an_agent_gets_time_to_answer_however_late_the_case_is(desk: Desk, at: datetime) -> None:
    late = at + 90 * MINUTE
    case = made.waiting_case(desk, at)
    claims.claim(case_id=case.pk, user=desk.reviewer, at=late)
    information.ask(case_id=case.pk, user=desk.reviewer, question="?", at=late)

    assert information.time_out(at=late + 14 * MINUTE) == 0
    assert information.time_out(at=late + 15 * MINUTE) == 1
