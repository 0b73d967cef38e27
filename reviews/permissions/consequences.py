"""Who reads, does, hands over and verifies corrective actions, and who closes a finding (F11)."""

from audit.errors import Conflict, NotAllowed
from contracts import access
from contracts.domain import roles as process_roles
from contracts.models import Process, User
from reviews.enums import ActionState
from reviews.models import CorrectiveAction, RecalibrationFinding

MOVED = "It has changed meanwhile: look at it again."


def check_can_see_actions(user: User, process: Process) -> None:
    access.check(
        user,
        process_roles.VIEW_STORY,
        process,
        "Corrective actions are read by those who read the whole story of an interaction.",
    )


def check_can_finish(user: User, action: CorrectiveAction) -> None:
    """Its owner says what he did, and nobody for him."""
    check_can_see_actions(user, action.process)
    if action.owner_id != user.pk:
        raise NotAllowed("not_owner", "This action belongs to somebody else: its owner says what was done.")
    if action.state != ActionState.OPEN:
        raise Conflict("action_moved", "What was done has been said already.")


def check_can_assign(user: User, action: CorrectiveAction) -> None:
    """Its owner hands it over, or whoever leads the reviewers or manages the process."""
    check_can_see_actions(user, action.process)
    leads = access.can(user, process_roles.LEAD_REVIEWERS, action.process)
    manages = access.can(user, process_roles.MANAGE_PROCESS, action.process)
    if action.owner_id != user.pk and not leads and not manages:
        raise NotAllowed(
            "not_owner", "It is handed over by its owner, the team lead or the operations manager."
        )
    if action.state != ActionState.OPEN:
        raise Conflict("action_moved", "It is done: there is nothing to hand over.")


def check_can_verify(user: User, action: CorrectiveAction) -> None:
    """Somebody from QA or governance looks that it helps; never the owner, and never who did it."""
    check_can_see_actions(user, action.process)
    audits = access.can(user, process_roles.EVALUATE_SAMPLE, action.process)
    if not audits and not access.can(user, process_roles.MANAGE_SAMPLE, action.process):
        raise NotAllowed(
            "not_allowed", "Corrective actions are verified by QA auditors and the governance lead."
        )
    if user.pk in (action.owner_id, action.done_by_id):
        raise NotAllowed("own_action", "This is your own action: somebody else verifies it.")
    if action.state != ActionState.DONE:
        raise Conflict(
            "action_moved", "There is nothing to verify: it is not done, or it was verified already."
        )


def check_can_close_finding(user: User, finding: RecalibrationFinding) -> None:
    access.check(
        user,
        process_roles.MANAGE_PROCESS,
        finding.process,
        "A finding is closed by the operations manager or the governance lead.",
    )
    if finding.closed_at is not None:
        raise Conflict("finding_closed", "This finding is closed already.")
