"""Who may do what with the escalation matrix: the rules' rights, and for final decisions the client's owner (C1, C3).

`check_can_X` raises with a sentence a person can read; `access.allowed` turns it into what a button says.
"""

from datetime import datetime

from django.db.models import Q

from audit.errors import NotAllowed, NotVisible
from contracts import access
from contracts.domain import roles
from contracts.enums import Authority, MatrixState, Role
from contracts.models import AuthorityGrant, EscalationMatrix, Membership, Process, User

_DRAFTERS = "The escalation matrix is drafted by the client’s administrators."
_APPROVERS = "The escalation matrix is approved by the client’s administrators or owner."


def check_can_see_matrix(user: User, matrix: EscalationMatrix) -> None:
    """What is or was in force is read by everybody on the process; drafts by those who write and approve them."""
    held = access.codenames(user, matrix.process)
    if roles.VIEW_PROCESS not in held:
        raise NotVisible("not_found", "There is no such escalation matrix that you can see.")
    if matrix.state in {MatrixState.ACTIVE, MatrixState.SUPERSEDED}:
        return
    if not held & {roles.PROPOSE_RULES, roles.APPROVE_RULES}:
        raise NotAllowed(
            "not_allowed", "Drafts are read by those who write and approve the escalation matrix."
        )


def check_can_draft_matrix(user: User, process: Process) -> None:
    access.check(user, roles.PROPOSE_RULES, process, _DRAFTERS)


def check_can_judge_matrix(user: User, matrix: EscalationMatrix) -> None:
    """Nobody who wrote in a draft says yes or no to it."""
    access.check(user, roles.APPROVE_RULES, matrix.process, _APPROVERS)
    if user.pk in {matrix.author_id, matrix.proposed_by_id} or matrix.editors.filter(pk=user.pk).exists():
        raise NotAllowed("own_matrix", "You wrote this matrix: somebody else approves it.")


def check_can_approve_matrix(
    user: User, matrix: EscalationMatrix, at: datetime, *, finals_changed: bool
) -> None:
    """Approval puts it in force, so it needs the authority to decide (K4); who makes the final decision on what is
    signed by the client's owner (C3)."""
    check_can_judge_matrix(user, matrix)
    _check_decides(user, matrix.process, at, finals_changed)


def check_can_restore_matrix(user: User, process: Process, at: datetime, *, finals_changed: bool) -> None:
    access.check(user, roles.APPROVE_RULES, process, _APPROVERS)
    _check_decides(user, process, at, finals_changed)


def _check_decides(user: User, process: Process, at: datetime, finals_changed: bool) -> None:
    held = AuthorityGrant.objects.in_force(at).filter(user=user, process=process, kind=Authority.DECISION)
    if not held.exists():
        raise NotAllowed("no_authority", "You hold no decision authority on this process.")
    if finals_changed and not _owns(user, process):
        raise NotAllowed(
            "owner_signs", "It changes who makes final decisions: the client’s owner approves it."
        )


def _owns(user: User, process: Process) -> bool:
    held = Membership.objects.filter(user=user, role=Role.CLIENT_OWNER, revoked_at__isnull=True)
    everywhere_or_here = Q(process__isnull=True) | Q(process=process)
    return held.filter(everywhere_or_here, organisation=process.client_id).exists()
