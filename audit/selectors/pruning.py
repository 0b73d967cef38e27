"""Which texts of events may go now, and what keeps the others: read for `audit.services.pruning` and for whoever asks first.

On PostgreSQL texts go by whole partitions, on SQLite up to the first event that must stay. The rules are the same.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet

from audit.domain import retention
from audit.domain.retention import HoldScope, RecordClass
from audit.models import Checkpoint, Cursor, Event, Leaf, LegalHold, Log, PrivateValue
from audit.selectors import retention as records

PARTITION_SIZE = 10_000_000
REST = "audit_event_rest"
# The events that a hold covers, by its id: who looks for those of a subject reads every body of the log.
Covered = dict[UUID, Q]
_CHUNK = 5_000
_PARTS = (
    "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
    "WHERE i.inhparent = 'audit_event'::regclass ORDER BY c.relname"
)


@dataclass(frozen=True, slots=True)
class Part:
    """Events that go together: those with the ids [low, high). `partition` is empty on SQLite."""

    low: int
    high: int
    partition: str = ""

    def __str__(self) -> str:
        return self.partition or f"events {self.low} to {self.high - 1}"


@dataclass(frozen=True, slots=True)
class Share:
    """What a part holds of one log: so many entries, all between these indexes; and the period they are kept for."""

    log: str
    log_id: int
    entries: int
    first_index: int
    end_index: int
    days: int
    # Of the moment at which it was looked at.
    before: datetime = field(compare=False)
    jurisdictions: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Obstacle:
    """The first event that must stay, and why."""

    event_id: int
    log: str
    why: str

    def __str__(self) -> str:
        return f"{self.log}: {self.why}"


@dataclass(frozen=True, slots=True)
class Plan:
    """A part, and whether it may go: only where nothing stands in the way."""

    part: Part
    shares: tuple[Share, ...]
    obstacles: tuple[Obstacle, ...]

    @property
    def may_go(self) -> bool:
        return bool(self.shares) and not self.obstacles


def plans(at: datetime, projections: Collection[str]) -> list[Plan]:
    """Every part that holds events, the oldest first, and whether it may go at this moment. `projections` are those
    that must have read what goes."""
    covered: Covered = {}
    if connection.vendor == "postgresql":
        return [plan(part, at, projections, covered=covered) for part in _partitions() if _any(part)]
    bounds = Event.objects.aggregate(low=Min("id"), high=Max("id"))
    if bounds["low"] is None:
        return []
    whole = Part(bounds["low"], bounds["high"] + 1)
    obstacles = sorted(_obstacles(whole, at, projections, covered))
    if not obstacles or obstacles[0].event_id == whole.low:
        return [Plan(whole, tuple(_shares(whole, at)) if not obstacles else (), tuple(obstacles))]
    part = Part(whole.low, obstacles[0].event_id)
    rest = Part(obstacles[0].event_id, whole.high)
    return [plan(part, at, projections, covered=covered), Plan(rest, (), tuple(obstacles))]


def plan(
    part: Part,
    at: datetime,
    projections: Collection[str],
    *,
    bodies: bool = True,
    covered: Covered | None = None,
) -> Plan:
    """Whether one part may go. Without `bodies` they are not compared with their hashes again. `covered` is given where
    several parts are looked at, so that what a hold covers is looked for once."""
    found = _obstacles(part, at, projections, {} if covered is None else covered, bodies=bodies)
    obstacles = tuple(sorted(found))
    return Plan(part, () if obstacles else tuple(_shares(part, at)), obstacles)


def _partitions() -> Iterator[Part]:
    with connection.cursor() as cursor:
        cursor.execute(_PARTS)
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        if name != REST:
            number = int(name.removeprefix("audit_event_p"))
            yield Part(number * PARTITION_SIZE, (number + 1) * PARTITION_SIZE, name)


def in_rest() -> int:
    """How many events are in the partition for the rest, which never goes; none on SQLite, which has no partitions."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_event WHERE tableoid = %s::regclass", [REST])
        return cursor.fetchone()[0]


def _any(part: Part) -> bool:
    return _events(part).exists()


def _events(part: Part, log_id: int | None = None) -> QuerySet[Event]:
    found = Event.objects.filter(id__gte=part.low, id__lt=part.high)
    return found if log_id is None else found.filter(log_id=log_id)


def _leaves(part: Part, log_id: int) -> QuerySet[Leaf]:
    return Leaf.objects.filter(log_id=log_id, event_id__gte=part.low, event_id__lt=part.high)


def _logs(part: Part) -> list[tuple[int, str]]:
    there = _events(part).order_by().values_list("log_id", flat=True).distinct()
    return list(Log.objects.filter(pk__in=list(there)).order_by("pk").values_list("pk", "key"))


def _shares(part: Part, at: datetime) -> Iterator[Share]:
    for log_id, log in _logs(part):
        days = records.keep_days(log, RecordClass.TRAIL)
        if days is None:
            continue
        placed = _leaves(part, log_id).aggregate(
            entries=Count("event_id"), first=Min("index"), last=Max("index")
        )
        yield Share(
            log=log,
            log_id=log_id,
            entries=placed["entries"],
            first_index=placed["first"],
            end_index=placed["last"] + 1,
            days=days,
            before=retention.cutoff(at, days),
            jurisdictions=tuple(sorted(records.set_days(log, RecordClass.TRAIL))),
        )


