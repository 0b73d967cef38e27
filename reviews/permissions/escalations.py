"""Who owns and decides escalations, and who tries their path."""

from audit.errors import NotAllowed
from contracts import access
from contracts.domain import roles as process_roles
from contracts.models import Process, User
from reviews.models import Escalation, EscalationDrill


def check_can_own(user: User, escalation: Escalation) -> None:
    """Owning an escalation opens it to whoever may still decide escalations of the process."""
    if escalation.owner_id != user.pk:
        raise NotAllowed("not_owner", "This escalation belongs to somebody else.")
    check_can_decide_escalations(user, escalation.process)


def check_can_decide_escalations(user: User, process: Process) -> None:
    access.check(
        user,
        process_roles.DECIDE_ESCALATION,
        process,
        "Escalations are decided by those whose role may decide them.",
    )


def check_can_see_drills(user: User, process: Process) -> None:
    access.check(
        user,
        process_roles.VIEW_CASES,
        process,
        "Who answers test calls is read by those who see the cases of the process.",
    )


def check_can_start_drill(user: User, process: Process) -> None:
    access.check(
        user,
        process_roles.MANAGE_PROCESS,
        process,
        "Test calls are started by the operations manager or the governance lead.",
    )


def check_is_called(user: User, drill: EscalationDrill) -> None:
    """Only somebody who was called answers: that another one is awake proves nothing."""
    if not drill.calls.filter(person=user).exists():
        raise NotAllowed("not_called", "This test call is for somebody else.")
