"""`manage.py audit_fsck`: check that the trail is still what it was, from the bodies of its events up to what was signed."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from tqdm import tqdm

from audit.domain import checkpoint, note
from audit.domain.checkpoint import Checkpoint
from audit.management.misspelt import TrailCommand
from audit.models import Log
from audit.selectors import tree
from audit.services import fsck, outside, signing_keys

TAMPERED, INCOMPLETE, UNREADABLE = 1, 2, 3
# More is written for nobody.
SHOWN = 20


class Command(TrailCommand):
    help = (
        "Compute the trail anew and compare: bodies with leaf hashes and columns, places without a gap, tiles,\n"
        "roots, everything that was signed here and outside, and events that never got their place.\n\n"
        "Exit status: 0 all is as it was, 1 something was changed (the first index that is wrong is named),\n"
        "2 nothing was changed, but events wait for their places for more than a minute or a log is stopped,\n"
        "3 there is no such log, or a file cannot be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--log", help="check this log alone (all)")
        parser.add_argument(
            "--from", type=int, default=0, dest="begin", metavar="N", help="begin near this index (0)"
        )
        parser.add_argument("--jobs", type=int, default=1, help="processes to share the work (1)")
        parser.add_argument(
            "--checkpoint",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help="a checkpoint that somebody else has kept, or a folder of them; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["begin"] < 0 or options["jobs"] < 1:
            raise CommandError("--from and --jobs are numbers, from 0 and from 1 on.", returncode=UNREADABLE)
        keys = (
            [options["log"]]
            if options["log"]
            else list(Log.objects.order_by("id").values_list("key", flat=True))
        )
        try:
            trusted = [one for path in options["checkpoint"] for one in _read(path)]
            sizes = {log: tree.size(log) for log in keys}
        except (OSError, ValueError, LookupError) as error:
            raise CommandError(str(error), returncode=UNREADABLE) from None
        origins = {signing_keys.origin(log) for log in keys}
        if strange := sorted({one.origin for one in trusted} - origins):
            raise CommandError(f"Nobody checks {', '.join(strange)} here.", returncode=UNREADABLE)
        verdicts = []
        with tqdm(
            total=sum(sizes.values()), unit="event", file=self.stderr._out, desc="fsck", mininterval=0.5
        ) as bar:
            for log in keys:
                try:
                    verdicts.append(
                        fsck.check(
                            log=log,
                            at=timezone.now(),
                            begin=options["begin"],
                            jobs=options["jobs"],
                            trusted=trusted,
                            told=bar.update,
                        )
                    )
                except outside.OutsideError as error:
                    raise CommandError(str(error), returncode=UNREADABLE) from None
        self._tell(verdicts)

    def _tell(self, verdicts: list[fsck.Verdict]) -> None:
        for verdict in verdicts:
            for finding in sorted(verdict.findings)[:SHOWN]:
                self.stdout.write(f"{finding.log}: {_place(finding)}{finding.what}")
            for what in verdict.incomplete:
                self.stdout.write(f"{verdict.log}: {what}")
            if not verdict.findings and not verdict.incomplete:
                pruned = (
                    f"; the texts of {verdict.pruned} were pruned, as their tombstones say"
                    if verdict.pruned
                    else ""
                )
                self.stdout.write(f"{verdict.log}: {verdict.size} entries, all as they were{pruned}")
        found = [verdict.first for verdict in verdicts if verdict.first]
        if found:
            first = found[0]
            raise CommandError(
                f"Tampered with: log {first.log}, {_place(first)}{first.what}", returncode=TAMPERED
            )
        if any(verdict.incomplete for verdict in verdicts):
            raise CommandError("Not complete yet.", returncode=INCOMPLETE)


def _place(finding: fsck.Finding) -> str:
    return f"index {finding.index}: " if finding.index >= 0 else ""


def _read(path: Path) -> Iterator[Checkpoint]:
    """The checkpoints in a file or a folder; ValueError, naming the file, for one that is none."""
    files = sorted(filter(outside.is_checkpoint, path.iterdir())) if path.is_dir() else [path]
    for file in files:
        try:
            yield checkpoint.parse(note.parse(file.read_bytes()).text)
        except ValueError:
            raise ValueError(f"{file} is no checkpoint") from None
