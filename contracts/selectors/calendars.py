"""Business calendars as the clock understands them, who may see them, and what goes by them."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from audit.errors import NotVisible
from contracts import access
from contracts.domain.case_clock import History
from contracts.domain.roles import VIEW_CONTRACTS
from contracts.domain.sla_clock import Calendar
from contracts.domain.sla_kinds import SlaState
from contracts.models import (
    AuthorityGrant,
    BusinessCalendar,
    CalendarDefinition,
    EscalationLevel,
    Process,
    ServiceLevel,
    User,
)

ALWAYS = Calendar(time_zone="UTC", holidays=frozenset(), always_open=True)
_ALWAYS = History(((datetime(1970, 1, 1, tzinfo=UTC), ALWAYS),))
_AGREED_OR_WRITTEN = (SlaState.DRAFT, SlaState.PROPOSED, SlaState.ACTIVE)


def terms(calendar: BusinessCalendar | None) -> Calendar:
    """The calendar of a row; none means around the clock."""
    return ALWAYS if calendar is None else read_row(calendar)


def read_row(row: BusinessCalendar | CalendarDefinition) -> Calendar:
    """The same of a row that is there, and of what one said before."""
    return read(
        {
            "time_zone": row.time_zone,
            "hours": row.hours,
            "holidays": row.holidays,
            "always_open": row.always_open,
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


# ── What a calendar said, and when ───────────────────────────────────────────────────────────────────────────


def histories(keys: Collection[str]) -> dict[str | None, History]:
    """What each of these calendars said since when, in one query; none is round the clock."""
    found: dict[str | None, list[tuple[datetime, Calendar]]] = {}
    for row in CalendarDefinition.objects.filter(calendar__in=[UUID(key) for key in keys]).order_by("number"):
        found.setdefault(str(row.calendar_id), []).append((row.defined_at, read_row(row)))
    return {None: _ALWAYS, **{key: History(said) for key, said in found.items()}}


def to_follow() -> list[CalendarDefinition]:
    """The definitions by which clocks that are running do not go yet, the oldest first."""
    rows = CalendarDefinition.objects.filter(followed_at__isnull=True).select_related("calendar")
    return list(rows.order_by("defined_at", "number"))


def definitions(calendar: BusinessCalendar) -> list[CalendarDefinition]:
    """Everything a calendar has said, the newest first."""
    return list(calendar.definitions.select_related("defined_by").order_by("-number"))


# ── Who sees it ──────────────────────────────────────────────────────────────────────────────────────────────


def users_of(calendars: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """The processes that go by each of these calendars: by what they are, by service levels, escalations or rotas."""
    used: dict[UUID, set[UUID]] = {key: set() for key in calendars}
    pairs = [
        Process.objects.filter(calendar__in=calendars).values_list("calendar", "pk"),
        ServiceLevel.objects.filter(
            calendar__in=calendars, agreement__state__in=_AGREED_OR_WRITTEN
        ).values_list("calendar", "agreement__process"),
        EscalationLevel.objects.filter(calendar__in=calendars).values_list(
            "calendar", "path__matrix__process"
        ),
        AuthorityGrant.objects.filter(calendar__in=calendars, revoked_at__isnull=True).values_list(
            "calendar", "process"
        ),
    ]
    for rows in pairs:
        for calendar, process in rows.order_by().distinct():
            used[calendar].add(process)
    return used


def processes_of(calendar: BusinessCalendar) -> QuerySet[Process]:
    """Every process that goes by a calendar."""
    keys = users_of([calendar.pk])[calendar.pk]
    return Process.objects.filter(pk__in=keys).select_related("client").order_by("code")


def of_process(user: User, process: Process) -> list[BusinessCalendar]:
    """The calendars a reader of this process's contracts may see with it: those it goes by, and those of the reader's own
    organisation. Of another client nobody learns by the name of its desk (A6)."""
    rows = BusinessCalendar.objects.filter(
        Q(organisation=user.organisation_id) | Q(pk__in=_used_by(process))
    ).select_related("organisation")
    found = list(rows.order_by("name", "pk"))
    used = users_of([row.pk for row in found])
    readable = set(access.objects_with(user, Process, VIEW_CONTRACTS))
    return [row for row in found if process.pk in used[row.pk] or used[row.pk] <= readable]


def rows(user: User, process: Process) -> QuerySet[BusinessCalendar]:
    """The same, for a form to choose from."""
    keys = [row.pk for row in of_process(user, process)]
    return BusinessCalendar.objects.filter(pk__in=keys).order_by("name", "pk")


def one(user: User, process: Process, calendar_id: UUID) -> BusinessCalendar:
    found = next((row for row in of_process(user, process) if row.pk == calendar_id), None)
    if found is None:
        raise NotVisible("not_found", "There is no such calendar that you can see.")
    return found


def _used_by(process: Process) -> set[UUID]:
    return set(uses(process))


def uses(process: Process) -> dict[UUID, list[str]]:
    """What of a process goes by which calendar: itself, service levels, the escalation matrix, people on call."""
    levels = ServiceLevel.objects.filter(agreement__process=process, agreement__state__in=_AGREED_OR_WRITTEN)
    steps = EscalationLevel.objects.filter(path__matrix__process=process)
    rotas = AuthorityGrant.objects.filter(process=process, revoked_at__isnull=True)
    found: dict[UUID, list[str]] = {process.calendar_id: ["process"]} if process.calendar_id else {}
    for what, named in (("levels", levels), ("matrix", steps), ("rota", rotas)):
        for key in named.exclude(calendar=None).order_by().values_list("calendar", flat=True).distinct():
            found.setdefault(key, []).append(what)
    return found
