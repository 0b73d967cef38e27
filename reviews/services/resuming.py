"""After a shadow halt: what was kept for the record becomes cases, for a person decides it (W1)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.domain.envelope import Actor, Entry
from audit.errors import Conflict
from audit.services import recording, rows
from contracts.domain import halting
from contracts.domain.halting import KEEPS_BACK
from reviews.domain import routing
from reviews.domain.transitions import INTERACTION, before
from reviews.enums import InteractionState
from reviews.models import Case, Interaction
from reviews.selectors import snapshots
from reviews.selectors.snapshots import Snapshot
from reviews.services import clocks, intake_rows, trail

CHUNK = 200
_HALT = Actor.system("halt")


def resume_due(*, at: datetime) -> int:
    """Make cases of everything suspended that no halt keeps back any more; how many were made.

    A sweep: it goes on chunk by chunk, and what another sweep was faster with is left to that one.
    """
    waiting = Interaction.objects.filter(state=InteractionState.SUSPENDED)
    made = 0
    for process_id in sorted(set(waiting.values_list("process", flat=True))):
        after: tuple[datetime, UUID] | None = None
        while found := _next(process_id, after):
            after = (found[-1].received_at, found[-1].pk)
            made += _resume(process_id, [one.pk for one in found], at)
    return made


def _next(process_id: UUID, after: tuple[datetime, UUID] | None) -> list[Interaction]:
    waiting = Interaction.objects.filter(process=process_id, state=InteractionState.SUSPENDED)
    if after is not None:
        waiting = waiting.filter(received_at__gte=after[0]).exclude(received_at=after[0], pk__lte=after[1])
    return list(waiting.order_by("received_at", "pk").only("received_at")[:CHUNK])


@transaction.atomic
def _resume(process_id: UUID, keys: list[UUID], at: datetime) -> int:
    snapshot = snapshots.current(process_id)
    locked = (
        Interaction.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(pk__in=keys, state=InteractionState.SUSPENDED)
        .select_related("routing", "process__client")
        .order_by("received_at", "pk")
    )
    free = [one for one in locked if not _kept_back(snapshot, one)]
    moved = Interaction.objects.filter(
        pk__in=[one.pk for one in free], state__in=before(INTERACTION, InteractionState.AWAITING)
    ).update(state=InteractionState.AWAITING)
    if moved != len(free):
        raise Conflict("moved", "Another sweep was faster; the next one goes on.")
    cases = [_case(snapshot, one, at) for one in free]
    recording.record_many([_entry(one, case, at) for one, case in zip(free, cases, strict=True)])
    rows.append(cases)
    rows.append([clock for case in cases for clock in clocks.opened(case, snapshot)])
    return len(cases)


def _kept_back(snapshot: Snapshot, interaction: Interaction) -> bool:
    place = snapshot.place(interaction.step_id, interaction.model_version_id)
    found = halting.governing(snapshot.halts, place)
    return found is not None and found.degree in KEEPS_BACK


def _case(snapshot: Snapshot, interaction: Interaction, at: datetime) -> Case:
    """Its case, to the queue and by the severity that the rules in force now give to the facts of its arrival."""
    step = snapshot.step_of(interaction)
    route = routing.replay(interaction.routing.snapshot, snapshot.ruleset, step.terms)
    return intake_rows.case_of(interaction, snapshot, route, at)


def _entry(interaction: Interaction, case: Case, at: datetime) -> Entry:
    facts = {"case": case.pk, "queue": case.queue_id, "due_at": case.due_at}
    return trail.entry(interaction=interaction, action="intake.resumed", by=_HALT, facts=facts, at=at)
