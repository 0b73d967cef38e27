"""Judging an answer: is it complete, what does it make of the AI's output, and whose decision is it. Nothing is written
here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from audit.errors import Invalid, NotAllowed
from contracts.domain.final_decision import FinalRule
from contracts.enums import Authority, Category
from contracts.models import User
from contracts.selectors import authority
from reviews import permissions
from reviews.domain import materiality, texts
from reviews.domain.materiality import Change
from reviews.enums import Learning, ReasonCode, Verdict
from reviews.models import Case, Claim, Decision, Escalation, Interaction
from reviews.selectors import finals, second_reviews
from reviews.selectors.snapshots import Snapshot, Step
from reviews.services import outputs

NOTE_LENGTH = 10_000


@dataclass(frozen=True)
class Answer:
    """What the reviewer filled in. `output` is what he makes of the AI's output; factors support an adverse outcome;
    `learning` is what an escalation taught, asked of whoever closes one."""

    verdict: Verdict
    output: Mapping[str, Any] | None = None
    reason_code: str = ""
    note: str = ""
    factors: Sequence[str] = ()
    replayed: bool = False
    learning: str = ""


@dataclass
class Work:
    """One decision in the making: what is known when it is opened, and what `judge` finds out."""

    case: Case
    user: User
    at: datetime
    answer: Answer
    snapshot: Snapshot
    step: Step
    claim: Claim | None
    escalation: Escalation | None
    first: Decision | None
    opened: set[str]
    output: dict[str, Any] = field(default_factory=dict)
    change: Change | None = None
    adverse: bool = False
    rule: FinalRule | None = None
    holder: bool = False
    needs_second: bool = False
    agreed: bool = True

    @property
    def interaction(self) -> Interaction:
        return self.case.interaction


def judge(work: Work) -> None:
    """Work out what stands after the answer, and by whose authority it can be final.

    Raises Invalid for an incomplete answer, Conflict for evidence that was not opened, NotAllowed for a final
    decision without decision authority.
    """
    _check_answer(work)
    _check_learning(work)
    _compare(work)
    _weigh(work)


def _check_answer(work: Work) -> None:
    answer = work.answer
    if answer.reason_code and answer.reason_code not in set(ReasonCode):
        raise Invalid("reason_unknown", "Choose a reason from the list.", "reason_code")
    people_only = work.interaction.category == Category.D3
    # A reason says why a person departed from the AI; on D3 he has not seen it, and to ask would tell him that he did.
    if answer.verdict != Verdict.APPROVE and not answer.reason_code and not people_only:
        raise Invalid("reason_required", "Choose a reason.", "reason_code")
    if answer.reason_code == ReasonCode.OTHER and not answer.note.strip():
        raise Invalid("note_required", "Say what the reason is.", "note")
    texts.clean(answer.note, "note", longest=NOTE_LENGTH)
    texts.clean("\n".join(answer.factors), "factors")
    if answer.verdict in (Verdict.APPROVE, Verdict.EDIT) or people_only:
        permissions.check_can_approve(work.case, required(work), work.opened)


def _check_learning(work: Work) -> None:
    """C6: whoever decides what came up the path closes it, and says what is to be learned from it."""
    if work.escalation is not None and work.answer.learning not in set(Learning):
        raise Invalid("learning_required", "Say what is to be learned from it.", "learning")


def required(work: Work) -> tuple[str, ...]:
    """The evidence panels that must have been opened for this case."""
    return work.step.evidence if work.snapshot.evidence_required else ()


def _compare(work: Work) -> None:
    """Work out what stands after the decision, and how far it departs from the AI's output."""
    before = work.interaction.output
    answer = work.answer
    if answer.verdict == Verdict.REJECT:
        work.output = {}
        work.change = Change(changed=True, material=True, similarity=Decimal(0))
    elif answer.verdict == Verdict.APPROVE:
        work.output = dict(before)
        work.change = Change(changed=False, material=False, similarity=Decimal(1))
    else:
        work.output = outputs.apply(before, answer.output or {}, work.interaction.step.output_fields)
        change = materiality.assess(before, work.output, decision_fields=work.step.decision_fields)
        if not change.changed:
            raise Invalid("unchanged", "Nothing was changed: approve it, or change something.", "output")
        material = True if answer.verdict == Verdict.OVERRIDE else change.material
        work.change = Change(changed=True, material=material, similarity=change.similarity)
    work.adverse = work.step.adversity(work.output) is True
    if work.adverse and not (answer.reason_code and any(factor.strip() for factor in answer.factors)):
        raise Invalid(
            "factors_required",
            "An outcome that hurts the customer needs a reason and at least one main factor.",
            "factors",
        )


def _weigh(work: Work) -> None:
    """Work out by whose authority the case can be decided finally (C3, D2, D8)."""
    value = finals.value_of(work.interaction, work.output)
    work.rule = finals.rule_for(snapshot=work.snapshot, step=work.step, value=value, adverse=work.adverse)
    work.holder = work.rule is not None and work.user.pk in {work.rule.person_id, work.rule.deputy_id}
    if work.holder and authority.grant(work.user, work.case.process, Authority.DECISION, work.at) is None:
        raise NotAllowed("no_authority", "You hold no decision authority on this process.")
    # Whoever comes first on a case for two pairs of eyes gives the first review, also above the queue: only the
    # final decision-maker of the agreement needs nobody beside him.
    final_say = work.holder and work.escalation is not None
    work.needs_second = (
        not final_say
        and second_reviews.needed(work.case, work.user, work.step.tier, work.at)
        and _alone(work)
    )
    work.agreed = work.escalation is not None or _agree(work)


def _alone(work: Work) -> bool:
    return not work.case.standing_decisions().exclude(decided_by=work.user).exists()


def _agree(work: Work) -> bool:
    """D8: two reviewers agree where what goes out is the same but for wording that does not matter."""
    first = work.first
    if first is None:
        return True
    if (first.verdict == Verdict.REJECT) != (work.answer.verdict == Verdict.REJECT):
        return False
    return not materiality.assess(
        first.output, work.output, decision_fields=work.step.decision_fields
    ).material
