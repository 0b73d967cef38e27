"""`manage.py score_autoqa`: score by automatic QA whatever went out and has no score, and show how far it is."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from contracts.models import Process
from reviews.selectors import autoqa as selector
from reviews.services import autoqa

REFUSED, UNFINISHED, INTERRUPTED = 1, 3, 130


class Command(BaseCommand):
    help = (
        "Score every interaction that went out and has no score of automatic QA. It may be interrupted and run again, also"
        " beside the workers: each interaction is scored once."
    )
    epilog = (
        "Exit status: 0 everything is scored; 1 there is no such process; 2 wrong arguments; 3 something is still without a"
        " score (--limit, or others are at it); 130 interrupted."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, epilog=self.epilog, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--process",
            action="append",
            default=[],
            metavar="CODE",
            help="only this process (may be repeated)",
        )
        parser.add_argument("--limit", type=int, metavar="N", help="score about so many at most")

    def handle(self, *args: Any, **options: Any) -> None:
        codes, limit = options["process"], options["limit"]
        if limit is not None and limit < 1:
            raise CommandError("--limit is a number above zero.", returncode=2)
        known = set(Process.objects.filter(code__in=codes).values_list("code", flat=True))
        if unknown := sorted(set(codes) - known):
            raise CommandError(f"There is no process {unknown[0]!r}.", returncode=REFUSED)
        todo = _unscored(codes)
        try:
            with tqdm(total=todo, unit="", desc="auto-QA", file=self.stderr._out, mininterval=0.5) as bar:
                done = autoqa.score_due(
                    at=timezone.now(), codes=codes, most=min(todo, limit or todo), told=bar.update
                )
        except KeyboardInterrupt:
            raise CommandError(
                "Interrupted. What is scored stays; the same command goes on from here.",
                returncode=INTERRUPTED,
            ) from None
        self.stdout.write(f"{done:,} interactions scored")
        if left := _unscored(codes):
            raise CommandError(f"{left:,} have no score yet.", returncode=UNFINISHED)


def _unscored(codes: list[str]) -> int:
    return sum(selector.unscored(process, None).count() for process in selector.processes(codes))
