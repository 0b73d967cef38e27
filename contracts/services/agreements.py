"""What is agreed per process: calendars and service levels."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from audit.domain.envelope import Target
from audit.services import logs, recording
from contracts.enums import TargetKind
from contracts.models import (
    BusinessCalendar,
    Process,
    ServiceLevel,
    User,
)
from contracts.services import processes
from contracts.services.acting import actor


@transaction.atomic
def define_calendar(
    *,
    name: str,
    time_zone: str,
    hours: Mapping[str, Sequence[Sequence[str]]],
    by: User | None,
    at: datetime,
    holidays: Sequence[date] = (),
    always_open: bool = False,
) -> BusinessCalendar:
    """Define a business calendar; holidays are plain dates, taken from a library or agreed by hand."""
    calendar = BusinessCalendar.objects.create(
        name=name,
        time_zone=time_zone,
        hours={day: [list(span) for span in spans] for day, spans in hours.items()},
        holidays=[day.isoformat() for day in sorted(holidays)],
        always_open=always_open,
    )
    told = [
        {"weekday": int(day), "opens": opens, "closes": closes}
        for day, spans in sorted(calendar.hours.items())
        for opens, closes in spans
    ]
    recording.record(
        log=logs.PLATFORM,
        action="calendar.defined",
        actor=actor(by),
        target=Target("calendar", str(calendar.pk), name),
        facts={"name": name, "time_zone": time_zone, "hours": told, "holidays": len(holidays)},
        at=at,
    )
    return calendar


@transaction.atomic
def agree_service_level(
    *,
    process: Process,
    name: str,
    kind: TargetKind,
    target: str,
    weight: Decimal,
    by: User | None,
    at: datetime,
) -> ServiceLevel:
    """Write down a service level as agreed."""
    level = ServiceLevel.objects.create(
        process=process,
        name=name,
        kind=kind,
        target=target,
        weight=weight,
        position=process.service_levels.count() + 1,
    )
    facts = {"name": name, "kind": kind, "target": target, "weight": weight}
    processes.record(
        process, "servicelevel.agreed", Target("service_level", str(level.pk), name), facts, by, at
    )
    return level
