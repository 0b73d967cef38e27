"""One day of one process: what its agent put out, taken in and worked to the end in small transactions of their own.

A transaction holds a handful of outputs from their intake to their release. So a run may stop anywhere and go on later,
the web beside it never waits for long, and whoever works today never meets the past half done.
"""

import time
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from random import Random

from django.db import connection, transaction

from audit.services import origins
from governance.demo import claims, invoices, replies
from governance.demo.clock import Calendar
from governance.demo.people import AGENTS
from governance.demo.specs import Day, Draft, Maker
from governance.demo.working import Desk
from governance.demo.world import ORIGIN, World
from reviews.models import Interaction
from reviews.services import intake
from reviews.services.intake import Receipt

BATCH = 3
# SQLite has one writer at a time: after each transaction others get a moment, a share of what it took.
_PAUSE, _LONGEST_PAUSE = 0.12, 0.05
MAKERS: dict[str, Maker] = {"AP-INV": invoices.make, "CLM-TRI": claims.make, "CS-REPLY": replies.make}
_AGENTS = {agent.process: agent.login for agent in AGENTS}
# From two thirds of the window on an undeclared version of Ledgerline answers for some days: every output of it goes
# to a person, and more of them are changed.
_BAD_FROM, _BAD_DAYS = 2 / 3, 5


def drafts(calendar: Calendar, day: Day, *, days: int, scale: float, seed: int) -> list[Draft]:
    """What the agent put out on a day, in the order of time. The same seed makes the same day, whatever came before.

    Another scale makes more or fewer of the same: the n-th output of a day does not depend on how many there are.
    """
    process = calendar.client.process
    bad = process == "AP-INV" and day.number in bad_days(days)
    made = []
    for number in range(1, calendar.volume(day.date, scale) + 1):
        name = f"DEMO-{process}-{day.date:%Y%m%d}-{number:03d}"
        dice = die(seed, name)
        draft = MAKERS[process](dice, calendar.moment(day.date, dice), bad)
        draft.payload["external_id"] = name
        made.append(draft)
    return sorted(made, key=lambda draft: (draft.at, draft.external_id))


def bad_days(days: int) -> range:
    """The numbers of the days on which the undeclared version of Ledgerline answers."""
    first = round(days * _BAD_FROM)
    return range(first, first + _BAD_DAYS)


def die(seed: int, name: str, purpose: str = "") -> Random:
    """The dice of one output: what becomes of it does not depend on what became of others."""
    return Random(f"{seed}:{name}:{purpose}")  # noqa: S311 — a demonstration, not a secret


def known(world: World, process: str) -> set[str]:
    """The outputs that are in the database already: the mark by which a second run adds nothing."""
    stored = Interaction.objects.filter(process=world.processes[process], origin=ORIGIN, is_honeypot=False)
    return set(stored.values_list("external_id", flat=True))


def run(
    *,
    world: World,
    process: str,
    made: list[Draft],
    seen: set[str],
    seed: int,
    until: datetime,
    told: Callable[[int], None],
) -> None:
    """Take in and work what is not there yet; `told` hears how many are done after each transaction."""
    desk = Desk(world, process, until)
    waiting = iter([draft for draft in made if draft.external_id not in seen])
    told(len(made) - sum(draft.external_id not in seen for draft in made))
    while batch := list(islice(waiting, BATCH)):
        began = time.monotonic()
        with transaction.atomic(), origins.writing(origin=ORIGIN, quiet=True):
            for draft, receipt in zip(batch, take_in(world, process, batch), strict=True):
                if receipt.case is not None:
                    desk.work(receipt.case, draft, die(seed, draft.external_id, "work"))
        if connection.vendor == "sqlite":
            time.sleep(min(_PAUSE * (time.monotonic() - began), _LONGEST_PAUSE))
        told(len(batch))


def take_in(world: World, process: str, batch: list[Draft]) -> list[Receipt]:
    """Post outputs as their agent would, each at its own time. A refusal is a mistake in the demo, and is raised."""
    receipts = intake.accept(
        payloads=[draft.payload for draft in batch],
        agent=world.people[_AGENTS[process]],
        key=None,
        at=batch[-1].at,
        times=[draft.at for draft in batch],
        origin=ORIGIN,
    )
    for receipt in receipts:
        if receipt.error is not None:
            raise receipt.error
    return receipts
