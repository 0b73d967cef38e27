"""How long before a change its notice has to come, and by when people have to answer (§3.9).

Days are local days of the process: a notice of 30 days is kept by whoever tells on the first of what happens on the 31st,
at whatever hour. Business days are those of the process's calendar; round the clock means Monday to Friday.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from contracts.domain import sla_clock
from contracts.domain.change_kinds import ChangeClass
from contracts.domain.sla_clock import Calendar

_WHOLE_DAY = ((time(0), time(0)),)
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class LeadTimes:
    """What was agreed about notices; the defaults are those of the clause template."""

    major_days: int = 30
    minor_days: int = 10
    config_days: int = 5
    retirement_days: int = 90
    emergency_hours: int = 24
    ratify_days: int = 3
    objection_days: int = 5
    watch_days: int = 14


@dataclass(frozen=True)
class Notice:
    """When somebody told and when it happens, with what was agreed about the time between."""

    earliest: datetime
    late: bool
    given: str
    agreed: str


def business(calendar: Calendar, zone: str) -> Calendar:
    """The calendar whose working days count. A desk that never closes counts from Monday to Friday."""
    if not calendar.always_open:
        return calendar
    return Calendar(time_zone=zone, weekly=dict.fromkeys(range(5), _WHOLE_DAY))


def business_days_after(start: datetime, days: int, calendar: Calendar, zone: str) -> datetime:
    """The close of the n-th working day after the local day of `start`."""
    return sla_clock.add_days(start, days, business(calendar, zone))


def business_day_after(start: datetime, days: int, calendar: Calendar, zone: str) -> date:
    """The n-th working day after the local day of `start`; the close of a day may be the midnight after it."""
    return (business_days_after(start, days, calendar, zone) - MOMENT).astimezone(local(zone)).date()


def local(zone: str) -> ZoneInfo:
    return ZoneInfo(zone)


def agreed(change_class: ChangeClass, terms: LeadTimes) -> str:
    """How much notice was agreed, in words."""
    return {
        ChangeClass.MAJOR: f"{terms.major_days} days",
        ChangeClass.MINOR: f"{terms.minor_days} business days",
        ChangeClass.CONFIG: f"{terms.config_days} business days",
        ChangeClass.RETIREMENT: f"{terms.retirement_days} days",
        ChangeClass.EMERGENCY: f"no later than {terms.emergency_hours} hours after",
    }[change_class]


def judge(
    change_class: ChangeClass,
    *,
    told_at: datetime,
    effect_at: datetime,
    terms: LeadTimes,
    calendar: Calendar,
    zone: str,
) -> Notice:
    """Whether a notice came in time, and from when on the change may take effect."""
    if change_class == ChangeClass.EMERGENCY:
        late = told_at > effect_at + timedelta(hours=terms.emergency_hours)
        hours = max((told_at - effect_at) / timedelta(hours=1), 0)
        return Notice(effect_at, late, f"{hours:.0f} hours after", agreed(change_class, terms))
    here = local(zone)
    told = told_at.astimezone(here).date()
    if change_class in (ChangeClass.MAJOR, ChangeClass.RETIREMENT):
        days = terms.major_days if change_class == ChangeClass.MAJOR else terms.retirement_days
        first = told + timedelta(days=days)
    else:
        days = terms.minor_days if change_class == ChangeClass.MINOR else terms.config_days
        first = business_day_after(told_at, days, calendar, zone)
    earliest = datetime.combine(first, time(0), here)
    given = (effect_at.astimezone(here).date() - told).days
    return Notice(
        earliest, effect_at < earliest, f"{given} day{'' if given == 1 else 's'}", agreed(change_class, terms)
    )
