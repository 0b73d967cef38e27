"""Business calendars as the clock understands them."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from contracts.domain.sla_clock import Calendar
from contracts.models import BusinessCalendar

ALWAYS = Calendar(time_zone="UTC", holidays=frozenset(), always_open=True)


def terms(calendar: BusinessCalendar | None) -> Calendar:
    """The calendar of a row; none means around the clock."""
    if calendar is None:
        return ALWAYS
    return read(
        {
            "time_zone": calendar.time_zone,
            "hours": calendar.hours,
            "holidays": calendar.holidays,
            "always_open": calendar.always_open,
        }
    )


def read(data: Mapping[str, Any]) -> Calendar:
    """The calendar of plain data, as kept with a running escalation."""
    return Calendar(
        time_zone=data["time_zone"],
        weekly={
            int(day): tuple(
                (time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in spans
            )
            for day, spans in data["hours"].items()
        },
        holidays=frozenset(date.fromisoformat(day) for day in data["holidays"]),
        always_open=data["always_open"],
    )
