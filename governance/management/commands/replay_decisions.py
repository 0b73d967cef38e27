"""`manage.py replay_decisions`: work the waiting queue of a process with the right values of a file.

Each case goes through claim and decision as any other; the decisions and their events say that they were replayed.
"""

import time
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from audit.errors import Refused
from contracts.models import Process, User
from governance.services import gold_replays
from reviews.domain import row_mapping
from reviews.selectors import row_files
from reviews.services import release


class Command(BaseCommand):
    help = (
        "Decide the waiting cases of a process by the right values of a CSV or NDJSON file, and release them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--process", required=True, help="code of the process")
        parser.add_argument("--as", required=True, dest="user", help="login of the reviewer")
        parser.add_argument("--gold", required=True, type=Path, help="file with the right values")
        parser.add_argument(
            "--id",
            default="",
            metavar="COLUMN",
            help="column with the external id (file name and row number)",
        )
        parser.add_argument(
            "--map", action="append", default=[], required=True, metavar="OUTPUT_FIELD=COLUMN"
        )
        parser.add_argument(
            "--format",
            choices=[row_files.CSV, row_files.NDJSON],
            default="",
            help="where the name does not tell",
        )
        parser.add_argument("--limit", type=int, help="decide at most so many cases")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["limit"] is not None and options["limit"] < 1:
            raise CommandError("--limit is a number above zero.", returncode=2)
        process = Process.objects.filter(code=options["process"]).first()
        if process is None:
            raise CommandError(f"There is no process {options['process']!r}.", returncode=2)
        user = User.objects.filter(username=options["user"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is nobody with the login {options['user']!r}.", returncode=2)
        try:
            gold = _gold(process, options)
            cases = gold_replays.waiting(process, options["limit"])
            with tqdm(
                total=len(cases), unit="case", file=self.stderr._out, desc="replay", mininterval=0.5
            ) as bar:
                done = gold_replays.run(
                    cases=cases, user=user, gold=gold, clock=timezone.now, told=bar.update
                )
        except Refused as refusal:
            raise CommandError(refusal.sentence, returncode=2) from refusal
        released = _release(done[gold_replays.APPROVED] + done[gold_replays.CHANGED])
        told = ", ".join(f"{count:,} {what}" for what, count in sorted(done.items())) or "nothing waits"
        self.stdout.write(f"{process.code}: {told}; {released:,} released")
        decided = done[gold_replays.APPROVED] + done[gold_replays.CHANGED]
        if decided:
            self.stdout.write(f"Changed: {done[gold_replays.CHANGED] / decided:.4%} of {decided:,} decisions")


def _gold(process: Process, options: dict[str, Any]) -> dict[str, Mapping[str, str]]:
    """The right values by external id. A row that cannot be read has none."""
    columns = dict(row_mapping.split(text) for text in options["map"])
    known = {field["name"] for step in process.steps.all() for field in step.output_fields}
    if unknown := sorted(columns.keys() - known):
        raise CommandError(f"{process.code} has no output field {', '.join(unknown)}.", returncode=2)
    gold: dict[str, Mapping[str, str]] = {}
    with row_files.opened(options["gold"], options["format"]) as source:
        for row in source.rows():
            name = row_files.identity(row, options["id"], options["gold"])
            right = {field: row.values.get(column) for field, column in columns.items()}
            if name and not row.problem and all(value not in (None, "") for value in right.values()):
                gold[name] = {field: str(value) for field, value in right.items()}
    if not gold:
        raise CommandError("The file has no right values in these columns.", returncode=2)
    return gold


def _release(decided: int) -> int:
    """Release what was decided when its undo time is over; the sweep of a running site may be faster."""
    if not decided:
        return 0
    time.sleep((timedelta(seconds=settings.UNDO_SECONDS)).total_seconds())
    released = 0
    while went := release.release_due(at=timezone.now()):
        released += went
    return released
