"""Story 1 (requirements §6.8): a version nobody announced answered for some days; then the vendor took it back."""

from datetime import timedelta

from django.db import transaction

from audit.services import origins
from contracts.models import UndeclaredVersion
from contracts.services import undeclared
from governance.demo.days import bad_days
from governance.demo.invoices import UNDECLARED
from governance.demo.specs import Day, Draft
from governance.demo.world import ORIGIN, World

PROCESS = "AP-INV"


def settle(world: World, code: str, day: Day, days_in_all: int, made: list[Draft]) -> None:
    """When the last of its days is over the client's owner says that it answers no more. Once."""
    if code != PROCESS or day.number < bad_days(days_in_all)[-1] or not made:
        return
    process = world.processes[PROCESS]
    running = UndeclaredVersion.objects.filter(
        process=process, settled_at__isnull=True, reference=UNDECLARED
    ).first()
    if running is None:
        return
    with transaction.atomic(), origins.writing(origin=ORIGIN, quiet=True):
        undeclared.settle(
            process=process,
            undeclared_id=running.pk,
            outcome="stopped",
            why="Tallyworks took it back; what came in the next morning was of 4.2",
            by=world.people["katrin.vogt"],
            at=made[-1].at + timedelta(minutes=30),
        )
