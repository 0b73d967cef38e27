"""Business calendars as their pages show them: the week as bars and in words, the next days off, and what was said before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.urls import reverse

from contracts.domain import calendar_rules, hours, sla_clock, weekly_hours
from contracts.domain.sla_clock import Calendar
from contracts.models import BusinessCalendar, CalendarDefinition, Process
from contracts.presenters.parts import Button
from contracts.selectors import calendars

NEXT = 12
SOON = 5
_WHAT = {"process": "the process", "levels": "service levels", "matrix": "escalation", "rota": "on call"}


@dataclass(frozen=True)
class CalendarRow:
    name: str
    url: str
    owner: str
    words: str
    used: str
    next_off: "DayOff | None"


@dataclass(frozen=True)
class DayLine:
    """A day of the week: bars in a box 24 wide, and the same in words."""

    name: str
    bars: list[tuple[str, str]]
    spans: list[str]


@dataclass(frozen=True)
class DayOff:
    day: date
    name: str


@dataclass(frozen=True)
class DefinitionLine:
    number: int
    since: datetime
    who: str
    why: str
    words: str


@dataclass(frozen=True)
class CalendarPage:
    name: str
    owner: str
    zone: str
    offset: str
    open_now: bool
    always: bool
    used: str
    week: list[DayLine]
    summary: str
    days_off: list[DayOff]
    more_off: int
    source: str
    until: int | None
    failed_at: datetime | None
    definitions: list[DefinitionLine]
    define: Button


def rows(
    process: Process, found: Sequence[BusinessCalendar], used: dict[UUID, list[str]], today: date
) -> list[CalendarRow]:
    return [
        CalendarRow(
            name=row.name,
            url=reverse("contracts:calendar", args=[process.code, row.pk]),
            owner=row.organisation.name if row.organisation else "",
            words=hours.in_words(calendars.terms(row)),
            used=used_words(used.get(row.pk, [])),
            next_off=next(iter(off(row, today)), None),
        )
        for row in found
    ]


def used_words(what: Sequence[str]) -> str:
    return ", ".join(_WHAT[one] for one in what)


def page(
    row: BusinessCalendar,
    said: Sequence[CalendarDefinition],
    what: Sequence[str],
    define: Button,
    source: str,
    at: datetime,
) -> CalendarPage:
    calendar = calendars.terms(row)
    days_off = off(row, weekly_hours.local_day(at, row.time_zone))
    return CalendarPage(
        name=row.name,
        owner=row.organisation.name if row.organisation else "",
        zone=row.time_zone,
        offset=weekly_hours.offset_in_words(at, row.time_zone),
        open_now=sla_clock.is_open(at, calendar),
        always=row.always_open,
        used=used_words(what),
        week=week(calendar, at),
        summary=hours.in_words(calendar),
        days_off=days_off[:NEXT],
        more_off=max(0, len(days_off) - NEXT),
        source=source,
        until=row.holidays_until,
        failed_at=row.not_extended_at,
        definitions=[_definition(one) for one in said],
        define=define,
    )


def week(calendar: Calendar, at: datetime) -> list[DayLine]:
    """An ordinary week in the calendar's own zone, without holidays."""
    monday = weekly_hours.week_of(at, calendar.time_zone)
    spans = weekly_hours.spans(calendar, monday, calendar.time_zone)
    days = weekly_hours.by_day(spans, monday, calendar.time_zone)
    return [
        DayLine(
            name=name,
            bars=[(f"{start / 60:g}", f"{(end - start) / 60:g}") for start, end in found],
            spans=[f"{_clock(start)}–{_clock(end)}" for start, end in found],
        )
        for name, found in zip(calendar_rules.DAYS, days, strict=True)
    ]


def off(row: BusinessCalendar, today: date) -> list[DayOff]:
    """The days off from today on, but for those of a desk that never closes."""
    if row.always_open:
        return []
    days = [date.fromisoformat(day) for day in row.holidays]
    return [DayOff(day, row.names.get(day.isoformat(), "")) for day in sorted(days) if day >= today]


def preview(known: dict[date, str], today: date) -> list[DayOff]:
    """The public holidays of a country as the form shows them before they are written down."""
    ahead = today + timedelta(days=366)
    return [DayOff(day, called) for day, called in sorted(known.items()) if today <= day <= ahead]


def _definition(one: CalendarDefinition) -> DefinitionLine:
    words = hours.in_words(calendars.read_row(one))
    who = one.defined_by.name if one.defined_by else "the portal"
    return DefinitionLine(one.number, one.defined_at, who, one.why, words)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
