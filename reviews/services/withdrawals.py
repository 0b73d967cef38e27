"""Undo: whoever made a final decision takes it back before it is released."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.errors import Conflict, NotVisible
from audit.services import recording
from contracts.models import User
from reviews import permissions
from reviews.enums import CaseState, ClaimEnd, InteractionState
from reviews.models import Case, Claim, Decision, Escalation, Interaction
from reviews.selectors import cases
from reviews.services import claims, escalations, trail


@transaction.atomic
def withdraw(*, decision_id: UUID, user: User, at: datetime) -> Case:
    """Take a final decision back before it is released; the case returns to the same person (design §3).

    Raises Conflict once it was released, NotAllowed for anybody else.
    """
    decision = (
        Decision.objects.select_related("interaction__process__client", "case__queue")
        .filter(pk=decision_id)
        .first()
    )
    if decision is None:
        raise NotVisible("not_found", "There is no such decision that you can see.")
    decision.case.process = decision.case.queue.process = decision.interaction.process
    permissions.check_can_withdraw(user, decision, at)
    freed = Interaction.objects.filter(
        pk=decision.interaction_id,
        state=InteractionState.DECIDED,
        final_decision=decision,
        release_after__gt=at,
    ).update(state=InteractionState.IN_REVIEW, final_decision=None, release_after=None)
    if not freed:
        raise Conflict("undo_over", "It has been released already.")
    Decision.objects.filter(pk=decision.pk).update(withdrawn_at=at, withdrawn_by=user)
    escalation = _resolved_by(decision)
    if escalation is not None:
        escalations.reopen(escalation=escalation)
        Case.objects.filter(pk=decision.case_id).update(state=CaseState.ESCALATED, owner=user)
        Interaction.objects.filter(pk=decision.interaction_id).update(state=InteractionState.ESCALATED)
    else:
        Case.objects.filter(pk=decision.case_id).update(state=CaseState.IN_REVIEW, owner=user)
        Claim.objects.create(
            case=decision.case,
            user=user,
            claimed_at=at,
            heartbeat_at=at,
            expires_at=at + claims.lease(),
            sop_version=decision.sop_version,
        )
    facts = {"decision": decision.pk, "case": decision.case_id}
    recording.record_many(
        [
            trail.entry(
                interaction=decision.interaction, action="review.withdrawn", by=user, facts=facts, at=at
            )
        ]
    )
    return cases.load(decision.case_id)


def _resolved_by(decision: Decision) -> Escalation | None:
    """The escalation a decision resolved; none where it was decided on a lease."""
    leased = decision.case.claims.filter(
        user=decision.decided_by_id, end=ClaimEnd.DECIDED, ended_at=decision.decided_at
    )
    if leased.exists():
        return None
    resolved = decision.case.escalations.filter(
        resolved_by=decision.decided_by_id, resolved_at=decision.decided_at
    )
    return resolved.order_by("-opened_at", "-pk").first()
