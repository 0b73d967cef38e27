"""What is agreed per process: calendars, escalation paths, final decision-makers, service levels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Max

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid
from audit.services import logs, recording
from contracts.enums import Party, Role, TargetKind
from contracts.models import (
    BusinessCalendar,
    EscalationLevel,
    EscalationPath,
    FinalDecisionRule,
    Process,
    ServiceLevel,
    User,
)
from contracts.services import processes
from contracts.services.acting import actor


@dataclass(frozen=True)
class Level:
    """One level of a path as it is defined: limits in business minutes of the calendar."""

    name: str
    role: Role
    person: User
    deputy: User | None
    calendar: BusinessCalendar
    ack_minutes: int
    resolve_minutes: int
    is_final: bool = False


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
def define_path(
    *, process: Process, levels: Sequence[Level], by: User | None, at: datetime, trigger_class: str = "*"
) -> EscalationPath:
    """C1: define the escalation path for a trigger class; the highest version is the one in force.

    Raises Invalid for a path without levels.
    """
    if not levels:
        raise Invalid("path_empty", "A path needs at least one level.", "levels")
    last = process.paths.filter(trigger_class=trigger_class).aggregate(last=Max("version"))["last"] or 0
    path = EscalationPath.objects.create(
        process=process, trigger_class=trigger_class, version=last + 1, created_at=at
    )
    for number, level in enumerate(levels, start=1):
        EscalationLevel.objects.create(
            path=path,
            level=number,
            name=level.name,
            role=level.role,
            person=level.person,
            deputy=level.deputy,
            calendar=level.calendar,
            ack_minutes=level.ack_minutes,
            resolve_minutes=level.resolve_minutes,
            is_final=level.is_final,
        )
    processes.touch(process)
    facts = {
        "trigger_class": trigger_class,
        "version": path.version,
        "levels": [
            {
                "role": level.role,
                "person": level.person.pk,
                "ack_minutes": level.ack_minutes,
                "resolve_minutes": level.resolve_minutes,
            }
            for level in levels
        ],
    }
    processes.record(process, "path.defined", Target("path", str(path.pk), trigger_class), facts, by, at)
    return path


@transaction.atomic
def rule_final_decision(
    *,
    process: Process,
    category: str,
    party: Party,
    role: Role,
    person: User,
    by: User | None,
    at: datetime,
    min_value: Decimal | None = None,
    deputy: User | None = None,
) -> FinalDecisionRule:
    """C3: name who makes the final decision on a business category, from a value on.

    Raises Conflict where somebody is named for the same category and value already.
    """
    try:
        with transaction.atomic():
            rule = FinalDecisionRule.objects.create(
                process=process,
                category=category,
                min_value=min_value,
                party=party,
                role=role,
                person=person,
                deputy=deputy,
                created_at=at,
            )
    except IntegrityError:
        raise Conflict(
            "final_rule_exists", "Somebody is named for this category and value already.", "category"
        ) from None
    processes.touch(process)
    facts: dict = {"category": category, "role": role, "person": person.pk}
    if min_value is not None:
        facts["min_value"] = min_value
    if deputy is not None:
        facts["deputy"] = deputy.pk
    processes.record(
        process, "finaldecision.ruled", Target("final_rule", str(rule.pk), category), facts, by, at
    )
    return rule


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
