"""The projection `trail`: by what each interaction is found, so that a search reads an index and never a body.

Called by `audit.services.projecting` alone, inside the transaction that moves the cursor.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from audit.models import Event
from audit.services.projecting import Projection
from governance.domain import telemetry, trail_marks
from governance.domain.trail_marks import RECEIVED, MarkKind
from governance.models import TrailMark

VERSION = 1
_BATCH = 1_000


def apply(log: str, events: Sequence[Event]) -> None:
    """Add what the next events of a log are found by. What is found by it already stays as it is."""
    told = [
        (event, interaction)
        for event in events
        if telemetry.counts(event.content) and (interaction := _interaction(event))
    ]
    arrived = {interaction: event.occurred_at for event, interaction in told if event.action == RECEIVED}
    arrived |= _arrived_before({interaction for _, interaction in told} - arrived.keys())
    made = {
        (interaction, kind, value): TrailMark(
            interaction=interaction,
            kind=kind,
            value=value,
            log=log,
            process=event.content.get("process", ""),
            # An interaction whose arrival is in no event is found by the moment of what is told of it first.
            received_at=arrived.setdefault(interaction, event.occurred_at),
        )
        for event, interaction in told
        for kind, value in trail_marks.marks(event.content)
    }
    TrailMark.objects.bulk_create(made.values(), batch_size=_BATCH, ignore_conflicts=True)


def clear(log: str) -> None:
    """Drop everything by which the interactions of a log are found."""
    TrailMark.objects.filter(log=log).delete()


def _interaction(event: Event) -> UUID | None:
    text = trail_marks.interaction_of(event.content)
    return UUID(text) if text else None


def _arrived_before(interactions: Collection[UUID]) -> dict[UUID, datetime]:
    found = TrailMark.objects.filter(interaction__in=list(interactions), kind=MarkKind.ACTION, value=RECEIVED)
    return dict(found.values_list("interaction", "received_at"))


PROJECTION = Projection(name="trail", version=VERSION, apply=apply, clear=clear)
