"""The life of the escalation matrix: proposed, approved by somebody else, active, superseded — or rolled back to (C1).

Upper floors tell what cases must find a row (`needs`): this floor knows no rules. A running case keeps the levels it
started with; the next escalation follows the version in force.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.errors import Conflict, Invalid
from contracts import access, permissions
from contracts.domain.escalation_matrix import Need
from contracts.enums import MatrixState
from contracts.models import EscalationMatrix, Process, User
from contracts.selectors import matrices
from contracts.services import matrix_drafts, matrix_events, processes, scopes


@transaction.atomic
def propose(
    *,
    matrix_id: UUID,
    by: User,
    at: datetime,
    needs: Sequence[Need] = (),
    edits: int | None = None,
    link: str = "",
) -> EscalationMatrix:
    """Propose a draft: from here on it does not change. Raises Conflict naming what makes it unsafe."""
    matrix = matrix_drafts.editable(matrix_id, by, edits)
    _refuse_problems(matrix, needs, at)
    EscalationMatrix.objects.filter(pk=matrix.pk).update(
        state=MatrixState.PROPOSED, proposed_at=at, proposed_by=by
    )
    matrix.refresh_from_db()
    matrix_events.record(matrix, "matrix.proposed", {"digest": matrix_events.digest(matrix)}, by, at)
    matrix_events.tell_approvers(matrix, link, at)
    return matrix


@transaction.atomic
def approve(
    *,
    matrix_id: UUID,
    by: User,
    at: datetime,
    needs: Sequence[Need] = (),
    against: int,
    link: str = "",
) -> EscalationMatrix:
    """Approve a proposal and put it in force at once: the next escalation follows it.

    `against` is the version in force that it was compared with, 0 for none. Raises NotAllowed for whoever wrote in it, has no
    decision authority or may not sign for final decisions; Conflict where it is unsafe or another came into force.
    """
    matrix = matrices.found(matrix_id)
    permissions.check_can_judge_matrix(by, matrix)
    _wait(matrix)
    active = _hold(matrix.process, against)
    # The wait may have been long, and a right taken back meanwhile.
    access.read_again(by)
    changed = matrices.finals_changed(matrix, active)
    permissions.check_can_approve_matrix(by, matrix, at, finals_changed=changed)
    _refuse_problems(matrix, needs, at)
    told = matrix_events.listed(matrix)
    facts: dict[str, Any] = {"digest": matrix_events.digest(matrix), "author": matrix.author_id}
    matrix_events.record(matrix, "matrix.approved", facts, by, at)
    _activate(matrix, by, at, decided=True)
    facts = {"replaces": active.version if active else None} | told
    matrix_events.record(matrix, "matrix.activated", facts, by, at)
    matrix_events.tell_author(matrix, "is in force", "", link, at)
    return matrix


@transaction.atomic
def reject(*, matrix_id: UUID, by: User, reason: str, at: datetime, link: str = "") -> EscalationMatrix:
    """Send a proposal back, with a reason of at most 300 characters that its author can read."""
    matrix = matrices.found(matrix_id)
    permissions.check_can_judge_matrix(by, matrix)
    _wait(matrix)
    reason = reason.strip()
    if not 1 <= len(reason) <= 300:
        raise Invalid("reason_required", "Say why, in at most 300 characters.", "reason")
    won = EscalationMatrix.objects.filter(pk=matrix.pk, state=MatrixState.PROPOSED).update(
        state=MatrixState.REJECTED, decided_at=at, decided_by=by, decision_note=reason
    )
    if not won:
        raise Conflict("moved", "This matrix has just moved on: look at it again.")
    matrix.refresh_from_db()
    matrix_events.record(matrix, "matrix.rejected", {}, by, at, {"why": reason})
    matrix_events.tell_author(matrix, "was sent back", reason, link, at)
    return matrix


@transaction.atomic
def roll_back(
    *,
    to: EscalationMatrix,
    by: User,
    at: datetime,
    needs: Sequence[Need] = (),
    against: int,
) -> EscalationMatrix:
    """Put a superseded version back in force at once. Two people approved it then; one click restores it.

    Raises Conflict where it would leave cases without anybody, or where the one in force is not `against`.
    """
    process = to.process
    permissions.check_can_restore_matrix(by, process, at, finals_changed=False)
    active = _hold(process, against)
    access.read_again(by)
    to = matrices.found(to.pk)
    changed = matrices.finals_changed(to, active)
    permissions.check_can_restore_matrix(by, process, at, finals_changed=changed)
    if to.state != MatrixState.SUPERSEDED:
        raise Conflict("not_superseded", "Only a version that was in force can be restored.")
    _refuse_problems(to, needs, at)
    told = matrix_events.listed(to)
    _activate(to, by, at, decided=False)
    facts = {"from_version": active.version if active else None, "to_version": to.version} | told
    matrix_events.record(to, "matrix.rolled_back", facts, by, at)
    return to


def _wait(matrix: EscalationMatrix) -> None:
    if matrix.state != MatrixState.PROPOSED:
        raise Conflict("not_proposed", "This matrix does not wait for approval.")


def _refuse_problems(matrix: EscalationMatrix, needs: Sequence[Need], at: datetime) -> None:
    found = [problem for problem in matrices.problems(matrix, needs, at) if problem.blocking]
    if found:
        details = [{"pointer": problem.place, "detail": problem.sentence} for problem in found]
        raise Conflict("matrix_unsafe", found[0].sentence, "rows", details)


def _hold(process: Process, against: int) -> EscalationMatrix | None:
    """Wait for everybody under way, then hold the process alone; the matrix in force from here to the commit."""
    scopes.exclude(process)
    active = matrices.active(process)
    if against != (active.version if active else 0):
        raise Conflict(
            "active_moved", "Another matrix has come into force since you opened this page: look again."
        )
    return active


def _activate(matrix: EscalationMatrix, by: User, at: datetime, *, decided: bool) -> None:
    """Supersede the matrix in force and put this one there. The process is held."""
    EscalationMatrix.objects.filter(process=matrix.process, state=MatrixState.ACTIVE).update(
        state=MatrixState.SUPERSEDED, superseded_at=at, superseded_by=by
    )
    changes: dict[str, Any] = {
        "state": MatrixState.ACTIVE,
        "activated_at": at,
        "activated_by": by,
        "superseded_at": None,
        "superseded_by": None,
    }
    if decided:
        changes |= {"decided_at": at, "decided_by": by}
    won = EscalationMatrix.objects.filter(pk=matrix.pk, state=matrix.state).update(**changes)
    if not won:
        raise Conflict("moved", "This matrix has just moved on: look at it again.")
    processes.touch(matrix.process)
    matrix.refresh_from_db()
