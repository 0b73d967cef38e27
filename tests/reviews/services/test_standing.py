"""A case and its interaction change together, and only along the arrows of the state machines."""

from datetime import datetime

import pytest

from reviews.domain import transitions
from reviews.enums import CaseState
from reviews.models import Case
from reviews.services import standing
from tests import worlds
from tests.factories import reviews as made
from tests.reviews.services.stages import IN_REVIEW, states

pytestmark = pytest.mark.django_db

# What each state demands of the row beside it.
OWNED = {CaseState.ESCALATED, CaseState.IN_REVIEW}


@pytest.fixture
def case(db: None, at: datetime) -> Case:
    """In the hands of its reviewer."""
    return made.claimed_case(worlds.build(at).north, at)


@pytest.mark.parametrize("to", sorted(transitions.CASE["in_review"] - {"decided"}))
def test_move_goes_where_an_arrow_leads(case: Case, to: str) -> None:
    owner = case.owner if to in OWNED else None

    assert standing.move(case, CaseState(to), owner=owner)

    assert states(case)[0] == to
    assert states(case)[1] == {"waiting": "awaiting"}.get(to, to)


@pytest.mark.parametrize("to", sorted(set(transitions.CASE) - transitions.CASE["in_review"]))
def test_move_goes_nowhere_else(case: Case, to: str) -> None:
    assert not standing.move(case, CaseState(to))

    assert states(case) == IN_REVIEW


def test_move_from_one_state_only(case: Case) -> None:
    assert not standing.move(case, CaseState.WAITING, only=CaseState.AWAITING_INFORMATION, owner=None)
    assert standing.move(case, CaseState.WAITING, only=CaseState.IN_REVIEW, owner=None)
