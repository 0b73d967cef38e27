"""Asking the AI agent for information, and what comes back (D2)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.domain.envelope import Actor
from audit.errors import Conflict, Invalid
from audit.services import recording
from contracts.models import User
from reviews import permissions
from reviews.domain import redaction
from reviews.enums import CaseState, ClaimEnd, InteractionState
from reviews.models import Case, Interaction
from reviews.services import claims, trail

LONGEST = 10_000


@transaction.atomic
def ask(*, case_id: UUID, user: User, question: str, at: datetime) -> Case:
    """Put the case aside with a question to the agent. Raises Invalid without one, Conflict without the case in hand."""
    case = claims.load(case_id)
    permissions.check_can_see_case(user, case)
    permissions.check_holds(user, case, at)
    question = question.strip()
    if not question:
        raise Invalid("question_required", "Say what you need to know.", "question")
    if case.state == CaseState.ESCALATED:
        raise Conflict("escalated", "An escalated case is decided by its owner.")
    if not claims.end(case=case, user=user, at=at, how=ClaimEnd.INFORMATION):
        raise Conflict("lease_lapsed", "You do not hold this case any more. Your draft is kept; claim it again.")
    Case.objects.filter(pk=case.pk).update(
        state=CaseState.AWAITING_INFORMATION, owner=None, question=question[:LONGEST], answer=""
    )
    Interaction.objects.filter(pk=case.interaction_id).update(state=InteractionState.AWAITING_INFORMATION)
    recording.record_many(
        [
            trail.entry(
                interaction=case.interaction,
                action="review.information_requested",
                by=user,
                role="reviewer",
                facts={"case": case.pk},
                personal={"question": question},
                at=at,
            )
        ]
    )
    return claims.load(case.pk)


@transaction.atomic
def give(*, interaction: Interaction, agent: User, text: str, at: datetime) -> None:
    """The agent answers; the case goes back to its queue. Raises Conflict where nothing was asked."""
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise Invalid("text_required", f"A text of 1 to {LONGEST:,} characters is required.", "/text")
    case = Case.objects.filter(interaction=interaction, state=CaseState.AWAITING_INFORMATION).first()
    shown = redaction.redact_text(text).text
    if case is None or not _return(case, shown):
        raise Conflict("not_asked", "Nobody has asked for information on this interaction.")
    recording.record_many(
        [
            trail.entry(
                interaction=interaction,
                action="review.information_given",
                by=agent,
                role="ai_agent",
                facts={"case": case.pk, "timed_out": False},
                personal={"answer": text},
                at=at,
            )
        ]
    )


def time_out(*, at: datetime, limit: int = 200) -> int:
    """Give cases back whose answer did not come before they are due; returns how many. A sweep."""
    due = Case.objects.filter(state=CaseState.AWAITING_INFORMATION, due_at__lte=at)
    returned = 0
    for pk in due.order_by("due_at", "pk").values_list("pk", flat=True)[:limit]:
        with transaction.atomic():
            case = claims.load(pk)
            if not _return(case, ""):
                continue
            facts = {"case": case.pk, "timed_out": True}
            recording.record_many(
                [
                    trail.entry(
                        interaction=case.interaction,
                        action="review.information_given",
                        by=Actor.system("leases"),
                        facts=facts,
                        at=at,
                    )
                ]
            )
            returned += 1
    return returned


def _return(case: Case, answer: str) -> bool:
    second = case.first_reviewer_id is not None
    changed = Case.objects.filter(pk=case.pk, state=CaseState.AWAITING_INFORMATION).update(
        state=CaseState.AWAITING_SECOND if second else CaseState.WAITING, answer=answer
    )
    if changed:
        Interaction.objects.filter(pk=case.interaction_id).update(
            state=InteractionState.AWAITING_SECOND if second else InteractionState.AWAITING
        )
    return bool(changed)
