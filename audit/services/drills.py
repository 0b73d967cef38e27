"""Drills: somebody tampers with a copy of a log, and the real tools say what they find.

The real log is only read. Its first entries are copied as they stand into a database of their own, where the real
sequencer gives them their places, the real publisher signs them half-way and at the end, and the real witness confirms
the end. Each drill works on a fresh copy of that.
"""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from audit.domain import drills as domain
from audit.domain.drills import DRILLS, Drill, Outcome, Report
from audit.errors import Conflict, NotVisible
from audit.selectors import copies, retention, tree
from audit.services import drill_copies, drill_witness, logs, tampering
from audit.services.drill_copies import Copy, CopyError, Said

FSCK, PUBLISH = "audit_fsck", "audit_publish"
_INDEX = re.compile(r"\bindex (\d+): ")
CONTROL = "control"


@dataclass(frozen=True, slots=True)
class Step:
    """How far a run is: so many of so many steps are done, and this is being done now."""

    done: int
    total: int
    doing: str


Told = Callable[[Step], object]


@dataclass(frozen=True, slots=True)
class _Bench:
    """What a run works with: the copy nobody touches, its database of half-way, the checkpoints that somebody kept
    outside, and how the witness is asked."""

    folder: Path
    base: Copy
    backup: Path
    kept: Path
    witness: Mapping[str, str]
    size: int


def run(*, log: str, entries: int = domain.MOST_ENTRIES, told: Told = lambda step: None) -> Report:
    """Do every drill to a copy of the first `entries` of a log, or of as many as it has.

    NotVisible for a log that is not there, Conflict for the platform's and for one that has too few entries, CopyError
    where the machine does not let a copy be made, or texts are pruned while they are copied.
    """
    if log == logs.PLATFORM:
        raise Conflict(
            "platform_log",
            "The platform’s own log cannot be tried: in a copy it would go on with what the copy itself does. "
            "Choose the log of a client.",
            "log",
        )
    try:
        number = tree.log_id(log)
        # Before this place a text may survive among others that were pruned.
        first = retention.minimum_index(number)
        size = min(entries, domain.MOST_ENTRIES, tree.size(log) - first)
    except LookupError as error:
        raise NotVisible("no_log", f"{error}.", "log") from None
    if size < domain.FEWEST_ENTRIES:
        raise Conflict(
            "too_few_entries",
            f"A drill needs {domain.FEWEST_ENTRIES} entries that have their place in the log, and there are {size}.",
            "entries",
        )
    chosen = [one for one in DRILLS if size >= one.least]
    total = len(chosen) + 2
    with drill_copies.workshop() as folder:
        told(
            Step(0, total, f"Copying the first {size:,} entries, and signing the copy with a key of its own")
        )
        try:
            events = list(copies.events(log=log, begin=first, end=first + size))
        except LookupError as error:
            if retention.minimum_index(number) > first:
                raise CopyError(f"{error}: texts were pruned meanwhile") from None
            return Report(log, first, size, Outcome(CONTROL, FSCK, 1, f"{error}: it cannot be copied."))
        with _bench(folder, log, events) as made:
            if isinstance(made, Outcome):
                return Report(log, first, size, made)
            told(Step(1, total, "Checking the copy that nobody touched"))
            control = _outcome(CONTROL, _fsck(made.base, "--checkpoint", str(made.kept)))
            if control.status:
                return Report(log, first, size, control)
            outcomes = []
            for number, drill in enumerate(chosen, start=2):
                told(Step(number, total, drill.title))
                outcomes.append(_do(drill, made))
    told(Step(total, total, "Done"))
    left_out = tuple(
        (one.key, f"It needs {one.least} entries, and the copy has {size}.")
        for one in DRILLS
        if one not in chosen
    )
    return Report(log, first, size, control, tuple(outcomes), left_out)


@contextmanager
def _bench(folder: Path, log: str, events: list[tuple]) -> Iterator[_Bench | Outcome]:
    """The copy as it should be, by the real commands; or what one of them found wrong with the entries themselves."""
    half = domain.halfway(len(events))
    base = drill_copies.make(folder / "base", log)
    opened_at = events[0][copies.COLUMNS.index("recorded_at")]
    drill_copies.fill(base, events[:half], opened_at)
    if refused := _signed(base, {}):
        yield refused
        return
    backup = folder / "backup.sqlite3"
    shutil.copyfile(base.database, backup)
    vkeys = (base.checkpoints / "vkeys").read_text(encoding="utf-8").split()
    with drill_witness.serving(folder, vkeys) as witness:
        drill_copies.fill(base, events[half:], opened_at)
        if refused := _signed(base, witness):
            yield refused
            return
        kept = folder / "kept"
        shutil.copytree(base.checkpoints, kept)
        yield _Bench(folder, base, backup, kept, witness, len(events))


def _signed(copy: Copy, witness: Mapping[str, str]) -> Outcome | None:
    """Sequence and sign the copy; what a command found wrong, or None where nothing was."""
    for command in ("audit_sequence", PUBLISH):
        said = copy.manage(command, extra=witness)
        if said.status == domain.CAUGHT:
            return _outcome(CONTROL, said, tool=command)
        if said.status:
            raise CopyError(f"{command} on the copy ended with {said.status}: {said.sentence}")
    return None


def _do(drill: Drill, bench: _Bench) -> Outcome:
    copy = bench.base.again(f"copy-{drill.key}")
    index = domain.touched(drill.key, bench.size)
    try:
        match drill.key:
            case "backup":
                tampering.put_backup(copy, bench.backup)
                return _outcome(drill.key, _fsck(copy), touched=index)
            case "resign":
                tampering.apply(drill.key, copy, index)
                tampering.forget_signed(copy)
                _expect(copy.manage(PUBLISH), PUBLISH)
                alone = _fsck(copy)
                found = _fsck(copy, "--checkpoint", str(bench.kept))
                return _outcome(drill.key, found, touched=index, alone=alone.status)
            case "witness":
                tampering.apply(drill.key, copy, index)
                tampering.forget_signed(copy)
                return _outcome(
                    drill.key, copy.manage(PUBLISH, extra=bench.witness), tool=PUBLISH, touched=index
                )
            case key:
                tampering.apply(key, copy, index)
                return _outcome(key, _fsck(copy), touched=index)
    finally:
        shutil.rmtree(copy.folder, ignore_errors=True)


def _expect(said: Said, command: str) -> None:
    if said.status:
        raise CopyError(f"{command} on the copy ended with {said.status}: {said.sentence}")


def _fsck(copy: Copy, *words: str) -> Said:
    return copy.manage(FSCK, "--log", copy.log, *words)


def _outcome(
    key: str, said: Said, *, tool: str = FSCK, touched: int | None = None, alone: int | None = None
) -> Outcome:
    named = _INDEX.search(said.sentence)
    index = int(named[1]) if named else None
    return Outcome(key, tool, said.status, said.sentence, touched, index, alone)
