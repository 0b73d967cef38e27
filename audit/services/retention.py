"""Keeping as long as must be and no longer: policies, legal holds, and the purge of personal values.

Texts of events are removed by `audit.services.pruning`, which only the owner of the tables can do.
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from audit.domain import envelope, events, retention
from audit.domain.envelope import Actor, Target
from audit.domain.retention import HoldScope, RecordClass
from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.models import Event, Leaf, LegalHold, Log, PrivateValue, RetentionPolicy, SubjectKey
from audit.selectors import retention as selector
from audit.selectors import tree
from audit.services import holding, recording

logger = logging.getLogger(__name__)

CLOCK = Actor.system("retention")
BATCH = 1_000
SHORTEST_REASON, LONGEST_REASON = 10, 500  # characters
_VALUES = PrivateValue.objects.filter(subject_key=OuterRef("pk"))


# ── Policies ─────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def set_policy(
    *,
    log: str,
    record_class: RecordClass,
    jurisdiction: str,
    keep_days: int,
    by: Actor,
    at: datetime,
    client: str = "",
) -> RetentionPolicy:
    """Keep records of a class of a log for so many days under one jurisdiction, from now on (M6).

    Bounds are those of this jurisdiction together with all for which a period is set already: the stricter wins. Raises
    Invalid for a period outside them, with a sentence that names both, or for an unknown jurisdiction; LookupError for
    a log that is not there. Setting what is set already changes nothing.
    """
    holding.take_turn(tree.log_id(log))
    known = selector.set_days(log, record_class)
    try:
        why_not = retention.refusal(record_class, keep_days, {*known, jurisdiction})
    except LookupError:
        raise Invalid(
            "unknown_jurisdiction", "Choose one of the jurisdictions listed.", "jurisdiction"
        ) from None
    if why_not:
        raise Invalid("outside_bounds", why_not, "keep_days")
    newest = (
        RetentionPolicy.objects.filter(log=log, record_class=record_class.value, jurisdiction=jurisdiction)
        .order_by("-version")
        .first()
    )
    if newest is not None and newest.keep_days == keep_days:
        return newest
    policy = RetentionPolicy.objects.create(
        log=log,
        record_class=record_class.value,
        jurisdiction=jurisdiction,
        version=newest.version + 1 if newest else 1,
        keep_days=keep_days,
        set_at=at,
        set_by=by.id,
    )
    law = retention.JURISDICTIONS[jurisdiction].periods[record_class]
    recording.record(
        log=log,
        action=events.POLICY_SET.action,
        actor=by,
        target=Target("records", record_class.value),
        facts={
            "record_class": record_class,
            "jurisdiction": jurisdiction,
            "keep_days": keep_days,
            "was_days": newest.keep_days if newest else None,
            "floor_days": law.floor,
            "ceiling_days": law.ceiling,
            "basis": law.basis,
        },
        at=at,
        client=client,
    )
    return policy


# ── Legal holds ──────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def place_hold(
    *, log: str, scope: HoldScope, key: str, reason: str, by: Actor, at: datetime, client: str = ""
) -> LegalHold:
    """Let nothing be removed that this covers, until somebody else lifts it.

    It waits for a removal that is under way; once it is placed, nothing more of it goes. Raises Invalid without a
    reason or for a key that is none.
    """
    reason = _reason(reason)
    holding.take_turn(tree.log_id(log))
    key = _key(scope, key)
    hold = LegalHold.objects.create(
        log=log, scope=scope.value, key=key, reason=reason, placed_at=at, placed_by=by.id
    )
    _record_hold(events.HOLD_PLACED.action, hold, {"scope": scope, "key": key}, reason, by, at, client)
    return hold


@transaction.atomic
def lift_hold(
    *, log: str, hold_id: UUID, reason: str, by: Actor, at: datetime, client: str = ""
) -> LegalHold:
    """Lift a hold; what was held goes with the next purge. It takes another person than the one who placed it.

    Raises NotVisible where the log has no such hold, Conflict where it was lifted already, NotAllowed for the person
    who placed it, Invalid without a reason.
    """
    reason = _reason(reason)
    hold = LegalHold.objects.filter(pk=hold_id, log=log).first()
    if hold is None:
        raise NotVisible("unknown_hold", "There is no such hold on these records.")
    if hold.placed_by == by.id:
        raise NotAllowed(
            "same_person", "You placed this hold: somebody else who keeps these records lifts it."
        )
    holding.take_turn(tree.log_id(log))
    changed = LegalHold.objects.filter(pk=hold.pk, lifted_at__isnull=True).update(
        lifted_at=at, lifted_by=by.id, lift_reason=reason
    )
    if not changed:
        raise Conflict("lifted_already", "This hold was lifted already.")
    facts = {"scope": hold.scope, "key": hold.key, "placed_by": hold.placed_by}
    _record_hold(events.HOLD_LIFTED.action, hold, facts, reason, by, at, client)
    hold.refresh_from_db()
    return hold


def _reason(text: str) -> str:
    text = " ".join(text.split())
    if len(text) < SHORTEST_REASON:
        raise Invalid("reason_required", f"Say why, in at least {SHORTEST_REASON} characters.", "reason")
    if len(text) > LONGEST_REASON:
        raise Invalid("too_long", f"Say why in at most {LONGEST_REASON} characters.", "reason")
    return text


def _key(scope: HoldScope, key: str) -> str:
    match scope:
        case HoldScope.LOG:
            return ""
        case HoldScope.MATTER:
            try:
                return str(UUID(key))
            except ValueError:
                raise Invalid("unknown_matter", "A matter is named by its correlation id.", "key") from None
        case HoldScope.SUBJECT:
            try:
                return envelope.opaque(key, "A subject")
            except ValueError as error:
                raise Invalid("unknown_subject", str(error), "key") from None


def _record_hold(
    action: str, hold: LegalHold, facts: dict, reason: str, by: Actor, at: datetime, client: str
) -> None:
    """The reason is sealed under a key of the hold's own, which no purge takes while the hold is in force; the row of
    the hold keeps it in clear."""
    recording.record(
        log=hold.log,
        action=action,
        actor=by,
        target=Target("hold", str(hold.pk)),
        facts=facts,
        at=at,
        client=client,
        correlation_id=UUID(hold.key) if hold.scope == HoldScope.MATTER else None,
        personal={"why": reason},
        subject=str(hold.pk),
    )


# ── Personal values ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Purged:
    """How many values went, and how many keys of subjects of whom nothing is left."""

    values: int = 0
    keys: int = 0

    def __add__(self, other: "Purged") -> "Purged":
        return Purged(self.values + other.values, self.keys + other.keys)


def purge_all(*, clock: Callable[[], datetime]) -> Purged:
    """Purge every log; one that cannot be purged just now is tried again the next time."""
    done = Purged()
    for log in Log.objects.order_by("pk").values_list("key", flat=True):
        done += purge_personal(log=log, at=clock())
    return done


def purge_personal(*, log: str, at: datetime, batch: int = BATCH) -> Purged:
    """Remove the personal values of a log whose period is over and that no hold covers, and destroy the keys of
    subjects of whom nothing is left (M6). What is done already is not done again.

    Every batch is a transaction with its own event. A hold that is placed meanwhile waits for the batch under way and
    covers everything behind it. A key somebody is sealing with right now stays until the next time.
    """
    done = Purged()
    after: UUID | None = None
    while True:
        one, after = _purge_values(log, at, batch, after)
        done += one
        if after is None:
            break
    while True:
        one = _purge_keys(log, at, batch)
        done += one
        if one.keys < batch:
            break
    if done.values:
        logger.info("%d personal values of log %s were removed after their period", done.values, log)
    return done


@transaction.atomic
def _purge_values(log: str, at: datetime, batch: int, after: UUID | None) -> tuple[Purged, UUID | None]:
    """One batch of values from an event on, and where to go on; None when nothing is left."""
    holding.take_turn(tree.log_id(log))
    days = selector.keep_days(log, RecordClass.PERSONAL)
    if days is None:
        return Purged(), None
    before = retention.cutoff(at, days)
    due = selector.past(log, before).exclude(selector.held(log)).order_by("event_uid", "pk")
    if after is not None:
        due = due.filter(event_uid__gte=after)
    taken = list(due.values_list("event_uid", "pk", "subject_key")[:batch])
    if not taken:
        return Purged(), None
    count = PrivateValue.objects.filter(pk__in=[pk for _, pk, _ in taken]).delete()[0]
    unused = _unused(log).filter(pk__in={key for _, _, key in taken})
    keys = _destroy(list(unused.order_by("pk").values_list("pk", flat=True)), at)
    _record_purge(log, days, before, {uid for uid, _, _ in taken}, count, keys, at)
    return Purged(count, keys), taken[-1][0]


@transaction.atomic
def _purge_keys(log: str, at: datetime, batch: int) -> Purged:
    """Keys that were in use when the last value under them went, in some earlier purge."""
    holding.take_turn(tree.log_id(log))
    days = selector.keep_days(log, RecordClass.PERSONAL)
    if days is None:
        return Purged()
    keys = _destroy(list(_unused(log).order_by("pk").values_list("pk", flat=True)[:batch]), at)
    if keys:
        _record_purge(log, days, retention.cutoff(at, days), [], 0, keys, at)
    return Purged(0, keys)


def _unused(log: str) -> QuerySet[SubjectKey]:
    """Live keys under which nothing is sealed, and whose subjects nobody holds."""
    rules = selector.as_rules(selector.in_force(log))
    if any(rule.scope is HoldScope.LOG for rule in rules):
        return SubjectKey.objects.none()
    held = [rule.key for rule in rules if rule.scope is HoldScope.SUBJECT]
    return selector.live_keys(log).filter(~Exists(_VALUES)).exclude(subject__in=held)


def _destroy(candidates: list[UUID], at: datetime) -> int:
    """Destroy those of these keys that nobody uses.

    Whoever seals holds his keys in the database until he is done (`vault.Keys`), so such keys are passed over. A key that
    could be locked is in nobody's hands, and what was sealed under it meanwhile is seen by the second look.
    """
    if not candidates:
        return 0
    free = SubjectKey.objects.select_for_update(skip_locked=True).filter(pk__in=candidates)
    locked = list(free.order_by("pk").values_list("pk", flat=True))
    still = SubjectKey.objects.filter(~Exists(_VALUES), pk__in=locked, destroyed_at__isnull=True)
    return still.update(wrapped_key=b"", destroyed_at=at)


def _record_purge(
    log: str, days: int, before: datetime, uids: Collection[UUID], count: int, keys: int, at: datetime
) -> None:
    signed = tree.latest_checkpoint(log)
    placed = Leaf.objects.filter(event_id__in=Event.objects.filter(uid__in=uids).values("id"))
    recording.record(
        log=log,
        action=events.PERSONAL_PURGED.action,
        actor=CLOCK,
        target=Target("records", RecordClass.PERSONAL.value),
        facts={
            "record_class": RecordClass.PERSONAL,
            "count": count,
            "keys": keys,
            "keep_days": days,
            "jurisdictions": sorted(selector.set_days(log, RecordClass.PERSONAL)),
            "before": before,
            "last_index": placed.aggregate(last=Max("index"))["last"],
            "tree_size": signed.size if signed else None,
        },
        at=at,
    )
