"""The list of cases shows what its reader may open, whoever the cases belong to (A6)."""

from collections.abc import Callable
from datetime import datetime

import pytest

from contracts.models import User
from contracts.services import memberships
from reviews.models import Case
from reviews.selectors import cases, escalations
from reviews.selectors.cases import Filters
from tests import worlds
from tests.factories import reviews as made
from tests.worlds import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


def held(desk: Desk, at: datetime) -> tuple[Case, User]:
    return made.claimed_case(desk, at), desk.reviewer


def escalated(desk: Desk, at: datetime) -> tuple[Case, User]:
    return made.escalated_case(desk, at).case, desk.lead


OWNED = pytest.mark.parametrize("make", [held, escalated])
Make = Callable[[Desk, datetime], tuple[Case, User]]


@OWNED
def test_listing_shows_an_owner_his_case(desk: Desk, at: datetime, make: Make) -> None:
    case, user = make(desk, at)

    assert [one.pk for one in cases.listing(user, Filters(mine=True)).cases] == [case.pk]


@OWNED
def test_listing_shows_an_owner_who_lost_his_role_nothing(desk: Desk, at: datetime, make: Make) -> None:
    _, user = make(desk, at)
    for membership in user.memberships.all():
        memberships.revoke(membership=membership, by=None, at=at)

    for filters in (Filters(), Filters(mine=True)):
        found = cases.listing(user, filters)
        assert (found.cases, found.any_at_all) == ([], False)


def test_owned_shows_escalations_while_the_owner_may_decide_them(desk: Desk, at: datetime) -> None:
    escalation = made.escalated_case(desk, at)
    assert [one.pk for one in escalations.owned(desk.lead)] == [escalation.pk]

    for membership in desk.lead.memberships.all():
        memberships.revoke(membership=membership, by=None, at=at)

    assert escalations.owned(desk.lead) == []
