"""`manage.py seed_demo`: three fictional clients with their people, rules, today's cases and ninety days of history.

Everything is made by the services people use, in small transactions: a run may be interrupted and goes on where it was,
and a second run adds nothing.
"""

import time
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.errors import Refused
from governance.demo import banking, history, logins, today, watching, world
from governance.demo.clock import LONGEST_HISTORY
from governance.demo.progress import Progress
from governance.demo.world import World


class Command(BaseCommand):
    help = "Seed the demo world: three clients, today's cases, and their history."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--today", action="store_true", help="make the world and today's cases")
        parser.add_argument(
            "--history", action="store_true", help="fill the days before (both, if neither is named)"
        )
        parser.add_argument(
            "--banking77",
            action="store_true",
            help="make the empty process BANK-77 for import_interactions, and nothing else",
        )
        parser.add_argument("--days", type=int, default=90, help="how many days back (90)")
        parser.add_argument("--scale", type=float, default=1.0, help="share of the agreed volume (1.0)")
        parser.add_argument("--seed", type=int, default=4711, help="seed of the dice (4711)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 2 <= options["days"] <= LONGEST_HISTORY:
            raise CommandError(f"--days lies between 2 and {LONGEST_HISTORY}.", returncode=2)
        if not 0 < options["scale"] <= 100:
            raise CommandError("--scale lies above 0 and up to 100.", returncode=2)
        now = timezone.now()
        both = not (options["today"] or options["history"] or options["banking77"])
        try:
            found = self._world(now, options["seed"])
            if options["banking77"]:
                self._banking(found, now)
            if options["today"] or both:
                self._run("today", found, options)
            if options["history"] or both:
                self._run("history", found, options)
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        except KeyboardInterrupt:
            raise CommandError(
                "Interrupted. What is there stays; the same command goes on from here.", returncode=130
            ) from None

    def _world(self, now: datetime, seed: int) -> World:
        found = world.find()
        if found is not None:
            return found
        began = time.monotonic()
        chosen = logins.password()
        made = world.build(now=now, password=chosen, seed=seed)
        path = _path("demo-logins.txt")
        self.stdout.write(logins.write(path, made, chosen))
        self.stdout.write(
            f"The demo world is there ({time.monotonic() - began:.0f} s); the logins stand in {path}"
        )
        return made

    def _run(self, what: str, found: World, options: dict[str, Any]) -> None:
        began = time.monotonic()
        progress = Progress(_path("demo-progress.json"), what, self.stderr._out)  # type: ignore[arg-type]
        complete = False
        days, scale, seed = options["days"], options["scale"], options["seed"]
        try:
            if what == "today":
                today.seed(world=found, days_in_all=days, scale=scale, dice_seed=seed, progress=progress)
            else:
                history.fill(
                    world=found,
                    first=1,
                    last=days - 1,
                    days_in_all=days,
                    scale=scale,
                    seed=seed,
                    progress=progress,
                )
            watching.count(found)
            complete = True
        finally:
            progress.close(complete=complete)
        self.stdout.write(f"{what.capitalize()}: done ({time.monotonic() - began:.0f} s)")

    def _banking(self, found: World, now: datetime) -> None:
        if made := banking.build(world=found, at=now):
            self.stdout.write(
                f"The process {banking.CODE} is there; its agent {banking.AGENT} has the key {made}"
            )
        else:
            self.stdout.write(f"The process {banking.CODE} was there already")


def _path(name: str) -> Path:
    return Path(settings.VAR) / name
