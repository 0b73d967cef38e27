"""The life of a version of the escalation matrix in words: its state, its story, and what can be done with it."""

from datetime import date, datetime

from django.urls import reverse

from contracts import access, permissions
from contracts.domain import escalation_matrix
from contracts.enums import MatrixState
from contracts.models import EscalationMatrix, Process, User
from reviews.presenters.rules import Button, State

_SHOWN = {
    MatrixState.ACTIVE: State("In force", "good"),
    MatrixState.PROPOSED: State("Waits for approval", "warn"),
    MatrixState.DRAFT: State("Draft", "info"),
    MatrixState.REJECTED: State("Sent back", "bad"),
    MatrixState.SUPERSEDED: State("Replaced", "neutral"),
}


def buttons(
    process: Process, matrix: EscalationMatrix, reader: User, at: datetime, finals_changed: bool
) -> dict[str, Button]:
    """What can be done with a version in its state, and why not."""
    if matrix.state == MatrixState.DRAFT:
        asked = access.allowed(permissions.check_can_draft_matrix, reader, process)
        return {"propose": button(process, "propose", asked, matrix.version)}
    if matrix.state == MatrixState.PROPOSED:
        yes = access.allowed(
            permissions.check_can_approve_matrix, reader, matrix, at, finals_changed=finals_changed
        )
        no = access.allowed(permissions.check_can_judge_matrix, reader, matrix)
        return {
            "approve": button(process, "approve", yes, matrix.version),
            "reject": button(process, "reject", no, matrix.version),
        }
    if matrix.state == MatrixState.SUPERSEDED:
        again = access.allowed(
            permissions.check_can_restore_matrix, reader, process, at, finals_changed=finals_changed
        )
        return {"restore": button(process, "restore", again, matrix.version)}
    return {}


def button(process: Process, name: str, answer: tuple[bool, str], *more: int) -> Button:
    """A button for something that is done with the matrix, dead where the answer is no."""
    return Button(address(process, name, *more), *answer)


def address(process: Process, name: str, *more: int) -> str:
    """The page of the matrix whose route has this name."""
    return reverse(f"reviews:matrix_{name}", args=[process.code, *more])


def url(process: Process, version: int) -> str:
    """The page of a version."""
    return address(process, "version", version)


def state(matrix: EscalationMatrix) -> State:
    """How far a version is."""
    return _SHOWN[MatrixState(matrix.state)]


def overdue(matrix: EscalationMatrix, at: datetime) -> bool:
    """Whether the matrix should have been gone over again."""
    due = review_due(matrix)
    return due is not None and due < at.date()


def review_due(matrix: EscalationMatrix) -> date | None:
    """When the matrix is to be gone over again."""
    return escalation_matrix.review_due(matrix.review_by, matrix.decided_at or matrix.activated_at)


def name_of(person: User | None) -> str:
    """A person, where there was one."""
    return person.name if person else "nobody"


def story(matrix: EscalationMatrix, reader: User) -> str:
    """Who has done what with this version, and what it waits for."""

    def who(person: User | None) -> str:
        return "you" if person is not None and person.pk == reader.pk else name_of(person)

    if matrix.author is None:
        return "agreed before the matrix had versions"
    if matrix.state == MatrixState.DRAFT:
        return f"drafted by {who(matrix.author)}; nothing changes until somebody else has approved it"
    if matrix.state == MatrixState.PROPOSED:
        return f"proposed by {who(matrix.proposed_by)}, needs another approver"
    if matrix.state == MatrixState.REJECTED:
        return f"drafted by {who(matrix.author)}, sent back by {who(matrix.decided_by)}"
    approved = f"drafted by {who(matrix.author)}, approved by {who(matrix.decided_by)}"
    if matrix.activated_by_id != matrix.decided_by_id:
        approved += f", put back in force by {who(matrix.activated_by)}"
    return approved


def outdated(matrix: EscalationMatrix, active: EscalationMatrix | None) -> str:
    """What must be said of a draft that was begun from another version than the one in force."""
    if matrix.state not in {MatrixState.DRAFT, MatrixState.PROPOSED} or active is None:
        return ""
    if matrix.based_on_id == active.pk:
        return ""
    begun = f"v{matrix.based_on.version}" if matrix.based_on else "nothing"
    return (
        f"This draft was begun from {begun}; v{active.version} has come into force since. "
        "Approving it also undoes what changed in between: read the comparison to the end."
    )
