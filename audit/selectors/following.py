"""Following a log: its events in the order of their places, from any place on, for whoever tells others of them."""

from collections.abc import Collection
from dataclasses import dataclass

from audit.models import Event, Leaf
from audit.selectors import tree


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a log: the place after its last entry, and those of its events that were asked for, with their places."""

    end: int
    events: list[tuple[int, Event]]


def stretch(*, log: str, begin: int, limit: int, actions: Collection[str]) -> Stretch:
    """At most `limit` entries from `begin` on, of which the events with these actions are loaded.

    LookupError for an entry that has no event: nothing is passed over. Three queries.
    """
    number = tree.log_id(log)
    leaves = Leaf.objects.filter(log_id=number, index__gte=begin, index__lt=begin + limit)
    places = list(leaves.order_by("index").values_list("index", "event_id"))
    kinds = dict(Event.objects.filter(id__in=[event for _, event in places]).values_list("id", "action"))
    for expected, (index, event_id) in enumerate(places, start=begin):
        if index != expected or event_id not in kinds:
            raise LookupError(f"Entry {expected} of log {log} is not there")
    told = Event.objects.in_bulk([event_id for _, event_id in places if kinds[event_id] in actions])
    events = [(index, told[event_id]) for index, event_id in places if event_id in told]
    return Stretch(begin + len(places), events)
