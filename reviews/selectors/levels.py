"""The levels of a frozen escalation path: who takes a case there, and until when (C1, C5)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from contracts import access
from contracts.domain import sla_clock
from contracts.domain.roles import DECIDE_ESCALATION
from contracts.domain.sla_clock import Calendar
from contracts.enums import Role
from contracts.models import Process, User
from contracts.selectors import authority, calendars
from reviews.models import Case, Escalation

Level = Mapping[str, Any]

# Who takes over from a path that everybody left: the client that is accountable, then those who run the work.
FALLBACK = [
    Role.CLIENT_ADMIN,
    Role.CLIENT_OWNER,
    Role.TEAM_LEAD,
    Role.OPS_MANAGER,
    Role.GOVERNANCE_LEAD,
    Role.SENIOR_REVIEWER,
]


def of(escalation: Escalation) -> Level:
    """The level at which an escalation stands."""
    return next(level for level in escalation.path if level["level"] == escalation.level)


def above(escalation: Escalation) -> Level | None:
    """The next level up; None at the top."""
    return next((level for level in escalation.path if level["level"] > escalation.level), None)


def present(process: Process) -> QuerySet[User]:
    """Whoever may own an escalation of the process: an open account that may decide escalations there."""
    return access.holders(process, DECIDE_ESCALATION)


def orphans(running: QuerySet[Escalation]) -> list[UUID]:
    """Running escalations whose owner's account is closed, or who lost every role that let him decide them."""
    found: list[UUID] = []
    for process in Process.objects.filter(pk__in=running.values("process")).order_by("pk"):
        alone = running.filter(process=process).exclude(owner__in=present(process).values("pk"))
        found += alone.values_list("pk", flat=True)
    return found


def begin(path: list[dict[str, Any]], case: Case, by: User | None) -> tuple[Level, User]:
    """Where an escalation begins: at the first level with somebody to decide who had no hand in the case."""
    opener = by.pk if by is not None else None
    for level in path:
        person = candidate(level, case, opener, fresh=True)
        if person is not None:
            return level, person
    return path[0], owner(path[0], case, opener)


def candidate(level: Level, case: Case, opener: UUID | None, *, fresh: bool = False) -> User | None:
    """The person of a level or else the deputy, of those who are there; whoever opened the escalation or has decided
    on the case comes last, and not at all where somebody `fresh` is asked for."""
    people = there(level, case.process)
    involved = _involved(case, opener)
    untouched = [person for person in people if person.pk not in involved]
    return next(iter(untouched if fresh else [*untouched, *people]), None)


def there(level: Level, process: Process) -> list[User]:
    """Whom of a level an escalation reaches now: the person, and then the deputy, if they are there."""
    named = [UUID(person) for person in (level["person"], level["deputy"]) if person]
    people = {user.pk: user for user in present(process).filter(pk__in=named)}
    return [people[pk] for pk in named if pk in people]


def _involved(case: Case, opener: UUID | None) -> set[UUID | None]:
    decided = case.decisions.filter(withdrawn_at__isnull=True)
    return {opener, *decided.values_list("decided_by", flat=True)}


def owner(level: Level, case: Case, opener: UUID | None) -> User:
    """The candidate. Where nobody of the level is there the primary owns it on paper, and the next sweep moves it."""
    return candidate(level, case, opener) or User.objects.get(pk=level["person"])


def fallback(escalation: Escalation) -> User | None:
    """Who takes over, or is told, when nobody the path names is there: whoever may decide escalations of the process, the
    client's administrator first; somebody who had no hand in the case before anybody who had."""
    process = escalation.process
    by_role = {
        person: authority.role_on(person, process)
        for person in present(process).exclude(pk=escalation.owner_id)
    }
    involved = _involved(escalation.case, escalation.opened_by_id)
    ranked = [person for person, role in by_role.items() if role in FALLBACK]
    ranked.sort(key=lambda person: (person.pk in involved, FALLBACK.index(Role(by_role[person])), person.pk))
    return ranked[0] if ranked else None


def limits(level: Level, at: datetime) -> tuple[datetime, datetime]:
    """Until when the level must have acknowledged and resolved, in the business hours of its calendar."""
    calendar = calendars.read(level["calendar"])
    return _due(at, level["ack_minutes"], calendar), _due(at, level["resolve_minutes"], calendar)


def _due(at: datetime, minutes: int, calendar: Calendar) -> datetime:
    try:
        return sla_clock.add(at, minutes, calendar)
    except ValueError:
        # A calendar that never opens must not stop the clock: then it runs around the clock.
        return at + timedelta(minutes=minutes)
