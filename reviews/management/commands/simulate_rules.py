"""`manage.py simulate_rules`: what a draft or proposal would have done, on a terminal.

Ends with 0 when it was counted, 1 where it broke off or was refused, 2 where there is no such process or version.
"""

import json
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from audit.errors import Refused
from contracts.models import User
from reviews.enums import OPEN_SIMULATIONS, SimulationState
from reviews.models import RuleSet, RuleSimulation
from reviews.presenters import simulation_figures
from reviews.presenters import simulations as presenter
from reviews.services import simulating, simulations

_PIECE = 1024 * 1024


class Command(BaseCommand):
    help = (
        "Simulate a version of the rules over a period (the last 30 days) or over the interactions of a file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--process", required=True, help="code of the process")
        parser.add_argument("--ruleset", required=True, metavar="v8", help="the version, a draft or proposal")
        parser.add_argument("--by", default="", help="login of who asks (the version's author)")
        parser.add_argument("--since", metavar="MOMENT", help="from then on, such as 2026-11-01T00:00:00Z")
        parser.add_argument("--until", metavar="MOMENT", help="and before then")
        parser.add_argument("--file", type=Path, help="NDJSON or CSV, instead of a period")
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        ruleset = _ruleset(options["process"], options["ruleset"])
        by = _person(options["by"], ruleset)
        try:
            asked = self._ask(ruleset, by, options)
        except Refused as refusal:
            raise CommandError(refusal.sentence, returncode=1) from refusal
        done = self._count(asked)
        if done.state != SimulationState.DONE:
            raise CommandError(done.error or f"It is {done.state}.", returncode=1)
        if options["json"]:
            self.stdout.write(json.dumps({"id": str(done.pk), "digest": done.digest, **done.figures}))
            return
        self.stdout.write(f"{ruleset.process.code} v{ruleset.version}: {presenter.about(done)}")
        for figure in simulation_figures.figures(done):
            self.stdout.write(f"{figure.name + ':':44} {figure.number}  {figure.note}")

    def _ask(self, ruleset: RuleSet, by: User, options: dict[str, Any]) -> RuleSimulation:
        at = timezone.now()
        if options["file"] is None:
            since, until = (_moment(options[name], name) for name in ("since", "until"))
            return simulations.ask_period(ruleset_id=ruleset.pk, by=by, at=at, since=since, until=until)
        if options["since"] or options["until"]:
            raise CommandError("Choose a period or a file.", returncode=1)
        try:
            with options["file"].open("rb") as file:
                chunks = iter(lambda: file.read(_PIECE), b"")
                return simulations.ask_file(
                    ruleset_id=ruleset.pk, name=options["file"].name, chunks=chunks, by=by, at=at
                )
        except OSError as problem:
            sentence = f"{options['file']} cannot be read: {problem.strerror}"
            raise CommandError(sentence, returncode=1) from None

    def _count(self, asked: RuleSimulation) -> RuleSimulation:
        """Count it here, in the line with what others asked for; a worker may be at it already."""
        with tqdm(total=None, unit="", file=self.stderr._out, desc="simulation", mininterval=0.5) as bar:

            def clock() -> datetime:
                seen = RuleSimulation.objects.filter(pk=asked.pk).values_list("seen", "total").first()
                if seen is not None:
                    bar.total = seen[1] or None
                    bar.update(seen[0] - bar.n)
                return timezone.now()

            simulating.sweep(clock=clock)
        found = RuleSimulation.objects.select_related("base", "requested_by").get(pk=asked.pk)
        if found.state in OPEN_SIMULATIONS:
            raise CommandError("A worker is at it: its page shows how far it is.", returncode=1)
        return found


def _ruleset(code: str, name: str) -> RuleSet:
    number = name.removeprefix("v")
    if not (number.isascii() and number.isdigit()):
        raise CommandError(f"{name!r} is no version, such as v8.", returncode=2)
    rows = RuleSet.objects.select_related("process", "author").filter(process__code=code, version=int(number))
    found = rows.first()
    if found is None:
        raise CommandError(f"There are no rules v{number} of {code!r}.", returncode=2)
    return found


def _person(login: str, ruleset: RuleSet) -> User:
    if not login:
        return ruleset.author
    found = User.objects.filter(username=login).first()
    if found is None:
        raise CommandError(f"There is nobody with the login {login!r}.", returncode=2)
    return found


def _moment(text: str | None, name: str) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CommandError(f"--{name} is a moment with its time zone.", returncode=1)
    return moment
