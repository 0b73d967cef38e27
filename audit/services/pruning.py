"""Pruning: the texts of events go when their period is over; their hashes, tiles and checkpoints stay, and so do all proofs.

Only the owner of the tables can do it: it takes a partition (PostgreSQL) or a trigger (SQLite) away for a moment, in one
transaction with the tombstone of every log concerned. What was done halfway did not happen.
"""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction

from audit.domain import events
from audit.domain.envelope import Actor, Target
from audit.domain.retention import RecordClass
from audit.errors import Conflict, Invalid
from audit.models import Event, Leaf, Pruning
from audit.selectors import pruning as selector
from audit.selectors import retention as records
from audit.selectors import tree
from audit.selectors.evidence import Selection
from audit.selectors.pruning import Part, Plan, Share
from audit.services import exporting, holding, projecting, recording, rows

OPERATOR = Actor.system("operator")
# Writers wait for a partition to be taken away; longer than this, it is tried another time.
LOCK_TIMEOUT = "5s"
_GUARD = "audit_event_no_delete"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept elsewhere of the texts that go: the SHA-256 of the bundle of each log, or the reason for none."""

    bundles: dict[str, str] = field(default_factory=dict)
    reason: str = ""


def plans(*, at: datetime) -> list[Plan]:
    """Every part that holds events, and what keeps it, if anything does."""
    return selector.plans(at, projecting.registered())


def archive(plan: Plan, *, folder: Path, at: datetime) -> Kept:
    """Write the bundle of every log whose texts are to go into a folder; each is an event of its log.

    OSError where the folder cannot be written; what is there already under the same name is not overwritten.
    """
    bundles = {}
    for share in plan.shares:
        target = folder / f"{share.log}-{share.first_index}-{share.end_index}.zip"
        with target.open("xb") as out:
            selection = Selection(share.log, share.first_index, share.end_index)
            _, event = exporting.export(
                out,
                selection,
                policy=exporting.suggested_policy(share.log),
                purpose="Kept before the texts are pruned",
                by=OPERATOR,
                at=at,
            )
        bundles[share.log] = event.facts["sha256"]
    return Kept(bundles)


def named(plan: Plan, files: Sequence[Path]) -> Kept:
    """The bundles that an operator has: each must be one that was exported here, with all texts of all that goes.

    Raises Invalid where the entries of a log are covered by none of them.
    """
    held = {_sha256(path) for path in files}
    bundles = {}
    for share in plan.shares:
        exported = Event.objects.filter(
            log_id=share.log_id,
            object_type="log",
            object_id=share.log,
            action=events.EVIDENCE_EXPORTED.action,
        )
        covering = (
            event.facts["sha256"]
            for event in exported
            if event.facts["sha256"] in held and _covers(event.facts, share)
        )
        bundle = next(covering, None)
        if bundle is None:
            raise Invalid(
                "not_exported",
                f"None of these bundles holds the entries {share.first_index} to {share.end_index - 1} of log "
                f"{share.log} with their texts, as the trail says it was exported.",
            )
        bundles[share.log] = bundle
    return Kept(bundles)


def _covers(facts: dict, share: Share) -> bool:
    """Whether a bundle holds every text of a share: it is about all of its entries, and says that it left out none."""
    within = facts["first_index"] <= share.first_index and share.end_index <= facts["end_index"]
    return within and facts.get("withheld") == 0


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@transaction.atomic
def prune(
    plan: Plan, *, kept: Kept, at: datetime, told: Callable[[str], object] = lambda _what: None
) -> list[Event]:
    """Remove the texts of a part, and put a tombstone into each log concerned; returns the tombstones.

    Everything is looked at again once nobody can place a hold any more. Raises Conflict where something stands in the
    way now, Invalid where the texts are neither kept elsewhere nor a reason is given. Errors of the database are those
    of django.db: a login that does not own the tables may not do this.
    """
    if not kept.reason and set(kept.bundles) != {share.log for share in plan.shares}:
        raise Invalid("not_exported", "Export the texts first, or say why they are not kept.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
    for share in plan.shares:
        holding.take_turn(share.log_id)
    now = selector.plan(plan.part, at, projecting.registered(), bodies=False)
    if now.shares != plan.shares:
        why = "; ".join(map(str, now.obstacles)) or "other events are in it than were planned"
        raise Conflict("must_stay", f"{plan.part} stays: {why}.")
    last = {share.log: _last_leaf(share) for share in now.shares}
    told("removing")
    _remove(now.part, sum(share.entries for share in now.shares))
    tombstones = [_bury(share, last[share.log], kept, at) for share in now.shares]
    told("removed")
    return tombstones


def _last_leaf(share: Share) -> bytes:
    return bytes(Leaf.objects.get(log_id=share.log_id, index=share.end_index - 1).hash)


def _remove(part: Part, count: int) -> None:
    if part.partition:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE audit_event DETACH PARTITION {part.partition}")
            # Nobody can add to it any more, and what no log knows of was never looked at.
            cursor.execute(f"SELECT count(*) FROM {part.partition}")  # noqa: S608
            (there,) = cursor.fetchone()
            _check_count(part, there, count)
            cursor.execute(f"DROP TABLE {part.partition}")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s", [_GUARD])
        (guard,) = cursor.fetchone()
        cursor.execute(f"DROP TRIGGER {_GUARD}")
        cursor.execute("DELETE FROM audit_event WHERE id >= %s AND id < %s", [part.low, part.high])
        removed = cursor.rowcount
        cursor.execute(guard)
    _check_count(part, removed, count)


def _check_count(part: Part, there: int, count: int) -> None:
    if there != count:
        raise Conflict("must_stay", f"{part} stays: it holds {there} events and not {count}.")


def _bury(share: Share, last_leaf: bytes, kept: Kept, at: datetime) -> Event:
    before = records.last_pruning(share.log_id)
    in_all = share.entries + (before.entries_in_all if before else 0)
    end = max(share.end_index, before.end_index if before else 0)
    signed = tree.checkpoints(share.log)[0]
    event = recording.record(
        log=share.log,
        action=events.BODIES_PRUNED.action,
        actor=OPERATOR,
        target=Target("records", RecordClass.TRAIL.value),
        facts={
            "first_index": share.first_index,
            "end_index": end,
            "entries": share.entries,
            "entries_in_all": in_all,
            "last_leaf": last_leaf.hex(),
            "tree_size": signed.size,
            "root": bytes(signed.root).hex(),
            "keep_days": share.days,
            "jurisdictions": list(share.jurisdictions),
            "before": share.before,
            "exported": kept.bundles.get(share.log),
        },
        at=at,
        personal={"why": kept.reason} if kept.reason else {},
        subject="pruning" if kept.reason else "",
    )
    row: tuple[UUID, int, int, int, int, int, int, datetime] = (
        event.uid,
        share.log_id,
        share.first_index,
        end,
        share.entries,
        in_all,
        share.days,
        at,
    )
    rows.append_rows(Pruning, [row])
    return event


def removable(found: Collection[Plan]) -> list[Plan]:
    """The parts that may go, the oldest first, up to the first one that must stay: texts go from the beginning on."""
    going = []
    for plan in found:
        if not plan.may_go:
            break
        going.append(plan)
    return going
