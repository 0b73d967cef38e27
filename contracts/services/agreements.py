"""Business calendars: when a desk works, and on which days it does not."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from audit.domain.envelope import Target
from audit.services import logs, recording
from contracts.models import BusinessCalendar, User
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
