"""Escalation paths in force."""

from typing import Any

from contracts.models import EscalationPath, Process

EVERY_CLASS = "*"


def in_force(process: Process, trigger_class: str) -> EscalationPath | None:
    """The newest path for a trigger class, or the one for all classes."""
    found = all_in_force(process)
    return found.get(trigger_class) or found.get(EVERY_CLASS)


def all_in_force(process: Process) -> dict[str, EscalationPath]:
    """The newest path of each trigger class that has one."""
    return {
        path.trigger_class: path
        for path in EscalationPath.objects.filter(process=process).order_by("version")
    }


def covered(process: Process) -> set[str]:
    """The trigger classes that have a path; `*` among them covers every class."""
    return set(EscalationPath.objects.filter(process=process).values_list("trigger_class", flat=True))


def frozen(path: EscalationPath) -> list[dict[str, Any]]:
    """The levels of a path as plain data, to be kept with a case that starts under them."""
    levels = path.levels.select_related("calendar").order_by("level")
    return [
        {
            "level": level.level,
            "name": level.name,
            "role": level.role,
            "person": str(level.person_id),
            "deputy": str(level.deputy_id) if level.deputy_id else None,
            "ack_minutes": level.ack_minutes,
            "resolve_minutes": level.resolve_minutes,
            "is_final": level.is_final,
            "calendar": {
                "time_zone": level.calendar.time_zone,
                "hours": level.calendar.hours,
                "holidays": level.calendar.holidays,
                "always_open": level.calendar.always_open,
            },
        }
        for level in levels
    ]