# ── What stands in the way ───────────────────────────────────────────────────────────────────────────────────


def _obstacles(
    part: Part, at: datetime, projections: Collection[str], covered: Covered, *, bodies: bool = True
) -> Iterator[Obstacle]:
    if part.partition and part.high > _newest_id():
        yield Obstacle(part.low, "all logs", "events are still added to it")
    for log_id, log in _logs(part):
        for first, why in _of_log(part, log_id, log, at, projections, covered, bodies):
            if first is not None:
                yield Obstacle(first, log, why)


def _of_log(
    part: Part,
    log_id: int,
    log: str,
    at: datetime,
    projections: Collection[str],
    covered: Covered,
    bodies: bool,
) -> Iterator[tuple[int | None, str]]:
    """The first event of a log that must stay, for each reason there may be; None where the reason does not hold."""
    events = _events(part, log_id)
    days = records.keep_days(log, RecordClass.TRAIL)
    if days is None:
        yield _first(events), "no period is set for its texts"
    else:
        young = events.filter(recorded_at__gte=retention.cutoff(at, days))
        yield _first(young), f"its texts are kept for {days} days"
    placed = Leaf.objects.filter(event_id=OuterRef("id"))
    yield _first(events.filter(~Exists(placed))), "events have no place in the tree yet"
    signed = Checkpoint.objects.filter(log_id=log_id).aggregate(size=Max("size"))["size"] or 0
    yield _first_from(part, log_id, signed), f"no signed checkpoint covers what lies behind entry {signed}"
    for name in sorted(projections):
        read = (
            Cursor.objects.filter(projection=name, log_id=log_id).values_list("position", flat=True).first()
            or 0
        )
        yield _first_from(part, log_id, read), f"the projection {name} has read it up to entry {read} only"
    # A hold finds the values of a matter, and the matters of a subject, by the texts: no text goes before its values.
    yield _first(events.filter(_with_values(log_id))), "personal values of it are still there"
    for hold in records.in_force(log):
        if hold.pk not in covered:
            covered[hold.pk] = _held(hold, log_id)
        yield (
            _first(events.filter(covered[hold.pk])),
            f"a legal hold of {hold.placed_at:%Y-%m-%d} covers it",
        )
    if bodies:
        yield _first_changed(part, log_id), "a text does not have the hash of its leaf; see audit_fsck"


def _first(events: QuerySet[Event]) -> int | None:
    return events.order_by().aggregate(first=Min("id"))["first"]


def _first_from(part: Part, log_id: int, index: int) -> int | None:
    return _leaves(part, log_id).filter(index__gte=index).aggregate(first=Min("event_id"))["first"]


def _with_values(log_id: int) -> Q:
    """The events whose personal values are not all gone, and all others of their matters."""
    values = Exists(PrivateValue.objects.filter(event_uid=OuterRef("uid")))
    matters = Event.objects.filter(values, log_id=log_id, correlation_id__isnull=False)
    return Q(values) | Q(correlation_id__in=matters.values("correlation_id"))


def _held(hold: LegalHold, log_id: int) -> Q:
    if hold.scope == HoldScope.LOG:
        return Q(pk__isnull=False)
    if hold.scope == HoldScope.MATTER:
        return Q(correlation_id=hold.key)
    about = _about(log_id, hold.key)
    matters = Event.objects.filter(pk__in=about, correlation_id__isnull=False).values_list("correlation_id")
    return Q(pk__in=about) | Q(correlation_id__in=list(set(matters.values_list("correlation_id", flat=True))))


def _about(log_id: int, subject: str) -> list[int]:
    """The events of a log that name a subject. Canonical bytes write it in one way only."""
    needle = b'"subject":"' + subject.encode() + b'"'
    where = "position(%s::bytea IN body)" if connection.vendor == "postgresql" else "instr(body, %s)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM audit_event WHERE log_id = %s AND {where} > 0", [log_id, needle])  # noqa: S608
        return [event_id for (event_id,) in cursor.fetchall()]


def _first_changed(part: Part, log_id: int) -> int | None:
    """The first event whose bytes are not what its leaf says: what shows a tampering is not removed."""
    after = part.low - 1
    while True:
        rows = list(
            _events(part, log_id).filter(id__gt=after).order_by("id").values_list("id", "body")[:_CHUNK]
        )
        if not rows:
            return None
        hashes = dict(_hashes([event_id for event_id, _ in rows]))
        for event_id, body in rows:
            if hashes.get(event_id, b"") not in (b"", sha256(b"\x00" + bytes(body)).digest()):
                return event_id
        after = rows[-1][0]


def _hashes(ids: Collection[int]) -> Iterable[tuple[int, bytes]]:
    rows = Leaf.objects.filter(event_id__in=ids).values_list("event_id", "hash")
    return ((event_id, bytes(hashed)) for event_id, hashed in rows)


def _newest_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM audit_event_id_seq")
        return cursor.fetchone()[0]
