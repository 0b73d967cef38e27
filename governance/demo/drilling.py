"""C7: the escalation paths of invoices and of replies were tried in this quarter; that of claims, too long ago."""

from datetime import UTC, datetime, time, timedelta

from django.db import transaction

from audit.services import origins
from governance.demo.specs import Day
from governance.demo.world import ORIGIN, World
from reviews.models import EscalationDrill
from reviews.services import drills

# When in the history a path is tried, and how soon the team lead in Cebu, late in the morning there, answers.
TRIED = {
    "AP-INV": (70 / 90, timedelta(seconds=9)),
    "CS-REPLY": (58 / 90, timedelta(seconds=14)),
}
STARTER, CALLED = "arjun.mehta", "liza.santos"
_HOUR = time(3, 10, tzinfo=UTC)


def is_due(process: str, day: Day, days_in_all: int) -> bool:
    return process in TRIED and day.number == round(days_in_all * TRIED[process][0])


def try_path(world: World, process: str, day: Day) -> None:
    """A test call in one transaction, answered at once. Once."""
    tried = world.processes[process]
    if EscalationDrill.objects.filter(process=tried).exists():
        return
    at, by = datetime.combine(day.date, _HOUR), world.people[STARTER]
    with transaction.atomic(), origins.writing(origin=ORIGIN, quiet=True):
        drill = drills.start(process=tried, trigger_class="*", severity=None, by=by, at=at)
        drills.answer(drill_id=drill.pk, user=world.people[CALLED], at=at + TRIED[process][1])
