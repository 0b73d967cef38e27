"""The escalation matrix, beside the rules that send cases up: every trigger of the rules in force stays covered (C1).

contracts keeps the versions and knows no rules; here it is told what must find a row.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from contracts import permissions
from contracts.models import EscalationMatrix, User
from contracts.selectors import matrices as versions
from contracts.services import matrices, scopes
from reviews.selectors import rulesets


@transaction.atomic
def propose(*, matrix_id: UUID, by: User, at: datetime, edits: int | None = None) -> EscalationMatrix:
    """Propose a draft. Raises Conflict naming the rule whose cases would find nobody."""
    matrix = versions.found(matrix_id)
    permissions.check_can_draft_matrix(by, matrix.process)
    needs = rulesets.needs_in_force(matrix.process)
    return matrices.propose(matrix_id=matrix_id, by=by, at=at, needs=needs, edits=edits, link=_link(matrix))


@transaction.atomic
def approve(*, matrix_id: UUID, by: User, at: datetime, against: int) -> EscalationMatrix:
    """Approve a proposal and put it in force. Raises Conflict naming the rule whose cases would find nobody."""
    matrix = versions.found(matrix_id)
    permissions.check_can_judge_matrix(by, matrix)
    # Held before the rules are read: none comes into force between this look and the change.
    scopes.exclude(matrix.process)
    needs = rulesets.needs_in_force(matrix.process)
    return matrices.approve(
        matrix_id=matrix_id, by=by, at=at, needs=needs, against=against, link=_link(matrix)
    )


@transaction.atomic
def roll_back(*, to: EscalationMatrix, by: User, at: datetime, against: int) -> EscalationMatrix:
    """Put an earlier version back in force. Raises Conflict naming the rule whose cases would find nobody."""
    permissions.check_can_restore_matrix(by, to.process, at, finals_changed=False)
    scopes.exclude(to.process)
    needs = rulesets.needs_in_force(to.process)
    return matrices.roll_back(to=to, by=by, at=at, needs=needs, against=against)


def reject(*, matrix_id: UUID, by: User, reason: str, at: datetime) -> EscalationMatrix:
    """Send a proposal back with a reason."""
    link = _link(versions.found(matrix_id))
    return matrices.reject(matrix_id=matrix_id, by=by, reason=reason, at=at, link=link)


def _link(matrix: EscalationMatrix) -> str:
    return reverse("reviews:matrix_version", args=[matrix.process.code, matrix.version])
