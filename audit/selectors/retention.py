"""What is kept for how long in each log, what is held, what was pruned, and why a personal value is gone.

The caller says which log; whoever asks has made sure that it may be read.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import merge
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from audit.domain import ids, retention
from audit.domain.retention import Hold, HoldScope, RecordClass
from audit.models import Event, LegalHold, Log, PrivateValue, Pruning, RetentionPolicy, SubjectKey
from audit.selectors import logs

ERASED, PURGED = "pii.erased", "retention.purged"


# ── Policies ─────────────────────────────────────────────────────────────────────────────────────────────────


def policies(log: str) -> list[RetentionPolicy]:
    """What is set now, for each class and jurisdiction."""
    newest: dict[tuple[str, str], RetentionPolicy] = {}
    for one in RetentionPolicy.objects.filter(log=log).order_by("record_class", "jurisdiction", "version"):
        newest[one.record_class, one.jurisdiction] = one
    return list(newest.values())


def set_days(log: str, record_class: RecordClass) -> dict[str, int]:
    """The days that are set now for a class, by jurisdiction."""
    return {one.jurisdiction: one.keep_days for one in policies(log) if one.record_class == record_class}


def keep_days(log: str, record_class: RecordClass) -> int | None:
    """For how many days a class is kept in this log; None where nothing is set, and all is kept."""
    return retention.period(record_class, set_days(log, record_class))


# ── Holds ────────────────────────────────────────────────────────────────────────────────────────────────────


def holds(log: str) -> list[LegalHold]:
    """The holds of a log, those in force first, of both the newest first."""
    rows = LegalHold.objects.filter(log=log).order_by("-placed_at", "pk")
    return sorted(rows, key=lambda row: row.lifted_at is not None)


def in_force(log: str) -> list[LegalHold]:
    return list(LegalHold.objects.filter(log=log, lifted_at__isnull=True).order_by("placed_at", "pk"))


def as_rules(rows: Iterable[LegalHold]) -> list[Hold]:
    return [Hold(HoldScope(row.scope), row.key) for row in rows]


def holds_on_subject(log: str, subject: str) -> list[LegalHold]:
    """The holds in force that cover any personal value of a subject: of his own, of a matter of his, of the log."""
    found = in_force(log)
    matters = {row.key for row in found if row.scope == HoldScope.MATTER}
    if matters:
        matters &= {str(matter) for matter in matters_of(log, subject) if matter}
    return [
        row
        for row in found
        if row.scope == HoldScope.LOG
        or (row.scope == HoldScope.SUBJECT and row.key == subject)
        or (row.scope == HoldScope.MATTER and row.key in matters)
    ]


def matters_of(log: str, subject: str) -> set[UUID | None]:
    """The matters in which personal values of a subject are sealed."""
    sealed = PrivateValue.objects.filter(subject_key__log=log, subject_key__subject=subject)
    return set(
        Event.objects.filter(uid__in=sealed.values("event_uid")).values_list("correlation_id", flat=True)
    )


# ── Personal values ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Holding:
    """What the vault holds of one subject."""

    values: int
    events: int
    since: datetime | None


def holding(log: str, subject: str) -> Holding:
    """How much the vault holds of a subject, in how many events, and since when."""
    sealed = PrivateValue.objects.filter(subject_key__log=log, subject_key__subject=subject)
    counted = sealed.aggregate(values=Count("pk"), events=Count("event_uid", distinct=True))
    # PostgreSQL has no smallest UUID.
    first = sealed.order_by("event_uid").values_list("event_uid", flat=True).first()
    return Holding(counted["values"], counted["events"], ids.made_at(first) if first else None)


def past(log: str, before: datetime) -> QuerySet[PrivateValue]:
    """The personal values of a log that were recorded before a moment. An event's uid tells when it was recorded."""
    return PrivateValue.objects.filter(subject_key__log=log, event_uid__lt=ids.first_of(before))


def held(log: str) -> Q:
    """Which personal values of a log are held, as a condition; nothing matches it where none is."""
    rows = in_force(log)
    rules = as_rules(rows)
    if any(rule.scope is HoldScope.LOG for rule in rules):
        # Not an empty condition: that would be empty when it is turned round, too.
        return Q(pk__isnull=False)
    subjects = [rule.key for rule in rules if rule.scope is HoldScope.SUBJECT]
    matters = [UUID(rule.key) for rule in rules if rule.scope is HoldScope.MATTER]
    # Why it is held stays as long as the hold does.
    subjects += [str(row.pk) for row in rows]
    condition = Q(pk__in=[])
    if subjects:
        condition |= Q(subject_key__subject__in=subjects)
    if matters:
        of_matters = Event.objects.filter(correlation_id__in=matters).values("uid")
        condition |= Q(event_uid__in=of_matters)
    return condition


@dataclass(frozen=True, slots=True)
class Due:
    """What the next purge would take from a log, and what holds keep from it."""

    days: int | None
    before: datetime | None
    values: int = 0
    held: int = 0


def due(log: str, at: datetime) -> Due:
    """What a purge of personal values would take at this moment."""
    days = keep_days(log, RecordClass.PERSONAL)
    if days is None:
        return Due(None, None)
    before = retention.cutoff(at, days)
    rows = past(log, before)
    kept = rows.filter(held(log)).count()
    return Due(days, before, rows.count() - kept, kept)


