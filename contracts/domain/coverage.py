"""Round the clock: the hours of a week in which nobody of several people on call is there (K6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from contracts.domain import weekly_hours
from contracts.domain.sla_clock import Calendar

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of the week in UTC in which nobody is on call."""

    begins: datetime
    ends: datetime

    @property
    def hours(self) -> float:
        return (self.ends - self.begins).total_seconds() / 3600


def uncovered(calendars: Iterable[Calendar], week: date) -> list[Gap]:
    """The hours of the week that begins on that Monday (UTC) which none of the calendars covers.

    A calendar is the weekly pattern of one person on call, in his own zone; single holidays do not count. Ask for a week
    in winter and for one in summer: clocks are put forward on different days, or nowhere.
    """
    return [Gap(begins, ends) for begins, ends in weekly_hours.gaps(calendars, week, "UTC")]


def uncovered_all_year(calendars: Iterable[Calendar], at: datetime) -> list[Gap]:
    """The gaps of this week and of the one half a year later."""
    known = list(calendars)
    this = weekly_hours.week_of(at, "UTC")
    return [gap for week in (this, this + 26 * _WEEK) for gap in uncovered(known, week)]
