"""Escalation paths in force: the rows of the active matrix of a process."""

from typing import Any

from contracts.domain import escalation_matrix
from contracts.domain.escalation_matrix import Key
from contracts.enums import MatrixState
from contracts.models import EscalationPath, Process


def in_force(process: Process, trigger_class: str, severity: int | None = None) -> EscalationPath | None:
    """The path a case of this class and severity takes: the closest row of the active matrix."""
    return escalation_matrix.find(all_in_force(process), trigger_class, severity)


def all_in_force(process: Process) -> dict[Key, EscalationPath]:
    """The rows of the active matrix."""
    rows = EscalationPath.objects.filter(matrix__process=process, matrix__state=MatrixState.ACTIVE)
    return {path.key: path for path in rows.select_related("matrix")}


def frozen(path: EscalationPath) -> list[dict[str, Any]]:
    """The levels of a path as plain data, to be kept with a case that starts under them."""
    levels = list(path.levels.select_related("calendar").order_by("level"))
    return [
        {
            "level": level.level,
            "name": level.name,
            "role": level.role,
            "person": str(level.person_id),
            "deputy": str(level.deputy_id) if level.deputy_id else None,
            "ack_minutes": level.ack_minutes,
            "resolve_minutes": level.resolve_minutes,
            "channel": level.channel,
            "authority": level.authority,
            "is_final": level is levels[-1],
            "calendar": {
                "time_zone": level.calendar.time_zone,
                "hours": level.calendar.hours,
                "holidays": level.calendar.holidays,
                "always_open": level.calendar.always_open,
            },
        }
        for level in levels
    ]
