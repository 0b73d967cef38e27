"""The pairs: what refuses a request is what labels the dead button (A6, C3, D6, D8)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from audit.errors import Conflict, NotAllowed, NotVisible
from contracts import access
from contracts.models import User
from contracts.services import memberships, people
from reviews import permissions
from reviews.models import Case, Decision, Escalation
from reviews.selectors import cases
from tests import worlds
from tests.factories import reviews as made
from tests.worlds import Desk

pytestmark = pytest.mark.django_db

EVERYBODY = [
    "lead",
    "reviewer",
    "second",
    "senior",
    "ops",
    "auditor",
    "governance",
    "admin",
    "owner",
    "viewer",
    "dpo",
    "agent",
]
SEE = set(EVERYBODY) - {"viewer", "agent"}
WORK = {"lead", "reviewer", "second", "senior"}
REVEAL = {"lead", "reviewer", "second", "senior", "dpo"}


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


def loaded(found: Case | Decision | Escalation) -> Case:
    return cases.load(found.pk if isinstance(found, Case) else found.case_id)


def who_may(desk: Desk, check: Any, *args: Any) -> set[str]:
    return {role for role in EVERYBODY if access.allowed(check, desk.cast[role], *args)[0]}


def test_allowed_gives_the_sentence_of_the_refusal(desk: Desk, at: datetime) -> None:
    case = made.waiting_case(desk, at)

    assert access.allowed(permissions.check_can_claim, desk.reviewer, case) == (True, "")
    assert access.allowed(permissions.check_can_claim, desk.auditor, case) == (
        False,
        "Only reviewers of this queue work its cases.",
    )


@pytest.mark.parametrize(
    "make", [made.waiting_case, made.claimed_case, made.escalated_case, made.decided_case]
)
def test_who_sees_and_reveals_does_not_hang_on_the_state(desk: Desk, at: datetime, make: Any) -> None:
    case = loaded(make(desk, at))

    assert who_may(desk, permissions.check_can_see_case, case) == SEE
    assert who_may(desk, permissions.check_can_reveal, case) == REVEAL


def test_who_claims(desk: Desk, at: datetime) -> None:
    """D8: the first reviewer does not give the second review."""
    assert who_may(desk, permissions.check_can_claim, made.waiting_case(desk, at)) == WORK
    assert who_may(desk, permissions.check_can_claim, made.second_round_case(desk, at)) == WORK - {"reviewer"}
    for make in (made.claimed_case, made.escalated_case, made.decided_case):
        assert who_may(desk, permissions.check_can_claim, loaded(make(desk, at))) == set()


def test_who_holds(desk: Desk, at: datetime) -> None:
    assert who_may(desk, permissions.check_holds, made.waiting_case(desk, at), at) == set()
    assert who_may(desk, permissions.check_holds, made.claimed_case(desk, at), at) == {"reviewer"}
    assert who_may(desk, permissions.check_holds, loaded(made.escalated_case(desk, at)), at) == {"lead"}
    assert who_may(desk, permissions.check_holds, loaded(made.decided_case(desk, at)), at) == set()
    assert (
        who_may(desk, permissions.check_holds, made.claimed_case(desk, at), at + timedelta(hours=1)) == set()
    )


def test_approval_waits_for_every_panel(desk: Desk, at: datetime) -> None:
    """D6."""
    case, required = made.claimed_case(desk, at), ("order", "receipt")

    for opened in (set(), {"order"}, {"receipt", "terms"}):
        with pytest.raises(Conflict, match=r"^Open the evidence first") as refusal:
            permissions.check_can_approve(case, required, opened)
        assert set(refusal.value.details) == set(required) - opened
    permissions.check_can_approve(case, required, {"order", "receipt"})


def test_who_withdraws(desk: Desk, at: datetime) -> None:
    decision = Decision.objects.get(pk=made.decided_case(desk, at).pk)

    assert who_may(desk, permissions.check_can_withdraw, decision, at) == {"reviewer"}
    assert who_may(desk, permissions.check_can_withdraw, decision, at + timedelta(seconds=8)) == set()


def test_who_reads_the_story(desk: Desk, at: datetime) -> None:
    interaction = made.waiting_case(desk, at).interaction

    readers = {"lead", "senior", "ops", "auditor", "governance", "admin", "owner", "dpo"}
    assert who_may(desk, permissions.check_can_see_story, interaction) == readers


def test_who_speaks_for_an_interaction(at: datetime) -> None:
    """A6: the agent that posted it, while it may post."""
    world = worlds.build(at)
    interaction = made.waiting_case(world.north, at).interaction

    assert who_may(world.north, permissions.check_is_agent_of, interaction) == {"agent"}
    assert who_may(world.south, permissions.check_is_agent_of, interaction) == set()
    for membership in world.north.agent.memberships.all():
        memberships.revoke(membership=membership, by=None, at=at)
    assert who_may(world.north, permissions.check_is_agent_of, interaction) == set()


def test_another_client_and_a_stranger_see_nothing(at: datetime) -> None:
    world = worlds.build(at)
    found = [
        loaded(make(world.north, at))
        for make in (made.waiting_case, made.claimed_case, made.escalated_case, made.decided_case)
    ]
    outside = [*world.south.cast.values(), world.stranger]

    for user in outside:
        for case in found:
            for check, args in (
                (permissions.check_can_see_case, (case,)),
                (permissions.check_can_claim, (case,)),
                (permissions.check_holds, (case, at)),
                (permissions.check_can_reveal, (case,)),
                (permissions.check_can_see_story, (case.interaction,)),
            ):
                with pytest.raises(NotVisible):
                    check(user, *args)


@pytest.mark.parametrize("leave", ["revoked", "closed"])
@pytest.mark.parametrize("make", [made.claimed_case, made.escalated_case])
def test_owning_a_case_opens_nothing(desk: Desk, at: datetime, make: Any, leave: str) -> None:
    """A6: whoever lost his role or his account does not see what he had in hand."""
    case = loaded(make(desk, at))
    owner = User.objects.get(pk=case.owner_id)
    if leave == "revoked":
        for membership in owner.memberships.all():
            memberships.revoke(membership=membership, by=None, at=at)
    else:
        people.deactivate(user=owner, by=None, at=at)

    for check in (permissions.check_can_see_case, lambda user, seen: permissions.check_holds(user, seen, at)):
        with pytest.raises(NotVisible):
            check(owner, case)


def test_refusals_say_whose_turn_it_is(desk: Desk, at: datetime) -> None:
    escalation = made.escalated_case(desk, at)
    decision = made.decided_case(desk, at)

    with pytest.raises(NotAllowed, match="by the person who owns it"):
        permissions.check_holds(desk.reviewer, loaded(escalation), at)
    with pytest.raises(NotAllowed, match="belongs to somebody else"):
        permissions.check_can_own(desk.senior, escalation)
    with pytest.raises(NotAllowed, match="Only the person who decided"):
        permissions.check_can_withdraw(desk.lead, decision, at)
    with pytest.raises(Conflict, match="already"):
        permissions.check_holds(desk.reviewer, loaded(decision), at)
