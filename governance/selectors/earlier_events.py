"""What a projection needs to know of earlier events of the same log: from the batch at hand, or else from the trail."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from audit.models import Event


def about(interactions: Collection[str], action: str, events: Sequence[Event]) -> dict[str, list[Event]]:
    """Every event of this action on each of these interactions, in the order in which they were recorded.

    The trail may be ahead of the batch: what is there of an interaction that can get no other such event is complete.
    """
    if not interactions:
        return {}
    found: dict[int, Event] = {
        event.pk: event for event in events if event.action == action and event.object_id in interactions
    }
    here = {event.object_id for event in found.values()}
    if missing := set(interactions) - here:
        before = Event.objects.filter(
            object_type="interaction", object_id__in=missing, action=action, log_id=events[0].log_id
        )
        found.update({event.pk: event for event in before})
    told: dict[str, list[Event]] = defaultdict(list)
    for _, event in sorted(found.items()):
        told[event.object_id].append(event)
    return dict(told)


def last(interactions: Collection[str], action: str, events: Sequence[Event]) -> dict[str, Event]:
    """The last event of this action on each of these interactions."""
    return {interaction: told[-1] for interaction, told in about(interactions, action, events).items()}
