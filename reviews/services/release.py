"""Release: a decided interaction goes out exactly once, when its undo window is over."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.domain.envelope import Actor
from audit.services import recording
from contracts.services import scopes
from reviews.enums import CaseState, InteractionState, Route
from reviews.models import Case, Interaction
from reviews.services import trail

_RELEASE = Actor.system("release")


def release_due(*, at: datetime, limit: int = 500) -> int:
    """Release every decided interaction whose time has come; returns how many went out.

    A sweep: the conditional update lets one of any number of sweeps win.
    """
    due = Interaction.objects.filter(state=InteractionState.DECIDED, release_after__lte=at)
    released = 0
    for pk in due.order_by("release_after", "pk").values_list("pk", flat=True)[:limit]:
        released += release(interaction_id=pk, at=at)
    return released


@transaction.atomic
def release(*, interaction_id: UUID, at: datetime) -> bool:
    """Release one interaction if it is decided and its window is over; False where there is nothing to do."""
    interaction = Interaction.objects.select_related("process__client", "final_decision").get(pk=interaction_id)
    scopes.share(interaction.process)
    went = Interaction.objects.filter(
        pk=interaction_id,
        state=InteractionState.DECIDED,
        release_after__lte=at,
        final_decision__isnull=False,
        final_decision__withdrawn_at__isnull=True,
        is_honeypot=False,
    ).update(state=InteractionState.RELEASED, released_at=at)
    if not went:
        return False
    Case.objects.filter(interaction=interaction_id).update(state=CaseState.CLOSED, closed_at=at)
    decision = interaction.final_decision
    facts = {
        "route": Route.REVIEWED,
        "decision": decision.pk if decision else None,
        "verdict": decision.verdict if decision else None,
        "held_seconds": int((at - interaction.received_at).total_seconds()),
    }
    recording.record_many(
        [trail.entry(interaction=interaction, action="release.released", by=_RELEASE, facts=facts, at=at)]
    )
    return True
