"""The whole story of an interaction, for those who may read it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from audit.domain import ids, retention
from audit.domain.retention import RecordClass
from audit.errors import NotVisible
from audit.models import Event, Pruning
from audit.selectors import retention as records
from audit.selectors import stories
from audit.selectors.retention import Gone
from contracts import access
from contracts.models import User
from reviews import permissions
from reviews.models import Interaction


def interaction(user: User, interaction_id: UUID) -> Interaction:
    """One interaction whose story the user may read. Raises NotVisible or NotAllowed."""
    found = (
        Interaction.objects.select_related(
            "process__client", "step", "agent", "case", "final_decision", "routing", "model_version", "recall"
        )
        .filter(pk=interaction_id)
        .first()
    )
    if found is None:
        raise NotVisible("not_found", "There is no such interaction that you can see.")
    permissions.check_can_see_story(user, found)
    return found


def events(user: User, found: Interaction) -> list[Event]:
    """Everything that happened to it, and to what shares its correlation id, from the logs the user may read."""
    return stories.for_correlation(logs=access.log_keys(user), correlation_id=found.correlation_id)


def has_decided(user: User, found: Interaction) -> bool:
    """Whether the user has a standing decision on it."""
    return found.decisions.filter(decided_by=user, withdrawn_at__isnull=True).exists()


def names(events: Iterable[Event]) -> dict[str, str]:
    """The names of the people and agents who acted, by their opaque ids."""
    ids = {event.actor_id for event in events if event.actor_type in {"human", "ai_agent"} and event.actor_id}
    return {str(pk): name for pk, name in User.objects.filter(pk__in=ids).values_list("pk", "name")}


@dataclass(frozen=True, slots=True)
class Kept:
    """What of a story is still there: which sealed values are gone and why, until when the rest is kept (where a period
    is set), and the pruning that took its first lines, if one did."""

    gone: dict[tuple[UUID, str], Gone] = field(default_factory=dict)
    until: dict[RecordClass, datetime] = field(default_factory=dict)
    pruning: Pruning | None = None


def kept(found: Interaction, told: Sequence[Event]) -> Kept:
    """What is kept of an interaction, whose events these are."""
    log = found.process.client.log_key
    arrived = ids.made_at(found.received_event)
    set_days: dict[RecordClass, dict[str, int]] = {}
    for one in records.policies(log):
        set_days.setdefault(RecordClass(one.record_class), {})[one.jurisdiction] = one.keep_days
    periods = {name: retention.period(name, days) for name, days in set_days.items()}
    there = any(event.uid == found.received_event for event in told)
    return Kept(
        gone=records.gone(told),
        until={name: arrived + timedelta(days=days) for name, days in periods.items() if days is not None},
        pruning=None if there else records.log_pruned(log),
    )
