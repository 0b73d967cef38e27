"""What makes an answer complete, what it makes of the output, and the evidence it needs (D2, D3, D5, D6)."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from audit.errors import Conflict, Invalid
from contracts.models import Process
from contracts.services import processes
from reviews.enums import Verdict
from reviews.models import Claim, Decision, Interaction
from reviews.services import claims, decisions, workspace
from reviews.services.decisions import Answer
from tests import worlds
from tests.factories import reviews as made
from tests.reviews.services.stages import (
    AI,
    APPROVE,
    DECIDED,
    DENY,
    EDIT,
    IN_REVIEW,
    OVERRIDE,
    REJECT,
    decide,
    events,
    in_hand,
    states,
)
from tests.worlds import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None, at: datetime) -> Desk:
    return worlds.build(at).north


class TestVerdicts:
    @pytest.mark.parametrize(
        ("_case", "answer", "output", "changed", "material"),
        [
            ("approve: as the AI has it", APPROVE, AI, False, False),
            ("edit of an amount is material", EDIT, {**AI, "amount": "5900.00"}, True, True),
            (
                "edit of a comma is not",
                Answer(Verdict.EDIT, {"comment": "Matches order, and receipt."}, "TONE"),
                {**AI, "comment": "Matches order, and receipt."},
                True,
                False,
            ),
            ("reject: nothing goes out", REJECT, {}, True, True),
            ("override: the person's outcome", OVERRIDE, {**AI, "decision": "hold"}, True, True),
        ],
    )
    def test_decide_stores_what_stands_and_how_far_it_departs(
        self,
        desk: Desk,
        at: datetime,
        _case: str,
        answer: Answer,
        output: dict,
        changed: bool,
        material: bool,
    ) -> None:
        """D2, D3 and §5.1."""
        decision = decide(in_hand(desk, at), desk.reviewer, answer, at)

        decision.refresh_from_db()
        assert (decision.output, decision.changed, decision.material) == (output, changed, material)
        assert decision.is_final
        assert decision.authority == "Reviewer on NORTH-AP"
        assert states(decision) == DECIDED
        interaction = Interaction.objects.get(pk=decision.interaction_id)
        assert interaction.final_decision == decision
        assert interaction.release_after == at + timedelta(seconds=settings.UNDO_SECONDS)

    def test_override_is_an_event_of_its_own(self, desk: Desk, at: datetime) -> None:
        """D3."""
        decide(in_hand(desk, at), desk.reviewer, OVERRIDE, at)

        assert events("review.overridden")[0].facts == {
            "verdict": "override",
            "reason_code": "WRONG_POLICY",
            "severity": 3,
        }

    @pytest.mark.parametrize(
        ("_case", "answer", "code"),
        [
            ("an edit that changes nothing", Answer(Verdict.EDIT, dict(AI), "TONE"), "unchanged"),
            (
                "the same number spelt differently",
                Answer(Verdict.EDIT, {"amount": "6,000"}, "TONE"),
                "unchanged",
            ),
            ("an edit without a reason", Answer(Verdict.EDIT, {"amount": "1.00"}), "reason_required"),
            ("a rejection without a reason", Answer(Verdict.REJECT), "reason_required"),
            ("an override without a reason", Answer(Verdict.OVERRIDE, {"amount": "1.00"}), "reason_required"),
            ("a reason nobody knows", Answer(Verdict.REJECT, reason_code="MOOD"), "reason_unknown"),
            ("OTHER without a note", Answer(Verdict.REJECT, reason_code="OTHER", note="  "), "note_required"),
            (
                "a note without end",
                Answer(Verdict.REJECT, reason_code="TONE", note="x" * 10_001),
                "text_long",
            ),
            ("a note with NUL", Answer(Verdict.REJECT, reason_code="TONE", note="a\x00b"), "text_broken"),
            (
                "a factor with half a surrogate pair",
                Answer(Verdict.OVERRIDE, DENY, "TONE", factors=["\ud800"]),
                "text_broken",
            ),
            ("a field the step does not have", Answer(Verdict.EDIT, {"iban": "X"}, "TONE"), "unknown_field"),
            (
                "a choice that is not on the list",
                Answer(Verdict.EDIT, {"decision": "burn"}, "TONE"),
                "unknown_choice",
            ),
            ("an amount that is none", Answer(Verdict.EDIT, {"amount": "much"}, "TONE"), "wrong_type"),
            ("an amount that could mean two", Answer(Verdict.EDIT, {"amount": "1,5"}, "TONE"), "wrong_type"),
            ("adverse without factors", Answer(Verdict.OVERRIDE, DENY, "WRONG_FACT"), "factors_required"),
            (
                "adverse with blank factors",
                Answer(Verdict.OVERRIDE, DENY, "WRONG_FACT", factors=[" ", ""]),
                "factors_required",
            ),
        ],
    )
    def test_decide_refuses_an_incomplete_answer(
        self, desk: Desk, at: datetime, _case: str, answer: Answer, code: str
    ) -> None:
        """D3, D5: refused, and the case stays in hand as it was."""
        case = in_hand(desk, at)

        with pytest.raises(Invalid) as refused:
            decide(case, desk.reviewer, answer, at)

        assert refused.value.code == code
        assert refused.value.field
        assert states(case) == IN_REVIEW
        assert Claim.objects.get().ended_at is None
        assert not Decision.objects.exists()
        assert events("review.decided") == []

    def test_adverse_with_factors_is_decided(self, desk: Desk, at: datetime) -> None:
        """D5."""
        answer = Answer(Verdict.OVERRIDE, DENY, "WRONG_FACT", factors=[" No receipt ", ""])

        decision = decide(in_hand(desk, at), desk.reviewer, answer, at)

        assert decision.factors == ["No receipt"]
        assert events("review.decided")[0].facts["adverse"] is True

    def test_approving_an_adverse_output_of_the_ai_needs_factors_too(self, desk: Desk, at: datetime) -> None:
        """B6, D5."""
        case = in_hand(desk, at, ai_output={**AI, **DENY})

        with pytest.raises(Invalid, match="main factor"):
            decide(case, desk.reviewer, APPROVE, at)


class TestEvidence:
    @pytest.mark.parametrize("answer", [APPROVE, EDIT])
    def test_approval_lists_the_panels_that_were_not_opened(
        self, desk: Desk, at: datetime, answer: Answer
    ) -> None:
        """D6: approve without evidence → 409 with the missing panels."""
        case = made.claimed_case(desk, at)
        workspace.open_evidence(case_id=case.pk, user=desk.reviewer, panel="order", at=at)

        with pytest.raises(Conflict, match="Goods receipt") as refused:
            decide(case, desk.reviewer, answer, at)

        assert refused.value.details == ["receipt"]
        assert states(case) == IN_REVIEW

    def test_evidence_opened_by_somebody_else_does_not_count(self, desk: Desk, at: datetime) -> None:
        """D6, D8."""
        case = made.second_round_case(desk, at)
        claims.claim(case_id=case.pk, user=desk.second, at=at)

        with pytest.raises(Conflict) as refused:
            decide(case, desk.second, APPROVE, at)

        assert refused.value.details == ["order", "receipt"]

    def test_a_process_without_required_evidence_asks_for_none(self, desk: Desk, at: datetime) -> None:
        Process.objects.filter(pk=desk.process.pk).update(evidence_required=False)
        processes.touch(desk.process)
        case = made.claimed_case(desk, at)

        decide(case, desk.reviewer, APPROVE, at)

        assert events("review.decided")[0].facts["evidence_required"] == []


class TestOwnOutcome:
    """D3: the person records an outcome without having seen the AI's."""

    @pytest.mark.parametrize(
        ("_case", "output", "verdict"),
        [
            ("the same", AI, Verdict.APPROVE),
            ("the same amount in other words", {**AI, "amount": "6,000"}, Verdict.APPROVE),
            ("a comma more", {**AI, "comment": "Matches order and receipt!"}, Verdict.EDIT),
            ("another decision", {**AI, "decision": "hold"}, Verdict.OVERRIDE),
        ],
    )
    def test_own_outcome_compares_with_the_hidden_one(
        self, desk: Desk, at: datetime, _case: str, output: dict, verdict: Verdict
    ) -> None:
        case = in_hand(desk, at, step="deny")

        assert decisions.own_outcome(case.interaction, output) == verdict

    def test_own_outcome_needs_every_field(self, desk: Desk, at: datetime) -> None:
        case = in_hand(desk, at, step="deny")

        with pytest.raises(Invalid, match="fill this in") as refused:
            decisions.own_outcome(case.interaction, {**AI, "amount": " "})
        assert refused.value.field == "output.amount"

    def test_own_outcome_may_leave_empty_what_the_ai_left_empty(self, desk: Desk, at: datetime) -> None:
        case = in_hand(desk, at, step="deny", ai_output={"decision": "pay"})

        assert (
            decisions.own_outcome(case.interaction, {"decision": "pay", "amount": "", "comment": ""})
            == "approve"
        )

    def test_own_outcome_is_only_for_steps_of_people(self, desk: Desk, at: datetime) -> None:
        with pytest.raises(Invalid):
            decisions.own_outcome(in_hand(desk, at).interaction, AI)

    @pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.OVERRIDE, Verdict.REJECT])
    def test_a_step_of_people_asks_for_evidence_and_not_for_a_reason(
        self, desk: Desk, at: datetime, verdict: Verdict
    ) -> None:
        case = made.claimed_case(desk, at, step="deny", ai_output=AI)
        answer = Answer(verdict, {"decision": "hold"})

        with pytest.raises(Conflict, match="Open the evidence"):
            decide(case, desk.reviewer, answer, at)
        made.open_evidence(case, desk.reviewer, at)
        assert decide(case, desk.reviewer, answer, at).is_final
