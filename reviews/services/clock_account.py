"""The account of what was kept and what was late, day by day: totals on the trail, which whoever reads it adds up."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from audit.domain.envelope import Actor, Target
from audit.services import recording
from contracts.models import Process
from reviews.domain.clock_kinds import ClockState

_CLOCK = Actor.system("clock")


class Cell(NamedTuple):
    """What clocks of one ledger and level came to on one day (UTC) of their end: met, missed or excluded."""

    ledger: str
    level: str
    day: str
    outcome: str


def cell(ledger: str, level: str, stopped: datetime, state: str, excluded: str) -> Cell:
    """Where a clock that ended stands in the account."""
    outcome = "met" if state == ClockState.MET else "excluded" if excluded else "missed"
    return Cell(ledger, level, stopped.astimezone(UTC).date().isoformat(), outcome)


def add(process: Process, totals: Mapping[Cell, int], at: datetime) -> None:
    """Add to the account of a process. Part of the caller's transaction, which marks what it counted."""
    rows = [{**cell._asdict(), "number": number} for cell, number in sorted(totals.items()) if number]
    recording.record(
        log=process.client.log_key,
        action="clock.counted",
        actor=_CLOCK,
        target=Target("process", str(process.pk), process.code),
        facts={"rows": rows},
        at=at,
        client=process.client.slug,
        process=process.code,
    )
