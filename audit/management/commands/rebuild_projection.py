"""`manage.py rebuild_projection`: make the rows of a projection anew from the trail."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from audit.errors import Conflict
from audit.management.misspelt import TrailCommand
from audit.models import Log
from audit.selectors import projections
from audit.services import projecting

STOPPED, UNKNOWN, INTERRUPTED = 1, 2, 130
_PAUSE = 0.1  # seconds, while another worker is at it


class Command(TrailCommand):
    help = (
        "Make the rows of a projection anew: they are dropped, and the log is read again from its first\n"
        "entry, in batches. It may run beside the workers, which help, and may be interrupted: they finish it.\n"
        "Until it is done the pages that show its figures say so.\n\n"
        "Exit status: 0 done, 1 stopped at an event that cannot be taken (the reason is printed),\n"
        "2 there is no such projection or log, or its oldest texts were pruned, 130 interrupted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", metavar="NAME", help="such as board")
        parser.add_argument("--log", metavar="KEY", help="only this log; all of them, if none is named")
        parser.add_argument("--batch", type=int, default=projecting.BATCH, help="events a transaction")
        parser.add_argument(
            "--from-minimum",
            action="store_true",
            help="of a log whose oldest texts were pruned: begin behind them, and lose what they gave",
        )
        way = parser.add_mutually_exclusive_group()
        way.add_argument("--resume", action="store_true", help="drop nothing; try again where it is stopped")
        way.add_argument(
            "--list", action="store_true", help="say where every projection stands, and do nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            self._list()
            return
        name = self._name(options["name"])
        if options["batch"] < 1:
            raise CommandError("--batch is a number above zero.", returncode=UNKNOWN)
        logs = self._logs(options["log"])
        now = timezone.now()
        try:
            with transaction.atomic():
                for log_id in logs.values():
                    if options["resume"]:
                        projecting.resume(name=name, log_id=log_id, at=now)
                    else:
                        projecting.rebuild(
                            name=name, log_id=log_id, at=now, from_minimum=options["from_minimum"]
                        )
        except Conflict as refusal:
            raise CommandError(refusal.sentence, returncode=UNKNOWN) from None
        try:
            stopped = self._follow(name, logs, options["batch"])
        except KeyboardInterrupt:
            raise CommandError(
                "Interrupted. The workers read on from here.", returncode=INTERRUPTED
            ) from None
        if stopped:
            raise CommandError("Stopped: " + "; ".join(stopped), returncode=STOPPED)
        self.stdout.write(f"{name} is up to date in {len(logs)} log{'' if len(logs) == 1 else 's'}")

    def _name(self, name: str | None) -> str:
        known = projecting.registered()
        if name in known:
            return str(name)
        raise CommandError(f"Name one of: {', '.join(known)}.", returncode=UNKNOWN)

    def _logs(self, key: str | None) -> dict[str, int]:
        wanted = Log.objects.order_by("id") if key is None else Log.objects.filter(key=key)
        found = dict(wanted.values_list("key", "id"))
        if not found:
            raise CommandError(f"There is no log {key!r}.", returncode=UNKNOWN)
        return found

    def _follow(self, name: str, logs: dict[str, int], batch: int) -> list[str]:
        """Read on until every log is where it was when this began; returns what stopped."""
        ends = {key: standing.size for key, standing in projections.standings(name, logs).items()}
        stopped = []
        with tqdm(desc=name, unit=" events", total=sum(ends.values()), file=self.stderr._out) as bar:  # type: ignore[attr-defined]
            for key, log_id in logs.items():
                here = 0
                while True:
                    taken = projecting.project(name=name, log_id=log_id, at=timezone.now(), limit=batch)
                    standing = projections.standings(name, [key])[key]
                    bar.update(min(standing.position, ends[key]) - here)
                    here = min(standing.position, ends[key])
                    if standing.stopped:
                        stopped.append(f"log {key}: {standing.stopped}")
                    if standing.stopped or standing.position >= ends[key]:
                        break
                    if not taken:
                        time.sleep(_PAUSE)
        return stopped

    def _list(self) -> None:
        keys = list(Log.objects.order_by("id").values_list("key", flat=True))
        for name in projecting.registered():
            for key, standing in projections.standings(name, keys).items():
                words = f"stopped: {standing.stopped}" if standing.stopped else ""
                if not words and standing.waiting_since:
                    words = f"behind since {standing.waiting_since:%Y-%m-%d %H:%M:%S} UTC"
                line = f"{name} {key}: {standing.position:,} of {standing.size:,} {words}"
                self.stdout.write(line.rstrip())
