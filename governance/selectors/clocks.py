"""Whether the clocks are right (M9): events that were not written when they happened, and machines whose clock differs
from the database's. The number of queries does not depend on the number of logs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber, TruncDate

from audit.domain.clocks import OBJECT
from audit.domain.events import CLOCK_APART
from audit.models import Event, Leaf
from governance.domain import lateness
from governance.models import LateEvent

NEWEST = 5


@dataclass(frozen=True, slots=True)
class Late:
    """An event that was not written when it happened; `index` is its place in the log."""

    index: int
    occurred_at: datetime
    recorded_at: datetime

    @property
    def apart(self) -> timedelta:
        """How long after it happened it was written; less than nothing where it was written before."""
        return self.recorded_at - self.occurred_at


@dataclass(frozen=True, slots=True)
class Lateness:
    """The late events of a log over the last 28 days, by the day (UTC) they were written, and the newest of all
    whose text is still there."""

    days: tuple[tuple[date, int], ...] = ()
    newest: tuple[Late, ...] = ()

    @property
    def count(self) -> int:
        return sum(count for _, count in self.days)


@dataclass(frozen=True, slots=True)
class Apart:
    """A machine whose clock differs from the database's, by how many seconds, and since when that is known."""

    machine: str
    seconds: str
    since: datetime


def lateness_of(logs: Collection[str], at: datetime) -> dict[str, Lateness]:
    """The late events of these logs, by log; a log without any is left out."""
    found = LateEvent.objects.filter(log__in=list(logs))
    days: dict[str, list[tuple[date, int]]] = {}
    recent = found.filter(recorded_at__gte=lateness.begins(at)).order_by()
    grouped = recent.annotate(day=TruncDate("recorded_at")).values("log", "day").annotate(count=Count("pk"))
    for row in grouped.order_by("log", "-day"):
        days.setdefault(row["log"], []).append((row["day"], row["count"]))
    newest: dict[str, list[Late]] = {}
    for log, index, occurred_at, recorded_at in _newest(found):
        # The place of an event is found through its text, which may be pruned.
        if index is not None:
            newest.setdefault(log, []).append(Late(index, occurred_at, recorded_at))
    return {
        log: Lateness(tuple(days.get(log, ())), tuple(newest.get(log, ())))
        for log in days.keys() | newest.keys()
    }


def _newest(found: QuerySet[LateEvent]) -> QuerySet:
    event = Event.objects.order_by().filter(uid=OuterRef(OuterRef("event")))
    leaf = Leaf.objects.filter(event_id=Subquery(event.values("id")[:1]))
    order = (F("recorded_at").desc(), F("event").desc())
    numbered = found.annotate(number=Window(RowNumber(), partition_by=[F("log")], order_by=order))
    return (
        numbered.filter(number__lte=NEWEST)
        .annotate(index=Subquery(leaf.values("index")[:1]))
        .order_by("log", "number")
        .values_list("log", "index", "occurred_at", "recorded_at")
    )


def apart() -> list[Apart]:
    """The machines whose clock was found to differ and has not been found right since, by name."""
    last: dict[str, Event] = {}
    for event in Event.objects.filter(object_type=OBJECT).order_by("id"):
        last[event.object_id] = event
    return [
        Apart(machine, event.facts["seconds"], event.occurred_at)
        for machine, event in sorted(last.items())
        if event.action == CLOCK_APART.action
    ]
