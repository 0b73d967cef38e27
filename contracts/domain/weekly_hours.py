"""Which hours of a week somebody covers, and which nobody does; in the local time of one zone (C1)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from contracts.domain import hours, sla_clock
from contracts.domain.sla_clock import Calendar

Span = tuple[datetime, datetime]

_WEEK = 7


def week_of(at: datetime, zone: str) -> date:
    """The Monday of the local week of an instant."""
    today = local_day(at, zone)
    return today - timedelta(days=today.weekday())


def local_day(at: datetime, zone: str) -> date:
    """The day it is there."""
    return at.astimezone(ZoneInfo(zone)).date()


def offset_in_words(at: datetime, zone: str) -> str:
    """How far a zone is from UTC at a moment: "UTC+05:45"."""
    offset = at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)
    minutes = int(offset.total_seconds() // 60)
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def spans(calendar: Calendar, monday: date, zone: str) -> list[Span]:
    """When the desk works in the local week that begins on `monday`, as instants; holidays are left aside, because a
    matrix must hold in any week."""
    begins, ends = _bounds(monday, zone)
    if calendar.always_open:
        return [(begins, ends)]
    ordinary = replace(calendar, holidays=frozenset())
    return [
        (max(opens, begins), min(closes, ends))
        for opens, closes in sla_clock.openings(begins, ends, ordinary)
    ]


def gaps(calendars: Iterable[Calendar], monday: date, zone: str) -> list[Span]:
    """When nobody works in that week."""
    free, at = [], _bounds(monday, zone)[0]
    worked = sorted(span for calendar in calendars for span in spans(calendar, monday, zone))
    for opens, closes in worked:
        if opens > at:
            free.append((at, opens))
        at = max(at, closes)
    if at < _bounds(monday, zone)[1]:
        free.append((at, _bounds(monday, zone)[1]))
    return free


def by_day(found: Iterable[Span], monday: date, zone: str) -> list[list[tuple[int, int]]]:
    """The spans cut at midnight: for each day from Monday on, minutes of the local day from and to."""
    days: list[list[tuple[int, int]]] = [[] for _ in range(_WEEK)]
    local = ZoneInfo(zone)
    for opens, closes in found:
        first, last = opens.astimezone(local), closes.astimezone(local)
        for number in range(_WEEK):
            day = monday + timedelta(days=number)
            start = _minute(first) if first.date() == day else 0 if first.date() < day else None
            end = _minute(last) if last.date() == day else 1440 if last.date() > day else 0
            if start is not None and end > start:
                days[number].append((start, end))
    return days


def gaps_in_words(calendars: Iterable[Calendar], monday: date, zone: str) -> str:
    """The hours nobody covers as people say them, with the zone; nothing where somebody always does."""
    free = gaps(list(calendars), monday, zone)
    if not free:
        return ""
    days = by_day(free, monday, zone)
    weekly = {
        number: tuple((_time(start), _time(end % 1440)) for start, end in day)
        for number, day in enumerate(days)
        if day
    }
    return hours.in_words(Calendar(time_zone=zone, weekly=weekly))


def _bounds(monday: date, zone: str) -> Span:
    local = ZoneInfo(zone)
    after = monday + timedelta(days=_WEEK)
    return (
        datetime.combine(monday, time(0), local).astimezone(UTC),
        datetime.combine(after, time(0), local).astimezone(UTC),
    )


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def _time(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
