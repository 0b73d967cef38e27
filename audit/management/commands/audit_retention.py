"""`manage.py audit_retention`: for how long each log is kept, and setting it where no page does, as for the platform's log."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from audit.domain.envelope import Actor
from audit.domain.retention import JURISDICTIONS, RecordClass
from audit.errors import Refused
from audit.management.misspelt import TrailCommand
from audit.models import Log
from audit.selectors import retention as selector
from audit.services import retention

REFUSED, UNREADABLE = 2, 3


class Command(TrailCommand):
    help = (
        "Say for how long each log is kept, what the next purge takes and what is held; or set a period. "
        "Exit status: 0 done, 2 the period is outside its floor and ceiling, 3 there is no such log."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--log", help="this log alone (all)")
        parser.add_argument("--set", choices=[one.value for one in RecordClass], help="the class of records")
        parser.add_argument("--under", choices=sorted(JURISDICTIONS), help="the law under which it is set")
        parser.add_argument("--days", type=int, help="for how many days it is kept")

    def handle(self, *args: Any, **options: Any) -> None:
        named = {"key": options["log"]} if options["log"] else {}
        keys = list(Log.objects.filter(**named).order_by("pk").values_list("key", flat=True))
        if not keys:
            raise CommandError(f"There is no log {options['log']!r}.", returncode=UNREADABLE)
        if options["set"]:
            self._set(options)
        at = timezone.now()
        for key in keys:
            due = selector.due(key, at)
            self.stdout.write(
                f"{key}: {due.values} personal values are due, {due.held} more are held; "
                f"{len(selector.in_force(key))} legal holds in force"
            )
            for one in RecordClass:
                days = selector.keep_days(key, one)
                by_law = selector.set_days(key, one)
                told = ", ".join(f"{code} {count}" for code, count in sorted(by_law.items()))
                self.stdout.write(
                    f"  {one.value}: {f'{days} days ({told})' if days else 'everything is kept'}"
                )

    def _set(self, options: dict[str, Any]) -> None:
        if not (options["log"] and options["under"] and options["days"]):
            raise CommandError("Setting a period takes --log, --under and --days.", returncode=REFUSED)
        try:
            retention.set_policy(
                log=options["log"],
                record_class=RecordClass(options["set"]),
                jurisdiction=options["under"],
                keep_days=options["days"],
                by=Actor.system("operator"),
                at=timezone.now(),
            )
        except Refused as refusal:
            raise CommandError(refusal.sentence, returncode=REFUSED) from None