# ── Why it is gone ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Gone:
    """That personal values of an event are gone: erased on request, or removed when their period was over."""

    at: datetime
    why: str
    erased: bool

    @property
    def sentence(self) -> str:
        """Such as “erased on 4 Mar 2026 (GDPR, Article 17(1)(a): no longer needed)”."""
        day = self.at.astimezone(UTC)
        return f"{'erased' if self.erased else 'removed'} on {day.day} {day:%b %Y} ({self.why})"


def gone(events: Collection[Event]) -> dict[tuple[UUID, str], Gone]:
    """Of what these events sealed, what is not in the vault any more, by event and field, and why.

    One query where all is there; for each log in which something is gone two more, and one for holds after a purge.
    """
    sealed = {(event.uid, field): event for event in events for field in _sealed(event)}
    if not sealed:
        return {}
    there = PrivateValue.objects.filter(
        event_uid__in={uid for uid, _ in sealed}, subject_key__destroyed_at__isnull=True
    )
    missing = {key: sealed[key] for key in sealed.keys() - set(there.values_list("event_uid", "field"))}
    if not missing:
        return {}
    took: dict[UUID, Gone] = {}
    for log_id in {event.log_id for event in missing.values()}:
        took |= _took(log_id, {event.uid: event for event in missing.values() if event.log_id == log_id})
    return {key: took[key[0]] for key in missing if key[0] in took}


def _sealed(event: Event) -> dict[str, str]:
    try:
        found = event.sealed
    except (ValueError, AttributeError):
        # Somebody has been at the bytes; the proof of the line says so.
        return {}
    return found if isinstance(found, dict) else {}


def _took(log_id: int, events: dict[UUID, Event]) -> dict[UUID, Gone]:
    """Of each of these events of a log the first removal that took what it sealed; nothing behind the last is read."""
    holds = LegalHold.objects.filter(log__in=Log.objects.filter(pk=log_id).values("key"))
    waiting, found = dict(events), {}
    for removal in _removals(log_id, events.values()):
        for uid, event in list(waiting.items()):
            if taken := _taken(event, removal, holds):
                found[uid] = taken
                del waiting[uid]
        if not waiting:
            break
    return found


def _removals(log_id: int, events: Collection[Event]) -> Iterator[Event]:
    """The erasures of these events' subjects and the purges of their log, in the order in which they were recorded.

    An event has a lower id than whatever removed what it sealed.
    """
    later = Event.objects.filter(log_id=log_id, id__gt=min(event.id for event in events)).order_by("id")
    subjects = {str(event.content.get("subject", "")) for event in events}
    erasures = later.filter(object_type="subject", object_id__in=subjects, action=ERASED)
    purges = later.filter(object_type="records", object_id=RecordClass.PERSONAL.value, action=PURGED)
    return merge(erasures, purges.iterator(), key=lambda event: event.id)


def _taken(event: Event, removal: Event, holds: Iterable[LegalHold]) -> Gone | None:
    """What a removal says where it took what this event sealed. One that took keys alone took no value, and none took
    what was held at its moment."""
    facts = removal.facts
    if removal.id < event.id:
        return None
    if removal.action == ERASED:
        if removal.object_id != event.content.get("subject", ""):
            return None
        basis = retention.LEGAL_BASES.get(facts["legal_basis"], facts["legal_basis"])
        return Gone(removal.occurred_at, basis, erased=True)
    if not facts["count"] or event.recorded_at >= datetime.fromisoformat(facts["before"]):
        return None
    if any(_covered(hold, event, removal.occurred_at) for hold in holds):
        return None
    return Gone(removal.occurred_at, f"its period of {facts['keep_days']} days was over", erased=False)


def _covered(hold: LegalHold, event: Event, moment: datetime) -> bool:
    """Whether a hold was in force at a moment and covered what an event sealed."""
    if moment < hold.placed_at or (hold.lifted_at is not None and hold.lifted_at <= moment):
        return False
    if event.content.get("subject", "") == str(hold.pk):
        return True
    match HoldScope(hold.scope):
        case HoldScope.LOG:
            return True
        case HoldScope.MATTER:
            return hold.key == str(event.correlation_id)
        case HoldScope.SUBJECT:
            return hold.key == event.content.get("subject", "")


# ── Pruned texts ─────────────────────────────────────────────────────────────────────────────────────────────


def last_pruning(log_id: int) -> Pruning | None:
    """The last pruning of a log."""
    return Pruning.objects.filter(log_id=log_id).order_by("-entries_in_all").first()


def minimum_index(log_id: int) -> int:
    """The index before which the texts of a log may be gone; 0 where all are there."""
    found = last_pruning(log_id)
    return found.end_index if found else 0


def live_keys(log: str) -> QuerySet[SubjectKey]:
    return SubjectKey.objects.filter(log=log, destroyed_at__isnull=True)


def log_pruned(log: str) -> Pruning | None:
    """The last pruning of a log by its key; None for a log that has none, or is none."""
    number = logs.ids([log]).get(log)
    return None if number is None else last_pruning(number)
