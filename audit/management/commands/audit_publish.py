"""`manage.py audit_publish`: sign the trees that have grown, and bring the signatures out of the house."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from audit.management.misspelt import TrailCommand
from audit.models import LogState
from audit.services import publishing

UNREADABLE = 3


class Command(TrailCommand):
    help = (
        "Sign the tree of every log that has grown, ask the witnesses to confirm it, and write it to the\n"
        "folder of checkpoints.\n\n"
        "Exit status: 0 all is outside, 1 a log is stopped because it does not continue what was signed\n"
        "(see its event audit.publishing_stopped), 2 something did not leave the house and is tried again\n"
        "next time, 3 there is no such log."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--resume", metavar="LOG", help="let a stopped log be signed again, once it was looked at"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if log := options["resume"]:
            try:
                resumed = publishing.resume(log=log, at=timezone.now())
            except LookupError as error:
                raise CommandError(str(error), returncode=UNREADABLE) from None
            self.stdout.write(f"{log} goes on" if resumed else f"{log} was not stopped")
        report = publishing.publish_all(clock=timezone.now)
        self.stdout.write(f"{len(report.signed)} logs signed")
        stopped = LogState.objects.exclude(publishing_stopped="").values_list("log_id", "publishing_stopped")
        if problems := [f"log {log_id}: {problem}" for log_id, problem in stopped]:
            raise CommandError("Stopped: " + "; ".join(problems), returncode=1)
        if report.problems:
            told = "; ".join(f"log {log}: {problem}" for log, problem in report.problems.items())
            raise CommandError(f"Not outside yet: {told}", returncode=2)
