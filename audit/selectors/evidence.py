"""What goes into an evidence bundle: which stretch of a log it is about, and the bundle itself, written in one pass.

Whoever asks has made sure that the log may be read, and that the values it discloses may be seen.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID

from django.db.models import Max, Min, QuerySet

from audit import verifier
from audit.domain import bundle_layout, checkpoint, note
from audit.domain.bundle_layout import Stretch
from audit.errors import Conflict, NotVisible
from audit.models import Checkpoint, Event, Leaf, Pending
from audit.selectors import tree

PROGRAM = Path(verifier.__file__).with_name(bundle_layout.VERIFIER)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A personal value that a bundle shows, with the salt that opens the commitment in its event."""

    uid: UUID
    field: str
    salt: bytes
    value: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The entries [begin, end) of a log. `shown` names the events that come with their bodies, None means every one;
    of the others only the leaf hash is given, which proves that they are there and says nothing of them."""

    log: str
    begin: int
    end: int
    shown: frozenset[UUID] | None = None
    disclosed: tuple[Disclosure, ...] = ()


def of_period(*, log: str, since: datetime, until: datetime) -> Selection:
    """Everything that was recorded from `since` on and before `until`. NotVisible where nothing was."""
    number = tree.log_id(log)
    recorded = Event.objects.filter(log_id=number, recorded_at__gte=since, recorded_at__lt=until)
    begin, end = _bounds(number, recorded)
    return Selection(log, begin, end)


def of_events(*, log: str, uids: Collection[UUID], shown: Collection[UUID] | None = None) -> Selection:
    """The stretch from the first of these events to the last, with the bodies of those that are `shown`, by default of
    all of them. NotVisible where the log has none of them, Conflict while one of them waits for its place."""
    number = tree.log_id(log)
    events = Event.objects.filter(log_id=number, uid__in=list(uids))
    if events.filter(id__in=Pending.objects.filter(log_id=number).values("event_id")).exists():
        raise Conflict("not_signed_yet", "The newest of these events have no place in the log yet.")
    begin, end = _bounds(number, events)
    return Selection(log, begin, end, shown=frozenset(uids if shown is None else shown))


def _bounds(log_id: int, events: QuerySet[Event]) -> tuple[int, int]:
    leaves = Leaf.objects.filter(log_id=log_id, event_id__in=events.values("id"))
    found = leaves.aggregate(first=Min("index"), last=Max("index"))
    if found["first"] is None:
        raise NotVisible("nothing_there", "The log holds nothing of this.")
    return found["first"], found["last"] + 1


def covering(log: str, end: int) -> Checkpoint:
    """The latest checkpoint, which must cover the entries before `end`. Raises Conflict while none does."""
    latest = tree.latest_checkpoint(log)
    if latest is None or latest.size < end:
        raise Conflict(
            "not_signed_yet", "The newest of these events are not covered by a signed checkpoint yet."
        )
    return latest


def write(
    out: IO[bytes],
    selection: Selection,
    *,
    signed: Checkpoint,
    policy: bytes,
    progress: Callable[[int], object] = lambda _done: None,
) -> Stretch:
    """Write the bundle of a selection under a checkpoint that covers it; the same selection gives the same bytes.

    `progress` is told how many entries were written. LookupError where the log has a gap.
    """
    signed_note = tree.signed_note(signed)
    stretch = Stretch(
        origin=checkpoint.parse(note.parse(signed_note).text).origin,
        first_index=selection.begin,
        end_index=selection.end,
        tree_size=signed.size,
        root=bytes(signed.root),
    )
    left, right = tree.range_proof(
        log=selection.log, begin=selection.begin, end=selection.end, size=signed.size
    )
    with bundle_layout.Writer(out) as bundle:
        bundle.add(bundle_layout.README, [bundle_layout.readme(stretch)])
        bundle.add(bundle_layout.VERIFIER, [PROGRAM.read_bytes()])
        bundle.add(bundle_layout.CHECKPOINT, [signed_note])
        bundle.add(bundle_layout.POLICY, [policy])
        bundle.add(bundle_layout.RANGE_PROOF, [bundle_layout.range_proof(stretch, left=left, right=right)])
        bundle.add(bundle_layout.ENTRIES, _lines(selection, progress))
        if selection.disclosed:
            bundle.add(bundle_layout.DISCLOSED, _values(selection.disclosed))
        bundle.finish(stretch)
    return stretch


def _lines(selection: Selection, progress: Callable[[int], object]) -> Iterator[bytes]:
    entries = tree.entries(log=selection.log, begin=selection.begin, end=selection.end)
    for done, entry in enumerate(entries, start=1):
        shown = selection.shown is None or entry.uid in selection.shown
        yield bundle_layout.entry_line(index=entry.index, leaf=entry.hash, body=entry.body if shown else None)
        if done % tree.CHUNK == 0:
            progress(done)
    progress(selection.end - selection.begin)


def _values(disclosed: Collection[Disclosure]) -> Iterator[bytes]:
    for one in sorted(disclosed, key=lambda one: (str(one.uid), one.field)):
        yield bundle_layout.disclosed_line(uid=str(one.uid), field=one.field, salt=one.salt, value=one.value)
