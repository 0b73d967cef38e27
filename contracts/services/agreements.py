"""Business calendars: when a desk works, and on which days it does not. What one says is never changed, only defined anew."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid
from audit.services import logs, recording
from contracts import access, permissions
from contracts.domain import calendar_rules, public_holidays
from contracts.domain.roles import DRAFT_CONTRACTS, SIGN_CONTRACTS
from contracts.models import BusinessCalendar, CalendarDefinition, Organisation, Process, User
from contracts.selectors import calendars
from contracts.services import notifications, processes
from contracts.services.acting import actor

# Public holidays are written down for the year in which somebody does, and for so many more.
YEARS_AHEAD = 2
_KEPT = ("time_zone", "hours", "holidays", "always_open")


@dataclass(frozen=True)
class Terms:
    """What somebody wants a calendar to say; hours past midnight are written on from 24:00.

    `days_off` are days agreed by hand; those of `country` come beside them, but for those in `worked`.
    """

    name: str
    time_zone: str
    hours: Mapping[str, Sequence[Sequence[str]]]
    always_open: bool = False
    days_off: Sequence[tuple[date, str]] = ()
    country: str = ""
    subdivision: str = ""
    worked: Sequence[date] = field(default_factory=tuple)


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
    country: str = "",
    subdivision: str = "",
) -> BusinessCalendar:
    """Define a calendar by its parts, for the portal itself and for imports; people do so on a process."""
    days_off = [(day, "") for day in holidays]
    terms = Terms(name, time_zone, hours, always_open, days_off, country, subdivision)
    return _define(terms, by.organisation if by else None, by, at)


@transaction.atomic
def define_for(*, process: Process, terms: Terms, by: User, at: datetime) -> BusinessCalendar:
    """Define a calendar that service levels of a process may name; it is the definer's organisation's."""
    permissions.check_can_define_calendar(by, process)
    return _define(terms, by.organisation, by, at)


def _define(
    terms: Terms, organisation: Organisation | None, by: User | None, at: datetime
) -> BusinessCalendar:
    _refuse(terms)
    name = terms.name.strip()
    if BusinessCalendar.objects.filter(name=name, organisation=organisation).exists():
        raise Invalid("name_taken", "There is a calendar of this name already.", "name")
    calendar = BusinessCalendar(name=name, organisation=organisation)
    _say(calendar, terms, at)
    calendar.save(force_insert=True)
    _keep(calendar, "", by, at)
    # Nothing was running by it before.
    calendar.definitions.update(followed_at=at)
    _record(calendar, "calendar.defined", by, at)
    return calendar


@transaction.atomic
def redefine_calendar(
    *,
    process: Process,
    calendar_id: UUID,
    number: int,
    terms: Terms,
    why: str,
    by: User,
    at: datetime,
    link: Callable[[str], str] | None = None,
) -> BusinessCalendar:
    """Say anew what a calendar is, from now on; `number` is that of the definition that was read.

    Everybody who signs or writes the service levels of a process that goes by it is told, and its client's log says so;
    `link` is the page for the code of a process. The name stays. Raises Conflict where somebody was faster.
    """
    calendar = calendars.one(by, process, calendar_id)
    used_by = list(calendars.processes_of(calendar))
    permissions.check_can_redefine_calendar(by, calendar, process, used_by)
    why = why.strip()
    if not 1 <= len(why) <= 200:
        raise Invalid("why", "Say why, in at most 200 characters.", "why")
    _refuse(terms)
    _take(calendar, number)
    before = calendar.holidays
    _say(calendar, terms, at)
    # What was a day off in a year that is over stays one: whoever counts back meets it.
    over = [day for day in before if date.fromisoformat(day).year < at.year]
    calendar.holidays = sorted({*over, *calendar.holidays})
    _put_in_force(calendar, why, used_by, by, at, link)
    return calendar


def extend_holidays(*, at: datetime) -> int:
    """Write down the public holidays of years to come, each calendar once a year; returns how many were defined anew.

    Where the library cannot say them, those who write the service levels are told, once a month.
    """
    until = at.year + YEARS_AHEAD
    rows = BusinessCalendar.objects.exclude(country="").filter(holidays_until__lt=until)
    return sum(_extend(key, until, at) for key in list(rows.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _extend(calendar_id: UUID, until: int, at: datetime) -> bool:
    calendar = BusinessCalendar.objects.select_for_update(of=("self",)).get(pk=calendar_id)
    last = calendar.holidays_until
    if last is None or last >= until or not calendar.country:
        return False
    try:
        known, reached = _public(calendar.country, calendar.subdivision, range(last + 1, until + 1))
    except LookupError as failure:
        _tell_of_failure(calendar, str(failure), at)
        return False
    _take(calendar, calendar.number)
    for day, called in known.items():
        if day.isoformat() not in calendar.worked:
            calendar.names.setdefault(day.isoformat(), called)
            calendar.holidays = sorted({*calendar.holidays, day.isoformat()})
    calendar.holidays_until, calendar.not_extended_at = reached, None
    why = f"Public holidays up to the end of {reached}"
    _put_in_force(calendar, why, list(calendars.processes_of(calendar)), None, at, None)
    return True


def _tell_of_failure(calendar: BusinessCalendar, failure: str, at: datetime) -> None:
    """Once a month: nobody needs to hear it every night, and nobody may forget it."""
    told = calendar.not_extended_at
    if told is not None and (at - told).days < 30:
        return
    BusinessCalendar.objects.filter(pk=calendar.pk).update(not_extended_at=at)
    facts = {"name": calendar.name, "until": calendar.holidays_until, "why": failure}
    _write("calendar.not_extended", calendar, facts, None, at)
    body = (
        f"{failure} They are written down up to the end of {calendar.holidays_until}: "
        "add those of later years by hand."
    )
    for user in _writers(calendars.processes_of(calendar)):
        notifications.notify(
            user=user,
            subject=f"{calendar.name}: the public holidays could not be written down",
            body=body,
            link="",
            at=at,
        )


@transaction.atomic
def followed(*, definition_id: UUID, at: datetime) -> None:
    """The clocks that were running go by a definition now."""
    CalendarDefinition.objects.filter(pk=definition_id, followed_at__isnull=True).update(followed_at=at)


def _refuse(terms: Terms) -> None:
    found = calendar_rules.problems(
        name=terms.name,
        time_zone=terms.time_zone,
        hours=terms.hours,
        holidays=[day for day, _ in terms.days_off],
        always_open=terms.always_open,
    )
    found += calendar_rules.of_names([called for _, called in terms.days_off])
    if found:
        details = [{"pointer": f"/{problem.place}", "detail": problem.sentence} for problem in found]
        raise Invalid(found[0].code, found[0].sentence, found[0].place, details)


def _say(calendar: BusinessCalendar, terms: Terms, at: datetime) -> None:
    """Put into the row what somebody said of it, with the public holidays of this and the next years."""
    known: dict[date, str] = {}
    until = None
    if terms.country:
        try:
            known, until = _public(
                terms.country, terms.subdivision, range(at.year, at.year + YEARS_AHEAD + 1)
            )
        except LookupError as failure:
            parts = public_holidays.subdivisions(terms.country)
            place = "subdivision" if terms.subdivision not in {"", *parts} else "country"
            raise Invalid("country", str(failure), place) from None
    worked = sorted(set(terms.worked))
    if astray := [day for day in worked if day not in known]:
        raise Invalid("worked", f"{astray[0].isoformat()} is no public holiday there.", "worked")
    off = {day: called for day, called in known.items() if day not in worked}
    off |= {day: called.strip() or off.get(day, "") for day, called in terms.days_off}
    calendar.time_zone, calendar.always_open = terms.time_zone, terms.always_open
    calendar.hours = calendar_rules.kept(terms.hours)
    calendar.country, calendar.subdivision, calendar.holidays_until = terms.country, terms.subdivision, until
    calendar.holidays = [day.isoformat() for day in sorted(off)]
    calendar.days_off = sorted(day.isoformat() for day, _ in terms.days_off)
    calendar.worked = [day.isoformat() for day in worked]
    calendar.names = {day.isoformat(): off[day] for day in sorted(off) if off[day]}
    calendar.not_extended_at = None


def _public(country: str, subdivision: str, years: range) -> tuple[dict[date, str], int]:
    """The public holidays as far as they are known, and the last year of which they are. LookupError where the first is not."""
    known = public_holidays.days(country, subdivision, [years.start])
    last = years.start
    for year in years[1:]:
        try:
            known |= public_holidays.days(country, subdivision, [year])
        except LookupError:
            break
        last = year
    return known, last


def _take(calendar: BusinessCalendar, number: int) -> None:
    """The next number, for one of those who read the same definition."""
    rows = BusinessCalendar.objects.filter(pk=calendar.pk, number=number)
    if not rows.update(number=number + 1):
        raise Conflict("defined_meanwhile", "Somebody has just defined this calendar anew: look at it again.")
    calendar.number = number + 1


def _put_in_force(
    calendar: BusinessCalendar,
    why: str,
    used_by: Sequence[Process],
    by: User | None,
    at: datetime,
    link: Callable[[str], str] | None,
) -> None:
    calendar.save()
    _keep(calendar, why, by, at)
    _record(calendar, "calendar.redefined", by, at, why)
    for process in used_by:
        # Whoever opens a clock from here on reads the new hours.
        processes.touch(process)
        facts = {"name": calendar.name, "number": calendar.number, "holidays": len(calendar.holidays)}
        target = Target("calendar", str(calendar.pk), calendar.name, "process", str(process.pk))
        processes.record(process, "process.calendar_redefined", target, facts, by, at)
        for user in _told(process, by):
            notifications.notify(
                user=user,
                subject=f"{process.code}: the calendar {calendar.name} was defined anew",
                body=f"{why}. What is left of every running time goes by it from now on.",
                link=link(process.code) if link else "",
                at=at,
            )


def _told(process: Process, by: User | None) -> list[User]:
    """Whoever signs or writes the service levels, but for who did it; a year more of holidays wakes nobody."""
    if by is None:
        return []
    found = {*access.holders(process, SIGN_CONTRACTS), *access.holders(process, DRAFT_CONTRACTS)}
    return sorted(found - {by}, key=lambda user: user.pk)


def _writers(used_by: Sequence[Process] | Any) -> list[User]:
    found = {user for process in used_by for user in access.holders(process, DRAFT_CONTRACTS)}
    return sorted(found, key=lambda user: user.pk)


def _keep(calendar: BusinessCalendar, why: str, by: User | None, at: datetime) -> None:
    CalendarDefinition.objects.create(
        calendar=calendar,
        number=calendar.number,
        why=why,
        defined_at=at,
        defined_by=by,
        **{name: getattr(calendar, name) for name in _KEPT},
    )


def _record(
    calendar: BusinessCalendar,
    action: str,
    by: User | None,
    at: datetime,
    why: str = "",
) -> None:
    told = [
        {"weekday": int(day), "opens": opens, "closes": closes}
        for day, spans in sorted(calendar.hours.items())
        for opens, closes in spans
    ]
    facts = {
        "name": calendar.name,
        "time_zone": calendar.time_zone,
        "hours": told,
        "holidays": len(calendar.holidays),
        "number": calendar.number,
        "always_open": calendar.always_open,
        "country": calendar.country,
        "subdivision": calendar.subdivision,
        "days": calendar.holidays,
    }
    _write(action, calendar, facts, by, at, why)


def _write(
    action: str,
    calendar: BusinessCalendar,
    facts: dict[str, Any],
    by: User | None,
    at: datetime,
    why: str = "",
) -> None:
    recording.record(
        log=logs.PLATFORM,
        action=action,
        actor=actor(by),
        target=Target("calendar", str(calendar.pk), calendar.name),
        facts=facts,
        at=at,
        personal={"why": why} if why else None,
        subject=str(calendar.pk) if why else "",
    )
