"""`manage.py audit_export`: write a stretch of a log, with its proof and the program that checks it, to a file."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from tqdm import tqdm

from audit import presenters
from audit.domain.bundle_layout import Watermark
from audit.domain.envelope import Actor
from audit.domain.ids import new_id
from audit.errors import Refused
from audit.management.misspelt import TrailCommand
from audit.selectors import evidence, tree
from audit.selectors.evidence import Reading, Selection
from audit.services import exporting

INCOMPLETE, UNREADABLE = 2, 3


class Command(TrailCommand):
    help = (
        "Write evidence from a log to a zip that anybody can check with Python and nothing else.\n\n"
        "Personal values are not in it: their commitments are, so that a value can be shown later.\n"
        "Exit status: 0 written, 2 not signed yet or nothing there, 3 wrong arguments or no such log."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out", type=Path, help="the file to write; one that is there is not overwritten")
        parser.add_argument("--log", required=True, help="the key of the log")
        parser.add_argument("--since", help="what was recorded from then on: 2026-11-01 or 2026-11-01T08:00Z")
        parser.add_argument("--until", help="what was recorded before then (default: all that is signed)")
        parser.add_argument("--event", action="append", default=[], help="only this event; may be repeated")
        parser.add_argument(
            "--readable",
            action="store_true",
            help="add events.jsonl and events.csv, for people and spreadsheets",
        )
        parser.add_argument("--purpose", required=True, help="for whom and why: it stands in the trail")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        at = timezone.now()
        try:
            tree.log_id(options["log"])
        except LookupError as error:
            raise CommandError(str(error), returncode=UNREADABLE) from None
        # Written aside: half a bundle never stands under the name that was asked for.
        draft = out.with_name(f".{out.name}.part")
        if out.exists():
            raise CommandError(f"{out} is there already.", returncode=UNREADABLE)
        try:
            selection = self._selection(options)
            with draft.open("wb") as file, tqdm(total=selection.end - selection.begin, unit="entries") as bar:
                stretch, event = exporting.export(
                    file,
                    selection,
                    policy=exporting.suggested_policy(options["log"]),
                    purpose=options["purpose"],
                    by=Actor.system("operator"),
                    at=at,
                    reading=_reading(options["purpose"], at) if options["readable"] else None,
                    progress=lambda done: bar.update(done - bar.n),
                )
            draft.rename(out)
        except Refused as refusal:
            raise CommandError(refusal.sentence, returncode=INCOMPLETE) from None
        except OSError as error:
            raise CommandError(f"{out}: {error.strerror}", returncode=UNREADABLE) from None
        finally:
            draft.unlink(missing_ok=True)
        self.stdout.write(
            f"{out}: entries {stretch.first_index} to {stretch.end_index - 1} of {stretch.origin}, "
            f"SHA-256 {event.facts['sha256']}"
        )

    def _selection(self, options: dict[str, Any]) -> Selection:
        log = options["log"]
        if options["event"]:
            try:
                return evidence.of_events(log=log, uids=[UUID(uid) for uid in options["event"]])
            except ValueError:
                raise CommandError("--event takes the uid of an event.", returncode=UNREADABLE) from None
        if options["since"] or options["until"]:
            since = self._moment(options["since"], "--since") or datetime.min.replace(tzinfo=UTC)
            until = self._moment(options["until"], "--until")
            return evidence.of_period(log=log, since=since, until=until)
        signed = tree.latest_checkpoint(log)
        return Selection(log, 0, signed.size if signed else tree.size(log))

    def _moment(self, text: str | None, name: str) -> datetime | None:
        if not text:
            return None
        try:
            day, moment = parse_date(text), parse_datetime(text)
        except ValueError:
            day = moment = None
        if moment is not None:
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if day is None:
            raise CommandError(
                f"{name} takes a date or a time such as 2026-11-01T08:00Z.", returncode=UNREADABLE
            )
        return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _reading(purpose: str, at: datetime) -> Reading:
    mark = Watermark(
        export=str(new_id()), asked_by="the operator", asked_at=f"{at:%Y-%m-%d %H:%M} UTC", purpose=purpose
    )
    return Reading(presenters.sentence, mark)
