"""Owning an escalation opens its decision to whoever may decide escalations, and to nobody else (C1, C5, A6)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from audit.errors import NotAllowed
from contracts.enums import Role
from contracts.models import User
from contracts.services import memberships
from reviews.enums import EscalationState
from reviews.models import Escalation
from reviews.services import escalations, promotions
from tests import worlds
from tests.factories import reviews as made
from tests.reviews.services.stages import ESCALATED, REJECT, decide, events, states
from tests.worlds import Desk

pytestmark = pytest.mark.django_db

SENTENCE = "Escalations are decided by those whose role may decide them."


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


@pytest.fixture
def escalation(desk: Desk, at: datetime) -> Escalation:
    """The lead owns it."""
    return made.escalated_case(desk, at)


def becomes(user: User, role: Role, desk: Desk, at: datetime) -> None:
    """The person has this role on the process now, and no other."""
    for membership in user.memberships.filter(revoked_at__isnull=True):
        memberships.revoke(membership=membership, by=None, at=at)
    memberships.grant(
        user=user, organisation=user.organisation, role=role, process=desk.process, by=None, at=at
    )


def _acknowledge(escalation: Escalation, desk: Desk, at: datetime) -> Any:
    return escalations.acknowledge(escalation_id=escalation.pk, user=desk.lead, at=at)


def _hand_over(escalation: Escalation, desk: Desk, at: datetime) -> Any:
    to = str(desk.senior.pk)
    return escalations.hand_over(escalation_id=escalation.pk, user=desk.lead, to=to, reason="", at=at)


def _decide(escalation: Escalation, desk: Desk, at: datetime) -> Any:
    return decide(escalation, desk.lead, REJECT, at)


DEEDS = [_acknowledge, _hand_over, _decide]
Deed = Callable[[Escalation, Desk, datetime], Any]


@pytest.mark.parametrize("deed", DEEDS)
def test_an_owner_who_may_decide_escalations_does_it(
    desk: Desk, escalation: Escalation, at: datetime, deed: Deed
) -> None:
    assert deed(escalation, desk, at)


@pytest.mark.parametrize("deed", DEEDS)
def test_an_owner_who_only_sees_the_cases_any_more_is_refused(
    desk: Desk, escalation: Escalation, at: datetime, deed: Deed
) -> None:
    """C3: a reviewer sees the case and reviews others, but does not decide what was escalated."""
    becomes(desk.lead, Role.REVIEWER, desk, at)

    with pytest.raises(NotAllowed, match=SENTENCE):
        deed(escalation, desk, at)

    escalation.refresh_from_db()
    assert states(escalation) == ESCALATED
    assert (escalation.state, escalation.owner) == (EscalationState.OPEN, desk.lead)


def test_the_clock_takes_it_from_an_owner_who_may_not_decide_it(
    desk: Desk, escalation: Escalation, at: datetime
) -> None:
    """C5."""
    becomes(desk.lead, Role.REVIEWER, desk, at)

    assert promotions.promote_due(at=at) == 1

    escalation.refresh_from_db()
    assert escalation.owner == desk.senior
    assert events("ownership.reassigned")[0].facts["cause"] == "owner_gone"


def test_whoever_may_not_decide_escalations_is_passed_over_where_a_path_names_him(
    desk: Desk, at: datetime
) -> None:
    becomes(desk.lead, Role.REVIEWER, desk, at)

    assert made.escalated_case(desk, at).owner == desk.senior
