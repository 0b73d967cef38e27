"""How far projections are: what is left to read, since when it waits, and where one stands still."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, F, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from audit.models import Cursor, Event, Leaf, Log, LogState, Pending


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a projection stands in a log.

    `waiting_since` is when the first event it has not seen yet was recorded, whether that event has its place in the
    tree already or not; None where it has seen everything. `rebuilding` says that its rows are being made anew.
    """

    log: str
    log_id: int
    size: int
    position: int
    stopped: str
    rebuilding: bool
    waiting_since: datetime | None


def behind(versions: Mapping[str, int]) -> list[tuple[str, int]]:
    """Which of these projections, in the version that runs here, have something to do, and in which log."""
    sizes = dict(LogState.objects.filter(size__gt=0).order_by("log_id").values_list("log_id", "size"))
    cursors = {
        (name, log_id): (version, position, stopped)
        for name, log_id, version, position, stopped in Cursor.objects.filter(
            projection__in=list(versions)
        ).values_list("projection", "log_id", "version", "position", "stopped")
    }
    found = []
    for name, running in sorted(versions.items()):
        for log_id, size in sizes.items():
            version, position, stopped = cursors.get((name, log_id), (running, 0, ""))
            if version < running or (version == running and position < size and not stopped):
                found.append((name, log_id))
    return found


def standings(name: str, logs: Collection[str]) -> dict[str, Standing]:
    """Where a projection stands in each of these logs, by key. One query."""
    cursors = Cursor.objects.filter(projection=name, log_id=OuterRef("pk"))
    next_leaf = Leaf.objects.filter(log_id=OuterRef("pk"), index=OuterRef("position"))
    first_pending = Pending.objects.filter(log_id=OuterRef("pk")).order_by("event_id")
    nothing = Value(0, BigIntegerField())
    rows = (
        Log.objects.filter(key__in=list(logs))
        .annotate(
            size=Coalesce(
                Subquery(LogState.objects.filter(log_id=OuterRef("pk")).values("size")[:1]), nothing
            ),
            position=Coalesce(Subquery(cursors.values("position")[:1]), nothing),
            rebuilt_to=Coalesce(Subquery(cursors.values("rebuilt_to")[:1]), nothing),
            stopped=Coalesce(Subquery(cursors.values("stopped")[:1]), Value("", TextField())),
        )
        .annotate(
            next_event=Coalesce(
                Subquery(next_leaf.values("event_id")[:1]), Subquery(first_pending.values("event_id")[:1])
            )
        )
        .annotate(
            waiting_since=Subquery(Event.objects.filter(id=OuterRef("next_event")).values("recorded_at")[:1])
        )
        .annotate(log=F("key"))
        .order_by("key")
        .values("log", "pk", "size", "position", "rebuilt_to", "stopped", "waiting_since")
    )
    return {
        row["log"]: Standing(
            log=row["log"],
            log_id=row["pk"],
            size=row["size"],
            position=row["position"],
            stopped=row["stopped"],
            rebuilding=row["position"] < row["rebuilt_to"],
            waiting_since=row["waiting_since"],
        )
        for row in rows
    }
