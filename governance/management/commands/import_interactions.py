"""`manage.py import_interactions`: rows of a CSV or NDJSON file become interactions, through the agents' own intake.

Ends with 0 where every row was taken in, 1 where some were refused, 2 where nothing could begin.
"""

import csv
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from audit.errors import Refused
from contracts.domain.roles import POST_INTERACTION
from contracts.enums import UserKind
from contracts.models import Process, User
from contracts.selectors import posters
from governance.services import row_imports
from governance.services.row_imports import Fault, Job, Outcome
from reviews.domain import row_mapping
from reviews.selectors import row_files
from reviews.selectors.row_files import RowFile
from reviews.services import intake

_SHOWN = 5


class Command(BaseCommand):
    help = "Import interactions from a CSV or NDJSON file (also .gz), with columns mapped onto the fields of the API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--process", required=True, help="code of the process")
        parser.add_argument("--step", required=True, help="code of the step")
        parser.add_argument(
            "--map", action="append", default=[], metavar="TARGET=COLUMN", help="e.g. input.text=text"
        )
        parser.add_argument(
            "--constant", action="append", default=[], metavar="TARGET=VALUE", help="the same for every row"
        )
        parser.add_argument(
            "--id",
            default="",
            metavar="COLUMN",
            help="column with the external id (file name and row number)",
        )
        parser.add_argument(
            "--agent", default="", help="login of the agent; needed where the process has several"
        )
        parser.add_argument(
            "--format",
            choices=[row_files.CSV, row_files.NDJSON],
            default="",
            help="where the name does not tell",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be stored, and store nothing"
        )
        parser.add_argument("--errors", type=Path, help="CSV file for what was wrong: row, field, sentence")
        parser.add_argument("--chunk", type=int, default=500, help="rows in one transaction (500)")
        parser.add_argument("--limit", type=int, help="read at most so many rows")

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("chunk", "limit"):
            if options[name] is not None and options[name] < 1:
                raise CommandError(f"--{name} is a number above zero.", returncode=2)
        try:
            job = self._job(options)
            outcome = self._run(job, options)
        except Refused as refusal:
            raise CommandError(refusal.sentence, returncode=2) from refusal
        self._report(outcome, dry_run=job.dry_run)
        if outcome.refused:
            where = f"; see {options['errors']}" if options["errors"] else ""
            raise CommandError(f"{outcome.refused:,} rows were refused{where}.", returncode=1)

    def _job(self, options: dict[str, Any]) -> Job:
        process = Process.objects.filter(code=options["process"]).first()
        if process is None:
            raise CommandError(f"There is no process {options['process']!r}.", returncode=2)
        if not process.steps.filter(code=options["step"]).exists():
            known = ", ".join(process.steps.order_by("position").values_list("code", flat=True))
            raise CommandError(
                f"{process.code} has no step {options['step']!r}; it has: {known}.", returncode=2
            )
        agent = _agent(process, options["agent"])
        intake.admit(agent=agent, key=None, code=process.code)
        return Job(
            path=options["file"],
            mapping=row_mapping.read(options["map"], options["constant"]),
            process=process.code,
            step=options["step"],
            agent=agent,
            id_column=options["id"],
            chunk=options["chunk"],
            dry_run=options["dry_run"],
        )

    def _run(self, job: Job, options: dict[str, Any]) -> Outcome:
        with ExitStack() as stack:
            source = stack.enter_context(row_files.opened(job.path, options["format"]))
            told = self._teller(stack, source, options["errors"])
            rows = source.rows()
            if options["limit"]:
                rows = (row for _, row in zip(range(options["limit"]), rows, strict=False))
            return row_imports.run(job=job, rows=rows, clock=timezone.now, told=told)

    def _teller(self, stack: ExitStack, source: RowFile, errors: Path | None) -> Any:
        """What hears of each chunk: the bar, the file of errors, and the first errors on the screen."""
        bar = stack.enter_context(
            tqdm(
                total=source.size,
                unit="B",
                unit_scale=True,
                file=self.stderr._out,
                desc="import",
                mininterval=0.5,
            )
        )
        writer = None
        if errors is not None:
            writer = csv.writer(stack.enter_context(errors.open("w", encoding="utf-8", newline="")))
            writer.writerow(["row", "field", "sentence"])
        shown: list[Fault] = []
        counted = {"rows": 0}

        def told(rows: int, faults: list[Fault]) -> None:
            counted["rows"] += rows
            bar.update(source.position - bar.n)
            bar.set_postfix_str(f"{counted['rows']:,} rows", refresh=False)
            for fault in faults:
                if writer is not None:
                    writer.writerow([fault.row, fault.field, fault.sentence])
                elif len(shown) < _SHOWN:
                    shown.append(fault)
                    bar.write(f"row {fault.row}: {fault.field} {fault.sentence}", file=self.stderr._out)

        return told

    def _report(self, outcome: Outcome, *, dry_run: bool) -> None:
        verb = "would be stored" if dry_run else "stored"
        told = [
            f"{count:,} {disposition.replace('_', ' ')}"
            for disposition, count in sorted(outcome.stored.items())
        ]
        parts = [f"{outcome.stored.total():,} {verb}" + (f" ({', '.join(told)})" if told else "")]
        parts += [f"{outcome.known:,} known before", f"{outcome.refused:,} refused"]
        self.stdout.write(f"{outcome.rows:,} rows: {', '.join(parts)}")


def _agent(process: Process, login: str) -> User:
    """The agent that was named, or the only one that may post to the process."""
    agents = posters.of(process, POST_INTERACTION)
    if login:
        agents = [agent for agent in agents if agent.username == login]
    agents = [agent for agent in agents if agent.kind == UserKind.AGENT]
    if len(agents) == 1:
        return agents[0]
    if login:
        raise CommandError(f"{login} is no agent that may post to {process.code}.", returncode=2)
    names = ", ".join(sorted(agent.username for agent in agents)) or "none"
    raise CommandError(f"Say --agent: {process.code} has these: {names}.", returncode=2)
