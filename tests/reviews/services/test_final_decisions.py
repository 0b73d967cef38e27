"""The final decision belongs to whom the agreement designates (C3, K4)."""

from datetime import datetime, timedelta

import pytest

from audit.errors import Conflict, NotAllowed
from audit.models import Event
from contracts.enums import Authority
from contracts.models import AuthorityGrant, EscalationPath
from contracts.services import memberships
from reviews.enums import EscalationReason, Verdict
from reviews.models import Case, Claim, Decision, Escalation
from reviews.selectors import cases
from reviews.services import escalations, release
from reviews.services.decisions import Answer
from tests import worlds
from tests.factories import reviews as made
from tests.reviews.services.stages import (
    APPROVE,
    DECIDED,
    ESCALATED,
    IN_REVIEW,
    REJECT,
    decide,
    events,
    in_hand,
    second_in_hand,
    states,
)
from tests.worlds import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


class TestFinalDecision:
    """C3: from €100,000 on the client's owner decides, or his deputy."""

    def recommended(self, desk: Desk, at: datetime) -> Case:
        case = second_in_hand(desk, at, amount="100000.00")
        decide(case, desk.second, APPROVE, at)
        made.open_evidence(cases.load(case.pk), desk.owner, at)
        return cases.load(case.pk)

    def test_after_the_agreement_of_two_the_designated_person_decides(self, desk: Desk, at: datetime) -> None:
        """C3 and D8 together."""
        case = self.recommended(desk, at)

        first, second = Decision.objects.order_by("round")
        assert (first.is_final, second.is_final) == (False, False)
        assert second.authority == "Recommendation; final: client owner"
        escalation = Escalation.objects.get()
        assert (escalation.reason, escalation.owner) == (EscalationReason.FINAL_DECISION, desk.owner)
        assert release.release_due(at=at + timedelta(days=1)) == 0

        final = decide(case, desk.owner, APPROVE, at)

        assert final.is_final
        assert final.authority == "Final decision-maker (client owner) by the agreement on NORTH-AP"
        assert events("final_decision.recorded")[0].facts == {
            "case": str(case.pk),
            "category": "payment",
            "role": "client_owner",
        }
        assert Decision.objects.filter(is_final=True).count() == 1
        assert states(case) == DECIDED

    @pytest.mark.parametrize("who", ["admin", "lead", "ops", "senior", "reviewer", "dpo"])
    def test_nobody_else_makes_the_final_decision(self, desk: Desk, at: datetime, who: str) -> None:
        """C3: a non-designated person posting it → 403."""
        case = self.recommended(desk, at)

        with pytest.raises(NotAllowed):
            decide(case, desk.cast[who], APPROVE, at)
        assert states(case) == ESCALATED

    def test_the_deputy_decides_when_it_is_given_to_him(self, desk: Desk, at: datetime) -> None:
        case = self.recommended(desk, at)
        escalation = Escalation.objects.get()
        escalations.hand_over(
            escalation_id=escalation.pk, user=desk.owner, to=str(desk.admin.pk), reason="On leave", at=at
        )
        made.open_evidence(cases.load(case.pk), desk.admin, at)

        assert decide(case, desk.admin, APPROVE, at).is_final

    def test_the_holder_needs_decision_authority(self, desk: Desk, at: datetime) -> None:
        """K4."""
        case = self.recommended(desk, at)
        grant = AuthorityGrant.objects.get(user=desk.owner, process=desk.process, kind=Authority.DECISION)
        memberships.revoke_authority(authority=grant, by=None, at=at)

        with pytest.raises(NotAllowed, match="no decision authority"):
            decide(case, desk.owner, APPROVE, at)
        assert states(case) == ESCALATED

    def test_an_amount_cannot_be_edited_past_the_final_decision_maker(self, desk: Desk, at: datetime) -> None:
        """C3: what goes out counts, not what came in."""
        case = in_hand(desk, at)

        decision = decide(
            case, desk.reviewer, Answer(Verdict.EDIT, {"amount": "250,000.00"}, "CALC_ERROR"), at
        )

        assert not decision.is_final
        assert states(case) == ESCALATED
        assert Escalation.objects.get().owner == desk.owner

    def test_a_disagreement_is_settled_before_the_final_decision(self, desk: Desk, at: datetime) -> None:
        case = second_in_hand(desk, at, amount="100000.00")
        decide(case, desk.second, REJECT, at)
        assert Escalation.objects.get().reason == EscalationReason.DISAGREEMENT
        made.open_evidence(cases.load(case.pk), desk.lead, at)

        settled = decide(case, desk.lead, APPROVE, at)

        assert not settled.is_final
        assert Escalation.objects.get(resolved_at__isnull=True).reason == EscalationReason.FINAL_DECISION
        assert Escalation.objects.count() == 2

    def test_the_owner_of_an_escalation_decides_below_the_threshold(self, desk: Desk, at: datetime) -> None:
        escalation = made.escalated_case(desk, at)

        decision = decide(escalation, desk.lead, REJECT, at)

        assert decision.is_final
        assert decision.authority == "Team lead on NORTH-AP"

    def test_above_the_threshold_the_owner_of_an_escalation_recommends(
        self, desk: Desk, at: datetime
    ) -> None:
        case = second_in_hand(desk, at, amount="100000.00")
        escalations.escalate(case_id=case.pk, user=desk.second, question="Really?", at=at)

        decision = decide(case, desk.lead, REJECT, at)

        assert not decision.is_final
        assert Escalation.objects.get(resolved_at__isnull=True).owner == desk.owner

    def test_without_a_path_nothing_is_half_done(self, desk: Desk, at: datetime) -> None:
        """C1."""
        case = second_in_hand(desk, at, amount="100000.00")
        EscalationPath.objects.all().delete()
        before = Event.objects.count()

        with pytest.raises(Conflict, match="no escalation path"):
            decide(case, desk.second, APPROVE, at)

        assert states(case) == IN_REVIEW
        assert Decision.objects.count() == 1
        assert Event.objects.count() == before
        assert Claim.objects.get(user=desk.second).ended_at is None
