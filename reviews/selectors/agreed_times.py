"""What a process agreed of time, ledger by ledger: what a clock is opened with."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.domain.sla_clock import Calendar
from contracts.domain.sla_kinds import LEDGER_OF, Ledger, Metric
from contracts.models import Process
from contracts.selectors import calendars, service_levels


@dataclass(frozen=True)
class Agreed:
    """What a process agreed for one ledger; `calendar_id` as it is kept, `calendar` as it is computed with."""

    ledger: Ledger
    level: str
    minutes: int
    calendar_id: UUID | None
    calendar: Calendar
    version: int

    @property
    def calendar_key(self) -> str | None:
        """The calendar as a clock names it."""
        return str(self.calendar_id) if self.calendar_id else None

    def kept(self, since: datetime) -> dict[str, object]:
        """As it stands in the row of a clock."""
        return {"since": since.isoformat(), "minutes": self.minutes, "calendar": self.calendar_key}


def agreed(process: Process) -> tuple[Agreed, ...]:
    """What the service levels in force say of time; a level without a calendar of its own goes by the process's."""
    active = service_levels.active(process)
    if active is None:
        return ()
    found = []
    for level in service_levels.levels(active):
        ledger = LEDGER_OF.get(Metric(level.metric))
        if ledger is None or level.minutes is None:
            continue
        calendar = level.calendar or process.calendar
        found.append(
            Agreed(
                ledger=ledger,
                level=level.name,
                minutes=level.minutes,
                calendar_id=calendar.pk if calendar else None,
                calendar=calendars.terms(calendar),
                version=active.version,
            )
        )
    return tuple({one.ledger: one for one in found}.values())
