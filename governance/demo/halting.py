"""Story 14 (requirements §6.8): on day 75 of 90 invoices are halted for practice, 41 seconds after somebody asked."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from audit.services import origins
from contracts.enums import Degree, HaltCause, HaltScope
from contracts.models import Halt
from contracts.selectors.halt_scopes import What
from contracts.services.halts import CHECKS
from governance.demo.specs import Day, Draft
from governance.demo.world import ORIGIN, World
from governance.services import halting

PROCESS = "AP-INV"
DAY = 75 / 90
TO_HALT, LASTED = timedelta(seconds=41), timedelta(minutes=4)
_STEP = timedelta(minutes=1)


def is_due(process: str, day: Day, days_in_all: int) -> bool:
    return process == PROCESS and day.number == round(days_in_all * DAY)


def drill(world: World, made: Iterable[Draft]) -> None:
    """Ask, halt and let go on in one transaction, at a moment of the day at which nothing came in. Once."""
    process = world.processes[PROCESS]
    if Halt.objects.filter(process=process, drill=True).exists():
        return
    taken = sorted(draft.at for draft in made)
    if not taken:
        return
    at = _quiet(taken)
    what, reason = What(HaltScope.PROCESS, process=process), "Quarterly drill: how fast does it stop?"
    with transaction.atomic(), origins.writing(origin=ORIGIN, quiet=True):
        asked = halting.ask(
            what=what, cause=HaltCause.OTHER, reason=reason, drill=True, by=world.people["arjun.mehta"], at=at
        )
        halted = at + TO_HALT
        halt = halting.engage(
            what=what,
            degree=Degree.HOLD,
            cause=HaltCause.OTHER,
            reason=reason,
            drill=True,
            request=asked,
            by=world.people["katrin.vogt"],
            at=halted,
            clock=lambda: halted,
        )
        halting.release(halt=halt, checks=list(CHECKS), by=world.people["arjun.mehta"], at=at + LASTED)


def _quiet(taken: list[datetime]) -> datetime:
    """A moment after the first output of the day from which on nothing came in until the drill was over."""
    at = taken[0] + _STEP
    while any(at <= one <= at + LASTED for one in taken):
        at += _STEP
    return at
