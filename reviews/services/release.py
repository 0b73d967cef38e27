"""Release: a decided interaction goes out exactly once, when its undo window is over."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, transaction

from audit.domain.envelope import Actor
from audit.services import recording
from contracts.domain import halting
from contracts.domain.halting import KEEPS_BACK
from contracts.selectors import halts
from contracts.services import scopes
from reviews.domain.transitions import INTERACTION, before
from reviews.enums import CaseState, InteractionState, Route
from reviews.models import Case, Interaction
from reviews.selectors import halted, snapshots
from reviews.services import clocks, trail

logger = logging.getLogger(__name__)

_RELEASE = Actor.system("release")


def release_due(*, at: datetime, limit: int = 500) -> int:
    """Release every decided interaction whose time has come; returns how many went out.

    A sweep: the conditional update lets one of any number of sweeps win. What a halt keeps back waits for its release,
    and nobody waits behind it.
    """
    due = Interaction.objects.filter(state=InteractionState.DECIDED, release_after__lte=at, is_honeypot=False)
    for halt in halts.in_force():
        if halt.degree in KEEPS_BACK:
            due = due.exclude(halted.in_scope(halt))
    released = 0
    for pk in due.order_by("release_after", "pk").values_list("pk", flat=True)[:limit]:
        try:
            released += release(interaction_id=pk, at=at)
        except DatabaseError:
            # One that fails must not keep the others: the next sweep tries it again.
            logger.exception("The interaction %s could not be released", pk)
    return released


@transaction.atomic
def release(*, interaction_id: UUID, at: datetime) -> bool:
    """Release one interaction if it is decided and its window is over; False where there is nothing to do, or a halt
    keeps it back."""
    interaction = Interaction.objects.select_related("process__client", "final_decision").get(
        pk=interaction_id
    )
    model = interaction.model_version_id
    scopes.share(
        scopes.covering(
            client=interaction.client_id,
            process=interaction.process_id,
            steps=[interaction.step_id],
            models=[model] if model else [],
        )
    )
    # Read under the lock: a halt that was engaged meanwhile keeps it back.
    terms = snapshots.current(interaction.process_id)
    if halting.holds_back(terms.halts, terms.place(interaction.step_id, model)):
        return False
    decision = interaction.final_decision
    if decision is None:
        return False
    # Only columns of this one row: a condition on another table would be judged by what stood before an undo that
    # this update had to wait for.
    went = Interaction.objects.filter(
        pk=interaction_id,
        state__in=before(INTERACTION, InteractionState.RELEASED),
        release_after__lte=at,
        final_decision=decision.pk,
        is_honeypot=False,
    ).update(state=InteractionState.RELEASED, released_at=at)
    if not went:
        return False
    Case.objects.filter(interaction=interaction_id).update(state=CaseState.CLOSED, closed_at=at)
    clocks.stop(case_id=decision.case_id, at=decision.decided_at)
    facts = {
        "route": Route.REVIEWED,
        "decision": decision.pk,
        "verdict": decision.verdict,
        "held_seconds": int((at - interaction.received_at).total_seconds()),
    }
    recording.record_many(
        [trail.entry(interaction=interaction, action="release.released", by=_RELEASE, facts=facts, at=at)]
    )
    return True
