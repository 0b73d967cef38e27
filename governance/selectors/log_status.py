"""How each log stands that a reader may see: how far it has grown, what of it is signed, and what waits.

The number of queries does not depend on the number of logs.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from audit.domain.note_keys import VerifierKey
from audit.models import Checkpoint, Cosignature, Event, Leaf, Log, LogState, Pending
from audit.services import outside, timestamps
from audit.services.logs import PLATFORM
from audit.services.timestamps import Stamp
from contracts.models import Organisation, User
from governance.selectors import reach, trust

_ALL = "The checkpoints of all logs"


@dataclass(frozen=True, slots=True)
class Witnessed:
    """When a witness cosigned last, and the tree it cosigned then."""

    name: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Status:
    """One log. `waiting_since` is when the oldest event without a place was recorded, `unsigned_since` the oldest
    that no checkpoint covers; `stopped` are the reasons why it stands still, in sentences."""

    log: str
    client: str
    size: int
    waiting: int
    waiting_since: datetime | None
    unsigned_since: datetime | None
    stopped: tuple[str, ...]
    checkpoint: Checkpoint | None = None
    note: str = ""
    earlier: int | None = None
    witnesses: tuple[Witnessed, ...] = ()
    keys: tuple[VerifierKey, ...] = field(default=())
    stamps: tuple[Stamp, ...] = ()


def statuses(user: User) -> list[Status]:
    """The logs that the user may follow, by key; the platform's stands behind the others."""
    rows = sorted(_rows(reach.logs(user)), key=lambda row: (row["key"] == PLATFORM, row["key"]))
    ids = [row["pk"] for row in rows]
    clients = dict(
        Organisation.objects.filter(log_key__in=[row["key"] for row in rows]).values_list("log_key", "name")
    )
    waiting = dict(
        Pending.objects.filter(log_id__in=ids).order_by().values_list("log_id").annotate(count=Count("pk"))
    )
    witnessed = _witnessed(ids)
    newest = _newest(rows)
    return [
        Status(
            log=row["key"],
            client=_ALL if row["key"] == PLATFORM else clients.get(row["key"], row["key"]),
            size=row["size"] or 0,
            waiting=waiting.get(row["pk"], 0),
            waiting_since=row["waiting_since"],
            unsigned_since=row["unsigned_since"],
            stopped=tuple(filter(None, (row["sequencing"], row["publishing"]))),
            checkpoint=newest.get(row["pk"]),
            note=_note(newest.get(row["pk"])),
            earlier=row["earlier"],
            witnesses=tuple(witnessed.get(row["pk"], ())),
            keys=tuple(trust.keys_of(row["key"])),
            stamps=_stamps(row["key"]),
        )
        for row in rows
    ]


def _stamps(log: str) -> tuple[Stamp, ...]:
    try:
        return tuple(timestamps.kept(log))
    except outside.OutsideError:
        return ()


def _rows(keys: Collection[str]) -> QuerySet:
    """Each log with its state, its two newest signed sizes, and the oldest events that wait."""
    state = LogState.objects.filter(log_id=OuterRef("pk"))
    signed = Checkpoint.objects.filter(log_id=OuterRef("pk")).order_by("-size").values("size")
    pending = Pending.objects.filter(log_id=OuterRef("pk")).order_by("event_id").values("event_id")
    unsigned = Leaf.objects.filter(log_id=OuterRef("pk"), index=Coalesce(OuterRef("newest"), 0))
    recorded = Event.objects.order_by().values("recorded_at")
    return (
        Log.objects.filter(key__in=list(keys))
        .annotate(
            size=Subquery(state.values("size")),
            sequencing=Subquery(state.values("sequencing_stopped")),
            publishing=Subquery(state.values("publishing_stopped")),
            newest=Subquery(signed[:1]),
            earlier=Subquery(signed[1:2]),
            first_waiting=Subquery(pending[:1]),
        )
        .annotate(
            first_unsigned=Coalesce(Subquery(unsigned.values("event_id")[:1]), Subquery(pending[:1])),
        )
        .annotate(
            waiting_since=Subquery(recorded.filter(id=OuterRef("first_waiting"))[:1]),
            unsigned_since=Subquery(recorded.filter(id=OuterRef("first_unsigned"))[:1]),
        )
        .order_by("key")
        .values(
            "pk",
            "key",
            "size",
            "sequencing",
            "publishing",
            "newest",
            "earlier",
            "waiting_since",
            "unsigned_since",
        )
    )


def _newest(rows: Collection[dict]) -> dict[int, Checkpoint]:
    signed = [(row["pk"], row["newest"]) for row in rows if row["newest"] is not None]
    return {one.log_id: one for one in Checkpoint.objects.filter(pk__in=signed)} if signed else {}


def _note(checkpoint: Checkpoint | None) -> str:
    return bytes(checkpoint.note).decode() if checkpoint else ""


def _witnessed(ids: Collection[int]) -> dict[int, list[Witnessed]]:
    """Of each log, the largest tree each witness cosigned and when it did so last."""
    found: dict[int, list[Witnessed]] = {}
    rows = Cosignature.objects.filter(log_id__in=ids).order_by("log_id", "key_name")
    grouped = rows.values("log_id", "key_name").annotate(largest=Max("size"), last=Max("received_at"))
    for row in grouped:
        found.setdefault(row["log_id"], []).append(Witnessed(row["key_name"], row["largest"], row["last"]))
    return found
