"""Asking the AI agent for information, and what comes back (D2)."""

import json
import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import DatabaseError, transaction

from audit.domain.envelope import Actor
from audit.errors import Conflict
from audit.services import recording
from contracts.models import User
from reviews import permissions
from reviews.domain import redaction, texts
from reviews.enums import CaseState, ClaimEnd
from reviews.models import Case, Claim, Interaction
from reviews.selectors import cases
from reviews.services import claims, clocks, standing, trail

logger = logging.getLogger(__name__)

_CLOCK = Actor.system("information")

# However late a case is, an agent that is asked gets this long to answer.
ANSWER_TIME = timedelta(minutes=15)


@transaction.atomic
def ask(*, case_id: UUID, user: User, question: str, at: datetime) -> Case:
    """Put the case aside with a question to the agent. Raises Invalid without one, Conflict without the case in hand."""
    claims.lock(case_id, user)
    case = cases.load(case_id)
    permissions.check_holds(user, case, at)
    question = texts.clean(question, "question", required="Say what you need to know.")
    if case.state == CaseState.ESCALATED:
        raise Conflict("escalated", "An escalated case is decided by its owner.")
    if not claims.end(case=case, user=user, at=at, how=ClaimEnd.INFORMATION):
        raise Conflict(
            "lease_lapsed", "You do not hold this case any more. Your draft is kept; claim it again."
        )
    if not standing.move(case, CaseState.AWAITING_INFORMATION, owner=None, question=question, answer=""):
        raise Conflict("moved", "This case has just moved on.")
    clocks.with_vendor(case=case, at=at)
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
    return cases.load(case.pk)


@transaction.atomic
def give(*, interaction: Interaction, agent: User, text: str, at: datetime) -> None:
    """The agent answers; the case goes back to its queue. Raises Conflict where nothing was asked."""
    permissions.check_is_agent_of(agent, interaction)
    text = texts.clean(text, "/text", required=f"A text of 1 to {texts.LONGEST:,} characters is required.")
    case = Case.objects.filter(interaction=interaction, state=CaseState.AWAITING_INFORMATION).first()
    # A token of the answer must not be one of the interaction's own, which stands for another value.
    numbering = redaction.Numbering()
    numbering.reserve(
        json.dumps([interaction.input, interaction.output, interaction.attributes], ensure_ascii=False)
    )
    shown = redaction.redact_text(text, numbering=numbering).text
    if case is None or not _return(case, shown):
        raise Conflict("not_asked", "Nobody has asked for information on this interaction.")
    clocks.from_vendor(case_id=case.pk, at=at)
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
    due = Case.objects.filter(state=CaseState.AWAITING_INFORMATION, due_at__lte=at).exclude(
        claims__in=Claim.objects.filter(end=ClaimEnd.INFORMATION, ended_at__gt=at - ANSWER_TIME)
    )
    returned = 0
    for pk in due.order_by("due_at", "pk").values_list("pk", flat=True)[:limit]:
        try:
            returned += _give_up(pk, at)
        except DatabaseError:
            # One that fails must not keep the others: the next sweep tries it again.
            logger.exception("The case %s could not be given back", pk)
    return returned


@transaction.atomic
def _give_up(case_id: UUID, at: datetime) -> bool:
    case = cases.load(case_id)
    if not _return(case, ""):
        return False
    clocks.from_vendor(case_id=case.pk, at=at)
    facts = {"case": case.pk, "timed_out": True}
    recording.record_many(
        [
            trail.entry(
                interaction=case.interaction, action="review.information_given", by=_CLOCK, facts=facts, at=at
            )
        ]
    )
    return True


def _return(case: Case, answer: str) -> bool:
    second = case.first_reviewer_id is not None
    to = CaseState.AWAITING_SECOND if second else CaseState.WAITING
    return standing.move(case, to, only=CaseState.AWAITING_INFORMATION, answer=answer)
