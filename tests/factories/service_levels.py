"""Service levels in every state, by the services that make them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from contracts.domain.sla_kinds import Bound, BreachKind, Metric, SlaState
from contracts.enums import Party, TargetKind
from contracts.models import Breach, ServiceAgreement
from contracts.services import breaches, service_levels
from contracts.services.service_levels import Terms
from tests.worlds import Desk


def terms(name: str = "Appeals lost", weight: str = "1", **more: Any) -> Terms:
    said: dict[str, Any] = {
        "kind": TargetKind.OUTCOME,
        "metric": Metric.REPORTED,
        "bound": Bound.AT_MOST,
        "target": Decimal(3),
        "floor": Decimal(6),
    }
    return Terms(name=name, weight=Decimal(weight), **(said | more))


def drafted(desk: Desk, at: datetime, *levels: Terms) -> ServiceAgreement:
    """A draft of counsel that says these levels and nothing else."""
    draft = service_levels.draft(process=desk.process, by=desk.legal, at=at)
    for level in draft.levels.values_list("name", flat=True):
        service_levels.remove(agreement_id=draft.pk, name=level, by=desk.legal, at=at)
    for level in levels or (terms(),):
        service_levels.put(agreement_id=draft.pk, terms=level, by=desk.legal, at=at)
    draft.refresh_from_db()
    return draft


def proposed(desk: Desk, at: datetime, *levels: Terms) -> ServiceAgreement:
    draft = drafted(desk, at, *levels)
    return service_levels.propose(agreement_id=draft.pk, by=desk.legal, at=at)


def agreed(desk: Desk, at: datetime, *levels: Terms) -> ServiceAgreement:
    """In force: both parties said yes."""
    agreement = proposed(desk, at, *levels)
    said = service_levels.digest(agreement)
    service_levels.accept(agreement_id=agreement.pk, by=desk.owner, said=said, at=at)
    return service_levels.accept(agreement_id=agreement.pk, by=desk.ops, said=said, at=at)


def in_every_state(desk: Desk, at: datetime) -> dict[str, Any]:
    """One in force, one that waits for both parties, and a draft of counsel; by their numbers."""
    waits, draft = proposed(desk, at), drafted(desk, at)
    active = service_levels_of(desk)
    return {
        "levels_active": active,
        "levels_proposed": waits.version,
        "levels_draft": draft.version,
        "levels_edits": draft.edits,
        "levels_digest": service_levels.digest(waits),
    }


def service_levels_of(desk: Desk) -> int:
    """The number of the version in force."""
    return ServiceAgreement.objects.get(process=desk.process, state=SlaState.ACTIVE).version


def breach(desk: Desk, at: datetime, reference: str = "change:1", **more: Any) -> Breach:
    """A change notice that came too late: the provider answers for it."""
    said: dict[str, Any] = {
        "kind": BreachKind.NOTICE_LATE,
        "subject": "Reader 1.1",
        "sentence": "The notice came 12 days before the change; 30 were agreed.",
        "responsible": Party.PROVIDER,
        "occurred_at": at,
    }
    return breaches.record(process=desk.process, reference=reference, by=None, at=at, **(said | more))


def disputed(desk: Desk, at: datetime, reference: str = "change:1") -> Breach:
    """One that the provider says is none."""
    found = breach(desk, at, reference)
    return breaches.dispute(breach_id=found.pk, by=desk.ops, why="It was announced by mail", at=at)
