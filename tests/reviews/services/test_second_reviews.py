"""Two pairs of eyes: agreement is final, disagreement goes to somebody above both (D8)."""

from datetime import datetime, timedelta

import pytest

from audit.errors import NotAllowed
from reviews.enums import EscalationReason, Verdict
from reviews.models import Decision, Escalation
from reviews.selectors import cases
from reviews.services import claims, escalations, release
from reviews.services.decisions import Answer
from tests import worlds
from tests.factories import reviews as made
from tests.reviews.services.stages import (
    APPROVE,
    AWAITING_SECOND,
    DECIDED,
    EDIT,
    ESCALATED,
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


class TestSecondReview:
    def test_the_first_review_is_a_recommendation(self, desk: Desk, at: datetime) -> None:
        """D8, D2."""
        first = decide(in_hand(desk, at, amount="30000.00"), desk.reviewer, APPROVE, at)

        assert not first.is_final
        assert first.authority == "Recommendation; a second person decides"
        assert states(first) == AWAITING_SECOND
        assert release.release_due(at=at + timedelta(days=1)) == 0
        assert len(events("review.second_requested")) == 1

    @pytest.mark.parametrize(
        ("_case", "first", "second"),
        [
            ("both approve", APPROVE, APPROVE),
            ("both reject", REJECT, Answer(Verdict.REJECT, reason_code="STALE_DATA")),
            ("both write the same amount", EDIT, Answer(Verdict.OVERRIDE, {"amount": "5,900"}, "CALC_ERROR")),
        ],
    )
    def test_agreement_is_final(
        self, desk: Desk, at: datetime, _case: str, first: Answer, second: Answer
    ) -> None:
        decision = decide(second_in_hand(desk, at, first), desk.second, second, at)

        assert decision.is_final
        assert decision.round == 2
        assert states(decision) == DECIDED
        assert Decision.objects.filter(is_final=True).count() == 1

    @pytest.mark.parametrize(
        ("_case", "first", "second"),
        [
            ("approve, reject", APPROVE, REJECT),
            ("reject, approve", REJECT, APPROVE),
            ("approve, edit", APPROVE, EDIT),
            ("two amounts", EDIT, Answer(Verdict.EDIT, {"amount": "5800.00"}, "CALC_ERROR")),
        ],
    )
    def test_disagreement_goes_to_somebody_above_both(
        self, desk: Desk, at: datetime, _case: str, first: Answer, second: Answer
    ) -> None:
        """D8."""
        decision = decide(second_in_hand(desk, at, first), desk.second, second, at)

        assert not decision.is_final
        assert "disagree" in decision.authority
        assert states(decision) == ESCALATED
        escalation = Escalation.objects.get()
        assert (escalation.reason, escalation.owner) == (EscalationReason.DISAGREEMENT, desk.lead)
        assert [tried["verdict"] for tried in escalation.package["tried"]] == [first.verdict, second.verdict]
        assert len(events("review.disagreed")) == 1

    def test_the_third_person_decides_finally(self, desk: Desk, at: datetime) -> None:
        case = second_in_hand(desk, at)
        decide(case, desk.second, REJECT, at)

        decision = decide(case, desk.lead, REJECT, at)

        assert decision.is_final
        assert decision.authority == "Team lead on NORTH-AP"
        assert states(case) == DECIDED
        assert Escalation.objects.get().resolved_by == desk.lead

    def test_a_disagreement_does_not_go_to_one_of_the_two(self, desk: Desk, at: datetime) -> None:
        """D8: where lead and deputy were the two reviewers it begins a level higher."""
        case = in_hand(desk, at, desk.senior, amount="30000.00")
        decide(case, desk.senior, APPROVE, at)
        claims.claim(case_id=case.pk, user=desk.lead, at=at)
        made.open_evidence(case, desk.lead, at)

        decide(case, desk.lead, REJECT, at)

        assert (Escalation.objects.get().level, Escalation.objects.get().owner) == (2, desk.ops)

    def test_two_pairs_of_eyes_cannot_be_escaped_by_escalating(self, desk: Desk, at: datetime) -> None:
        """D8: whoever decides first above the queue gives the first review."""
        case = in_hand(desk, at, amount="30000.00")
        escalations.escalate(case_id=case.pk, user=desk.reviewer, question="", at=at, unsure=True)
        made.open_evidence(cases.load(case.pk), desk.lead, at)

        first = decide(case, desk.lead, APPROVE, at)

        assert not first.is_final
        assert states(case) == AWAITING_SECOND
        with pytest.raises(NotAllowed):
            claims.claim(case_id=case.pk, user=desk.lead, at=at)
        claims.claim(case_id=case.pk, user=desk.reviewer, at=at)
        assert decide(case, desk.reviewer, APPROVE, at).is_final

    def test_the_first_reviewer_alone_is_not_two(self, desk: Desk, at: datetime) -> None:
        """D8: the senior judged first, and the second person's doubt is handed to him."""
        case = in_hand(desk, at, desk.senior, amount="30000.00")
        decide(case, desk.senior, APPROVE, at)
        claims.claim(case_id=case.pk, user=desk.second, at=at)
        escalation = escalations.escalate(case_id=case.pk, user=desk.second, question="", at=at, unsure=True)
        escalations.hand_over(
            escalation_id=escalation.pk, user=desk.lead, to=str(desk.senior.pk), reason="", at=at
        )

        again = decide(case, desk.senior, APPROVE, at)

        assert not again.is_final
        assert states(case) == AWAITING_SECOND
