"""Matrices for tests: brought into force as people do it, by an administrator and the client's owner."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from contracts.enums import Role
from contracts.models import EscalationMatrix, EscalationPath
from contracts.services import matrix_drafts
from contracts.services.matrix_drafts import Level
from reviews.services import matrices
from tests.worlds import Desk


def put_path(
    desk: Desk, at: datetime, levels: Sequence[Level], trigger_class: str = "*", severity: int | None = None
) -> EscalationPath:
    """A matrix in force that is the one before with this row."""
    matrix = matrix_drafts.draft(process=desk.process, by=desk.admin, at=at)
    path = matrix_drafts.put_path(
        matrix_id=matrix.pk,
        levels=levels,
        trigger_class=trigger_class,
        severity=severity,
        by=desk.admin,
        at=at,
    )
    bring_into_force(desk, matrix, at)
    return path


def put_final(
    desk: Desk, at: datetime, *, min_value: Decimal | None = None, **given: Any
) -> EscalationMatrix:
    """A matrix in force that is the one before with this final decision-maker."""
    matrix = matrix_drafts.draft(process=desk.process, by=desk.admin, at=at)
    matrix_drafts.put_final(matrix_id=matrix.pk, min_value=min_value, by=desk.admin, at=at, **given)
    return bring_into_force(desk, matrix, at)


def bring_into_force(desk: Desk, matrix: EscalationMatrix, at: datetime) -> EscalationMatrix:
    matrices.propose(matrix_id=matrix.pk, by=desk.admin, at=at)
    replaced = matrix.based_on.version if matrix.based_on else 0
    return matrices.approve(matrix_id=matrix.pk, by=desk.owner, at=at, against=replaced)


def in_every_state(desk: Desk, at: datetime) -> None:
    """A matrix in every state: replaced, in force, proposed and drafted by the administrator."""
    level = Level("L1", Role.TEAM_LEAD, desk.lead, desk.senior, desk.process.calendar, 15, 60)
    put_path(desk, at, [level], "amount", 1)
    proposed = matrix_drafts.draft(process=desk.process, by=desk.admin, at=at)
    matrices.propose(matrix_id=proposed.pk, by=desk.admin, at=at)
    matrix_drafts.draft(process=desk.process, by=desk.admin, at=at)


def row_form(desk: Desk) -> dict[str, str]:
    """A row of one level, as its form sends it."""
    return {
        "do": "save",
        "trigger_class": "fraud",
        "severity": "",
        "edits": "0",
        "l0-name": "L1",
        "l0-person": str(desk.lead.pk),
        "l0-deputy": "",
        "l0-calendar": str(desk.process.calendar_id),
        "l0-ack_minutes": "10",
        "l0-resolve_minutes": "20",
        "l0-channel": "inbox",
        "l0-authority": "",
    }
