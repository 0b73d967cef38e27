"""Sweeps beside each other, and a reviewer beside a sweep, on real connections: one wins, nothing is counted twice (E4)."""

from datetime import datetime, timedelta

import pytest

from audit.errors import Conflict
from audit.models import Event
from reviews.enums import CaseState
from reviews.models import Case, Honeypot, Interaction
from reviews.services import honeypots, withdrawals
from tests import threads, worlds
from tests.factories import honeypots as pots
from tests.factories import reviews as made
from tests.factories import vigilance as watched
from tests.worlds import Desk

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(at: datetime) -> Desk:
    return worlds.build(at).north


def count(action: str) -> int:
    return Event.objects.filter(action=action).count()


def test_three_sweeps_plan_and_plant_one(desk: Desk, at: datetime) -> None:
    pots.allowed(desk, at)
    pots.library(desk, at, 5)
    last = watched.approved(desk, desk.reviewer, 12, at)[-1].decided_at + A_MINUTE

    planned = threads.together([lambda: honeypots.plan_due(at=last)] * 3)
    planted = threads.together([lambda: honeypots.plant_due(at=last + honeypots.EVERY)] * 3)

    assert (sum(planned), sum(planted)) == (1, 1)
    assert (Honeypot.objects.count(), Interaction.objects.filter(is_honeypot=True).count()) == (1, 1)
    assert (count("honeypot.planned"), count("honeypot.served")) == (1, 1)


def test_three_sweeps_judge_once(desk: Desk, at: datetime) -> None:
    row = pots.served(desk, at)
    pots.answered(row, desk.reviewer, at)

    ended = threads.together([lambda: honeypots.settle_due(at=at + pots.SETTLED)] * 3)

    assert sum(ended) == 1
    assert count("honeypot.missed") == 1


@pytest.mark.parametrize("attempt", range(5))
def test_either_it_is_taken_back_or_it_is_judged(desk: Desk, at: datetime, attempt: int) -> None:
    """Two clocks that do not agree: to one the undo window is open, to the other it is over."""
    made.waiting_case(desk, at)
    row = pots.served(desk, at)
    decision = pots.answered(row, desk.reviewer, at)

    back, ended = threads.together(
        [
            lambda: withdrawals.withdraw(
                decision_id=decision.pk, user=desk.reviewer, at=at + timedelta(seconds=7)
            ),
            lambda: honeypots.settle_due(at=at + timedelta(seconds=9)),
        ]
    )

    row.refresh_from_db()
    taken_back = isinstance(back, Case)
    assert taken_back or isinstance(back, Conflict)
    assert (ended, row.state) == ((0, "served") if taken_back else (1, "missed"))
    assert pots.case_of(row).state == (CaseState.IN_REVIEW if taken_back else CaseState.CLOSED)
