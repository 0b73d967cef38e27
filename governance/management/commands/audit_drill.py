"""`manage.py audit_drill`: try to cheat a copy of a log in every way we know, and see whether each is caught."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from tqdm import tqdm

from audit.domain import drills as domain
from audit.domain.drills import Outcome, Report
from audit.errors import Refused
from audit.management.misspelt import TrailCommand
from audit.services.drills import Step
from governance.presenters import drills as presenter
from governance.selectors import drill_runs as selectors
from governance.services import drill_runs

MISSED, UNREADABLE = 1, 3


class Command(TrailCommand):
    help = (
        "Copy the first entries of a log into a database of its own, tamper with fresh copies of that in\n"
        "every way we know, and let audit_fsck, the publisher and a witness say what they find. The log\n"
        "itself is only read. What came of it is kept for the page “Try to cheat us”, and is an event.\n\n"
        "Exit status: 0 every way was caught and the copy nobody touched was clean, 1 otherwise,\n"
        "3 there is no such log, it has too few entries, or no copy can be made here."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--log", help="the key of the log (the largest log of a client)")
        parser.add_argument(
            "--entries",
            type=int,
            default=domain.MOST_ENTRIES,
            metavar="N",
            help=f"how many entries to copy, {domain.FEWEST_ENTRIES} to {domain.MOST_ENTRIES} (%(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not domain.FEWEST_ENTRIES <= options["entries"] <= domain.MOST_ENTRIES:
            raise CommandError(
                f"--entries is a number from {domain.FEWEST_ENTRIES} to {domain.MOST_ENTRIES}.",
                returncode=UNREADABLE,
            )
        log = options["log"] or self._largest()
        try:
            run = drill_runs.begin(log=log, entries=options["entries"], at=timezone.now())
        except Refused as refusal:
            raise CommandError(refusal.sentence, returncode=UNREADABLE) from None
        with tqdm(unit="step", desc=log, file=self.stderr._out) as bar:

            def told(step: Step) -> None:
                bar.total = step.total
                bar.set_postfix_str(step.doing, refresh=False)
                bar.update(step.done - bar.n)

            ended = drill_runs.perform(run_id=run.pk, clock=timezone.now, told=told)
        report = presenter.report_of(ended) if ended else None
        if report is None:
            raise CommandError(
                ended.problem if ended else "A worker took this run over; see the page.",
                returncode=UNREADABLE,
            )
        self._tell(report)

    def _largest(self) -> str:
        largest = selectors.largest_log()
        if largest is None:
            raise CommandError("There is no client’s log yet; name one with --log.", returncode=UNREADABLE)
        return largest

    def _tell(self, report: Report) -> None:
        self.stdout.write(f"{report.log}: a copy of {report.entries} entries, from {report.first} on")
        self._line(
            "The copy nobody touched", "clean" if report.control_clean else "NOT CLEAN", report.control
        )
        for one in report.outcomes:
            self._line(domain.drill(one.key).title, "caught" if one.caught else "NOT CAUGHT", one)
            if one.alone is not None:
                self.stdout.write(f"    without anything kept outside: status {one.alone}")
        for key, why in report.left_out:
            self.stdout.write(f"left out: {domain.drill(key).title}. {why}")
        self.stdout.write("Not covered by any drill:")
        for sentence in domain.NOT_COVERED:
            self.stdout.write(f"  {sentence}")
        if not report.control_clean:
            raise CommandError(
                "The copy nobody touched is not clean: nothing counts as caught.", returncode=MISSED
            )
        if not report.passed:
            missed = len(report.outcomes) - report.caught
            raise CommandError(f"{missed} of {len(report.outcomes)} were not caught.", returncode=MISSED)
        self.stdout.write(f"All {report.caught} were caught, and the copy nobody touched was clean.")

    def _line(self, title: str, verdict: str, one: Outcome) -> None:
        self.stdout.write(f"{verdict}: {title}")
        self.stdout.write(f"    {one.tool} ended with {one.status}: {one.said}")
