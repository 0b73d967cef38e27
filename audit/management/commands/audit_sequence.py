"""`manage.py audit_sequence`: give the events that wait their places in the trees of their logs."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from audit.management.misspelt import TrailCommand
from audit.models import LogState
from audit.services import sequencing

POLL = 0.2  # seconds
UNREADABLE = 3


class Command(TrailCommand):
    help = (
        "Give the events that wait their places in the trees of their logs.\n\n"
        "Any number of these may run, beside the worker, and any may be killed at any time.\n"
        "Exit status: 0 the queue was worked off, 1 a log is stopped because its rows contradict\n"
        "themselves (see its event audit.mismatch_found), 3 there is no such log."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        way = parser.add_mutually_exclusive_group()
        way.add_argument(
            "--once", action="store_true", help="work the queue off and end (what it does unasked)"
        )
        way.add_argument("--follow", action="store_true", help="go on until SIGTERM or Ctrl-C")
        way.add_argument("--resume", metavar="LOG", help="let a stopped log go on, once it was looked at")
        parser.add_argument(
            "--batch", type=int, default=sequencing.BATCH, help="events a transaction (%(default)s)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch"] < 1:
            raise CommandError("--batch is a number above zero.", returncode=UNREADABLE)
        if options["resume"]:
            self._resume(options["resume"])
        if options["follow"]:
            self._follow(options["batch"])
        else:
            done = sequencing.sweep(clock=timezone.now, batch=options["batch"])
            self.stdout.write(f"{done.sequenced} events sequenced")
        stopped = LogState.objects.exclude(sequencing_stopped="").values_list("log_id", "sequencing_stopped")
        if problems := [f"log {log_id}: {problem}" for log_id, problem in stopped]:
            raise CommandError("Stopped: " + "; ".join(problems), returncode=1)

    def _resume(self, log: str) -> None:
        try:
            resumed = sequencing.resume(log=log, at=timezone.now())
        except LookupError as error:
            raise CommandError(str(error), returncode=UNREADABLE) from None
        self.stdout.write(f"{log} goes on" if resumed else f"{log} was not stopped")

    def _follow(self, batch: int) -> None:
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        while not ended.is_set():
            try:
                pause = (
                    0.0 if sequencing.sweep(clock=timezone.now, batch=batch, seconds=5).sequenced else POLL
                )
            except (OperationalError, InterfaceError) as problem:
                # The database is away or ended a deadlock; what was not committed is still in the queue.
                self.stderr.write(f"{problem}")
                connection.close()
                pause = 1.0
            ended.wait(pause)
