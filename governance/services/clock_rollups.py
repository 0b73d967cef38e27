"""The projection `clocks`: the account of service levels is added up by day, so that a month is some hundred rows.

Called by `audit.services.projecting` alone, inside the transaction that moves the cursor.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from audit.models import Event
from audit.services.projecting import Projection
from governance.models import ClockRollup
from governance.services import adding_up

NAME = "clocks"
VERSION = 1
_COUNTED = "clock.counted"
_OUTCOMES = ("met", "missed", "excluded")


class Cell(NamedTuple):
    """The clocks of one level that ended on one day."""

    process: str
    day: date
    ledger: str
    level: str


def apply(log: str, events: Sequence[Event]) -> None:
    """Add the next events of a log."""
    added: defaultdict[Cell, Counter[str]] = defaultdict(Counter)
    for event in events:
        if event.action != _COUNTED:
            continue
        for row in event.facts["rows"]:
            cell = Cell(event.content["process"], date.fromisoformat(row["day"]), row["ledger"], row["level"])
            added[cell][row["outcome"]] += row["number"]
    adding_up.add(ClockRollup, log, Cell._fields, added, _OUTCOMES)


def clear(log: str) -> None:
    """Drop everything that was added up of a log."""
    ClockRollup.objects.filter(log=log).delete()


PROJECTION = Projection(NAME, VERSION, apply, clear)
