"""What goes into an evidence bundle: which stretch of a log it is about, and the bundle itself, written in one pass.

Whoever asks has made sure that the log may be read, and that the values it discloses may be seen.
"""

import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import IO
from uuid import UUID

from django.db.models import Max, Min, QuerySet

from audit import verifier
from audit.domain import bundle_layout, checkpoint, note, readable
from audit.domain.bundle_layout import Stretch, Watermark
from audit.errors import Conflict, NotVisible
from audit.models import Checkpoint, Event, Leaf, Pending
from audit.selectors import tree
from audit.selectors.tree import Entry

PROGRAM = Path(verifier.__file__).with_name(bundle_layout.VERIFIER)
# What is written beside the entries waits in memory up to so many bytes, then on the disk.
IN_MEMORY = 4 * 1024 * 1024
_BLOCK = 256 * 1024


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


class Contents:
    """What a bundle says of its entries, asked for a thousand of them at a time, in order. This one follows its selection;
    whoever decides entry by entry makes another."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection

    def shown(self, entries: Sequence[Entry]) -> Collection[UUID]:
        """Which of these come with their bodies."""
        wanted = self._selection.shown
        return {entry.uid for entry in entries if wanted is None or entry.uid in wanted}

    def disclosed(self) -> Collection[Disclosure]:
        """The personal values shown; asked once all entries were."""
        return self._selection.disclosed

    def extras(self) -> Iterable[tuple[str, Iterable[bytes]]]:
        """Files that are for reading, in the order of a bundle; asked at the end."""
        return ()


@dataclass(frozen=True, slots=True)
class Reading:
    """That the events stand in the bundle for people as well: how an event is told, and for whom the bundle is made.

    `folder` is where they wait while the entries are written, by default the system's own.
    """

    tell: Callable[[Event], str]
    mark: Watermark
    folder: Path | None = None


@dataclass(slots=True)
class Written:
    """What went into a bundle. `withheld` counts the texts that are there and were left out."""

    stretch: Stretch
    bodies: int = 0
    withheld: int = 0
    disclosed: list[str] = field(default_factory=list)


def of_period(*, log: str, since: datetime, until: datetime | None = None) -> Selection:
    """Everything that was recorded from `since` on and before `until`, by default all that is signed. NotVisible where
    nothing was, Conflict while some of what was recorded before `until` waits for its place."""
    number = tree.log_id(log)
    recorded = Event.objects.filter(log_id=number, recorded_at__gte=since)
    if until is None:
        begin, end = _bounds(number, recorded)
        signed = tree.latest_checkpoint(log)
        covered = signed is not None and signed.size > begin
        return Selection(log, begin, min(end, signed.size) if signed and covered else end)
    recorded = recorded.filter(recorded_at__lt=until)
    _check_placed(number, recorded)
    begin, end = _bounds(number, recorded)
    return Selection(log, begin, end)


def of_events(*, log: str, uids: Collection[UUID], shown: Collection[UUID] | None = None) -> Selection:
    """The stretch from the first of these events to the last, with the bodies of those that are `shown`, by default of
    all of them. NotVisible where the log has none of them, Conflict while one of them waits for its place."""
    number = tree.log_id(log)
    events = Event.objects.filter(log_id=number, uid__in=list(uids))
    _check_placed(number, events)
    begin, end = _bounds(number, events)
    return Selection(log, begin, end, shown=frozenset(uids if shown is None else shown))


def _check_placed(log_id: int, events: QuerySet[Event]) -> None:
    if events.filter(id__in=Pending.objects.filter(log_id=log_id).values("event_id")).exists():
        raise Conflict("not_signed_yet", "The newest of these events have no place in the log yet.")


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
    signed: bytes,
    policy: bytes,
    timestamp: bytes | None = None,
    contents: Contents | None = None,
    reading: Reading | None = None,
    progress: Callable[[int], object] = lambda _done: None,
) -> Written:
    """Write the bundle of a selection under a signed checkpoint that covers it, with a timestamp of that where there is
    one; the same of all three give the same bytes.

    `progress` is told how many entries were written, again and again until the end; what it raises ends the writing.
    LookupError where the log has a gap.
    """
    signed_tree = checkpoint.parse(note.parse(signed).text)
    stretch = Stretch(
        origin=signed_tree.origin,
        first_index=selection.begin,
        end_index=selection.end,
        tree_size=signed_tree.size,
        root=signed_tree.root,
    )
    left, right = tree.range_proof(
        log=selection.log, begin=selection.begin, end=selection.end, size=signed_tree.size
    )
    contents = contents or Contents(selection)
    written = Written(stretch)
    with ExitStack() as open_files, bundle_layout.Writer(out) as bundle:
        beside = _Beside(reading, open_files) if reading else None
        bundle.add(bundle_layout.README, [bundle_layout.readme(stretch, reading.mark if reading else None)])
        bundle.add(bundle_layout.VERIFIER, [PROGRAM.read_bytes()])
        bundle.add(bundle_layout.CHECKPOINT, [signed])
        if timestamp:
            bundle.add(bundle_layout.TIMESTAMP, [timestamp])
        bundle.add(bundle_layout.POLICY, [policy])
        bundle.add(bundle_layout.RANGE_PROOF, [bundle_layout.range_proof(stretch, left=left, right=right)])
        bundle.add(bundle_layout.ENTRIES, _lines(selection, contents, written, beside, progress))
        if disclosed := sorted(contents.disclosed(), key=lambda one: (str(one.uid), one.field)):
            bundle.add(bundle_layout.DISCLOSED, map(_value, disclosed))
            written.disclosed = [f"{one.uid} {one.field}" for one in disclosed]
        for name, chunks in chain(beside.files() if beside else (), contents.extras()):
            bundle.add(name, _told(chunks, progress, selection))
        bundle.finish(stretch)
    return written


def _lines(
    selection: Selection,
    contents: Contents,
    written: Written,
    beside: "_Beside | None",
    progress: Callable[[int], object],
) -> Iterator[bytes]:
    entries, done = tree.entries(log=selection.log, begin=selection.begin, end=selection.end), 0
    while chunk := list(islice(entries, tree.CHUNK)):
        there = [entry for entry in chunk if isinstance(entry, tree.Entry)]
        shown = contents.shown(there)
        written.bodies += len(shown)
        written.withheld += len(there) - len(shown)
        for entry in chunk:
            told = entry if isinstance(entry, tree.Entry) and entry.uid in shown else None
            yield bundle_layout.entry_line(
                index=entry.index, leaf=entry.hash, body=told.body if told else None
            )
            if told and beside:
                beside.add(told)
        done += len(chunk)
        progress(done)


def _told(
    chunks: Iterable[bytes], progress: Callable[[int], object], selection: Selection
) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk
        progress(selection.end - selection.begin)


def _value(one: Disclosure) -> bytes:
    return bundle_layout.disclosed_line(uid=str(one.uid), field=one.field, salt=one.salt, value=one.value)


class _Beside:
    """The readable files, which grow while the entries are written and stand in the bundle behind them."""

    def __init__(self, reading: Reading, open_files: ExitStack) -> None:
        self._tell = reading.tell
        folder = str(reading.folder) if reading.folder else None
        self._lines, self._sheet = (
            open_files.enter_context(tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=folder))  # noqa: SIM115 — entered right here
            for _ in range(2)
        )
        self._lines.write(bundle_layout.watermark_line(reading.mark))
        self._sheet.write(readable.csv_header())

    def add(self, entry: Entry) -> None:
        event = entry.event
        told = readable.row(
            index=entry.index, uid=entry.uid, content=event.content, sentence=self._tell(event)
        )
        self._lines.write(readable.json_line(told))
        self._sheet.write(readable.csv_line(told))

    def files(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        yield bundle_layout.EVENTS, self._read(self._lines)
        yield bundle_layout.SHEET, self._read(self._sheet)

    def _read(self, file: IO[bytes]) -> Iterator[bytes]:
        file.seek(0)
        while block := file.read(_BLOCK):
            yield block
