"""Undo: a final decision can be taken back until it is released, by the person who made it (design §3)."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.conf import settings

from audit.errors import Conflict, NotAllowed, NotVisible
from contracts.services import memberships
from reviews.enums import EscalationState, InteractionState
from reviews.models import Case, Claim, Decision, Escalation, Interaction
from reviews.selectors import cases
from reviews.services import claims, escalations, promotions, release, withdrawals
from tests import worlds
from tests.factories import reviews as made
from tests.reviews.services.stages import (
    APPROVE,
    AWAITING_SECOND,
    DECIDED,
    ESCALATED,
    IN_REVIEW,
    REJECT,
    decide,
    events,
    second_in_hand,
    states,
)
from tests.threads import together
from tests.worlds import Desk

pytestmark = pytest.mark.django_db

WINDOW = timedelta(seconds=settings.UNDO_SECONDS)
INSIDE = WINDOW - timedelta(microseconds=1)


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


def test_withdraw_gives_the_case_back_to_the_same_person(desk: Desk, at: datetime) -> None:
    decision = made.decided_case(desk, at)

    case = withdrawals.withdraw(decision_id=decision.pk, user=desk.reviewer, at=at + INSIDE)

    assert states(case) == IN_REVIEW
    assert case.owner == desk.reviewer
    assert Claim.objects.get(ended_at__isnull=True).user == desk.reviewer
    decision.refresh_from_db()
    assert (decision.withdrawn_at, decision.withdrawn_by) == (at + INSIDE, desk.reviewer)
    assert events("review.withdrawn")[0].facts == {"decision": str(decision.pk), "case": str(case.pk)}
    interaction = Interaction.objects.get(pk=decision.interaction_id)
    assert (interaction.final_decision, interaction.release_after) == (None, None)


def test_withdraw_means_that_the_release_never_comes(desk: Desk, at: datetime) -> None:
    decision = made.decided_case(desk, at)
    withdrawals.withdraw(decision_id=decision.pk, user=desk.reviewer, at=at + INSIDE)

    assert release.release_due(at=at + timedelta(days=1)) == 0
    assert events("release.released") == []


@pytest.mark.parametrize(
    ("_case", "after", "released"),
    [
        ("at the end of the window", WINDOW, False),
        ("after it, not yet released", WINDOW * 3, False),
        ("after the release", WINDOW, True),
    ],
)
def test_withdraw_is_over_with_the_window(
    desk: Desk, at: datetime, _case: str, after: timedelta, released: bool
) -> None:
    decision = made.decided_case(desk, at)
    if released:
        release.release_due(at=at + WINDOW)
    before = states(decision)

    with pytest.raises(Conflict):
        withdrawals.withdraw(decision_id=decision.pk, user=desk.reviewer, at=at + after)

    assert states(decision) == before
    assert Decision.objects.get().withdrawn_at is None
    assert events("review.withdrawn") == []


def test_withdraw_twice_is_refused(desk: Desk, at: datetime) -> None:
    decision = made.decided_case(desk, at)
    withdrawals.withdraw(decision_id=decision.pk, user=desk.reviewer, at=at)

    with pytest.raises(Conflict):
        withdrawals.withdraw(decision_id=decision.pk, user=desk.reviewer, at=at)
    assert len(events("review.withdrawn")) == 1


def test_withdraw_belongs_to_the_person_who_decided(at: datetime) -> None:
    world = worlds.build(at)
    decision = made.decided_case(world.north, at)

    with pytest.raises(NotAllowed):
        withdrawals.withdraw(decision_id=decision.pk, user=world.north.lead, at=at)
    for user in (world.stranger, world.south.reviewer, world.north.viewer):
        with pytest.raises(NotVisible):
            withdrawals.withdraw(decision_id=decision.pk, user=user, at=at)
    assert states(decision) == DECIDED


def test_withdraw_by_somebody_whose_role_was_taken_back_is_refused(desk: Desk, at: datetime) -> None:
    """A6."""
    decision = made.decided_case(desk, at)
    for membership in desk.reviewer.memberships.all():
        memberships.revoke(membership=membership, by=None, at=at)

    with pytest.raises(NotVisible):
        withdrawals.withdraw(decision_id=decision.pk, user=desk.reviewer, at=at)
    assert states(decision) == DECIDED


def test_a_recommendation_cannot_be_taken_back(desk: Desk, at: datetime) -> None:
    case = made.second_round_case(desk, at)

    with pytest.raises(Conflict):
        withdrawals.withdraw(decision_id=case.decisions.get().pk, user=desk.reviewer, at=at)
    assert states(case) == AWAITING_SECOND


def test_after_undo_the_same_person_decides_anew(desk: Desk, at: datetime) -> None:
    first = made.decided_case(desk, at)
    withdrawals.withdraw(decision_id=first.pk, user=desk.reviewer, at=at)

    second = decide(first, desk.reviewer, REJECT, at + timedelta(seconds=3))

    assert second.is_final
    assert Decision.objects.filter(withdrawn_at__isnull=True).get() == second
    assert release.release_due(at=at + WINDOW) == 0
    assert release.release_due(at=at + timedelta(seconds=3) + WINDOW) == 1
    assert events("release.released")[0].facts["verdict"] == "reject"


def test_undo_of_the_second_review_is_decided_by_the_second_again(desk: Desk, at: datetime) -> None:
    """D8: also where an escalation of the same moment lies behind it."""
    case = made.claimed_case(desk, at, amount="30000.00")
    escalations.escalate(case_id=case.pk, user=desk.reviewer, question="", at=at, unsure=True)
    made.open_evidence(cases.load(case.pk), desk.lead, at)
    decide(case, desk.lead, APPROVE, at)
    claims.claim(case_id=case.pk, user=desk.second, at=at)
    made.open_evidence(cases.load(case.pk), desk.second, at)
    final = decide(case, desk.second, APPROVE, at)

    withdrawals.withdraw(decision_id=final.pk, user=desk.second, at=at)

    assert states(case) == IN_REVIEW
    assert not Escalation.objects.filter(resolved_at__isnull=True).exists()
    assert decide(case, desk.second, REJECT, at).round == 2


class TestOfAnEscalatedDecision:
    def test_the_escalation_runs_on_where_it_stood(self, desk: Desk, at: datetime) -> None:
        escalation = made.escalated_case(desk, at)
        decision = decide(escalation, desk.lead, REJECT, at + timedelta(minutes=5))

        withdrawals.withdraw(decision_id=decision.pk, user=desk.lead, at=at + timedelta(minutes=5, seconds=3))

        escalation.refresh_from_db()
        assert states(escalation) == ESCALATED
        assert Case.objects.get(pk=escalation.case_id).owner == escalation.owner == desk.lead
        assert (escalation.state, escalation.resolved_at, escalation.resolved_by) == (
            "acknowledged",
            None,
            None,
        )
        assert escalation.acknowledged_by == desk.lead
        assert escalation.promote_at == escalation.resolve_due_at
        assert escalation.steps.get().ended_at is None
        assert not Claim.objects.filter(ended_at__isnull=True).exists()
        assert decide(escalation, desk.lead, REJECT, at + timedelta(minutes=6)).is_final

    def test_the_clock_moves_it_up_when_its_time_is_over(self, desk: Desk, at: datetime) -> None:
        """C4."""
        escalation = made.escalated_case(desk, at)
        late = escalation.resolve_due_at - timedelta(seconds=1)
        decision = decide(escalation, desk.lead, REJECT, late)
        withdrawals.withdraw(decision_id=decision.pk, user=desk.lead, at=late + timedelta(seconds=2))

        assert promotions.promote_due(at=late + timedelta(seconds=3)) == 1

        escalation.refresh_from_db()
        assert (escalation.level, escalation.owner) == (2, desk.ops)

    def test_the_final_decision_of_the_client_is_reopened(self, desk: Desk, at: datetime) -> None:
        """C3: everything at one moment: the right one of the escalations comes back."""
        case = second_in_hand(desk, at, amount="100000.00")
        escalations.escalate(case_id=case.pk, user=desk.second, question="Really?", at=at)
        made.open_evidence(cases.load(case.pk), desk.lead, at)
        decide(case, desk.lead, APPROVE, at)
        made.open_evidence(cases.load(case.pk), desk.owner, at)
        final = decide(case, desk.owner, APPROVE, at)

        withdrawals.withdraw(decision_id=final.pk, user=desk.owner, at=at)

        running = Escalation.objects.get(resolved_at__isnull=True)
        assert (running.owner, running.reason) == (desk.owner, "final_decision")
        assert running.state == EscalationState.ACKNOWLEDGED
        assert Case.objects.get(pk=case.pk).owner == desk.owner
        assert release.release_due(at=at + timedelta(days=1)) == 0

    def test_at_the_top_it_is_not_overdue_twice(self, desk: Desk, at: datetime) -> None:
        case = second_in_hand(desk, at, amount="100000.00")
        decide(case, desk.second, APPROVE, at)
        late = Escalation.objects.get().resolve_due_at + timedelta(minutes=1)
        promotions.promote_due(at=late)
        made.open_evidence(cases.load(case.pk), desk.owner, late)
        final = decide(case, desk.owner, APPROVE, late)
        withdrawals.withdraw(decision_id=final.pk, user=desk.owner, at=late)

        assert promotions.promote_due(at=late + timedelta(hours=1)) == 0
        assert len(events("escalation.overdue")) == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_undo_and_release_at_once_have_one_winner(at: datetime) -> None:
    """Undo in its last moment while two sweeps come by a moment later."""
    desk = worlds.build(at).north
    winners = set()
    for _ in range(10):
        decision = made.decided_case(desk, at)
        undo = partial(withdrawals.withdraw, decision_id=decision.pk, user=desk.reviewer, at=at + INSIDE)
        sweep = partial(release.release, interaction_id=decision.interaction_id, at=at + WINDOW)

        taken_back, *released = together([undo, sweep, sweep])

        undone = isinstance(taken_back, Case)
        winners.add(undone)
        assert sum(released) == (0 if undone else 1)
        interaction = Interaction.objects.get(pk=decision.interaction_id)
        assert interaction.state == (InteractionState.IN_REVIEW if undone else InteractionState.RELEASED)
        assert Decision.objects.get(pk=decision.pk).withdrawn_at == (at + INSIDE if undone else None)
        if undone:
            claims.hand_back(case_id=decision.case_id, user=desk.reviewer, reason="", at=at + INSIDE)
    assert len(events("review.withdrawn")) + len(events("release.released")) == 10
