"""Control items of the demo world: invoices known to be wrong, put before its reviewers twice a week (E4, story 2)."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from django.conf import settings
from django.db import transaction

from audit.services import origins
from governance.demo import behaviour, days
from governance.demo.behaviour import Manner
from governance.demo.clock import Calendar
from governance.demo.control_library import PROCESS
from governance.demo.specs import Draft
from governance.demo.working import Desk
from governance.demo.world import ORIGIN, World
from reviews.enums import ControlKind
from reviews.models import Case, ControlItem, Honeypot
from reviews.services import claims, honeypots

SERVED = 20
# Which of the twenty each of them let pass; whoever may read stories, as seniors do, is given none.
MISSED = {"ana.reyes": {7}, "ramon.cruz": {2, 5, 8, 12, 15, 19}}
_WEEKDAYS = (1, 3)


def turns(process: str, calendar: Calendar, days_in_all: int) -> list[int]:
    """The days on which they come: two of each week, the last twenty, and none on which the undeclared version answers."""
    if process != PROCESS:
        return []
    bad = days.bad_days(days_in_all)
    good = [number for number in range(1, days_in_all) if number not in {*bad, bad.stop}]
    fit = [number for number in good if calendar.day(number, days_in_all).date.weekday() in _WEEKDAYS]
    return fit[-SERVED:]


def serve(world: World, made: list[Draft], *, turn: int, seed: int) -> None:
    """Put an item before each reviewer amid what came in on a day, have it decided, and judged. Running it again adds nothing."""
    for login, missed in MISSED.items():
        user, process = world.people[login], world.processes[PROCESS]
        at = made[len(made) * 2 // 3].at
        if Honeypot.objects.filter(process=process, reviewer=user, planned_at=at).exists():
            continue
        dice = days.die(seed, f"{login} {turn}", "control")
        item = ControlItem.objects.filter(process=process, kind=ControlKind.KNOWN_BAD).order_by("pk")[turn]
        with transaction.atomic(), origins.writing(origin=ORIGIN, quiet=True):
            row = honeypots.plan_item(item=item, reviewer=user.pk, at=at, dice=dice)
            if row is not None and honeypots.plant(honeypot_id=row.pk, at=row.plant_at, dice=dice):
                _answer(world, row, turn in missed, dice)


def _answer(world: World, row: Honeypot, passes: bool, dice: Random) -> None:
    manner: Manner = replace(behaviour.EVERYBODY[row.reviewer.username], sees=0.0 if passes else 1.0)
    case = Case.objects.select_related("interaction__step").get(interaction__honeypot=row)
    at = row.plant_at + timedelta(minutes=dice.uniform(2, 20))
    done = at + timedelta(seconds=manner.takes(dice))
    draft = Draft(
        at, {"external_id": case.interaction.external_id}, {"decision": "hold"}, "MISSING_EVIDENCE", ""
    )
    claims.claim(case_id=case.pk, user=row.reviewer, at=at)
    Desk(world, PROCESS, world.now).decide(case, row.reviewer, manner, draft, dice, at, done)
    honeypots.settle(honeypot_id=row.pk, at=done + timedelta(seconds=settings.UNDO_SECONDS))
