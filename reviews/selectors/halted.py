"""Halts as the work sees them: which interactions a halt reaches, and what it means for one of them."""

from django.db.models import Q

from contracts.domain import halting
from contracts.domain.halting import HaltTerms
from contracts.enums import HaltScope
from contracts.models import Halt
from reviews.models import Interaction
from reviews.selectors.snapshots import Snapshot


def in_scope(halt: Halt) -> Q:
    """The interactions that a halt reaches."""
    if halt.scope == HaltScope.ALL:
        return Q(pk__isnull=False)
    if halt.scope == HaltScope.CLIENT:
        return Q(client=halt.client_id)
    if halt.scope == HaltScope.PROCESS:
        return Q(process=halt.process_id)
    if halt.scope == HaltScope.STEP:
        return Q(step=halt.step_id)
    model = Q(model_version=halt.model_version_id, model_version__isnull=False)
    return model & Q(client=halt.client_id) if halt.client_id else model


def over(snapshot: Snapshot, interaction: Interaction) -> HaltTerms | None:
    """The halt that governs an interaction now, by the terms of its process."""
    place = snapshot.place(interaction.step_id, interaction.model_version_id)
    return halting.governing(snapshot.halts, place)
