"""Who grants authority, keeps the register of stakeholders, and decides that AI is used (K4, K7, K9)."""

from datetime import datetime

from audit.errors import NotAllowed
from contracts import access
from contracts.domain import roles
from contracts.enums import Authority
from contracts.models import AuthorityGrant, Process, User

_GRANTERS = "Authority is granted and taken back by the client’s owner."
_KEEPERS = "The register is kept by the governance lead and the client’s legal department."
_OWNERS = "Only the client’s owner decides that AI is used at a step."


def check_can_grant(user: User, process: Process, to: User | None = None) -> None:
    """The client’s owner grants authority, and never to himself."""
    access.check(user, roles.GRANT_AUTHORITY, process, _GRANTERS)
    if to is not None and to.pk == user.pk:
        raise NotAllowed("own_authority", "Nobody grants authority to himself: somebody else does.")


def check_can_keep_stakeholders(user: User | None, process: Process) -> None:
    """Nobody is the system, when it sets a process up."""
    if user is not None:
        access.check(user, roles.DRAFT_CONTRACTS, process, _KEEPERS)


def check_can_decide_ai_use(user: User, process: Process, at: datetime) -> None:
    """K9: whoever takes the process live decides on AI in it, with the authority to decide (K4)."""
    access.check(user, roles.GO_LIVE, process, _OWNERS)
    held = AuthorityGrant.objects.in_force(at).filter(user=user, process=process, kind=Authority.DECISION)
    if not held.exists():
        raise NotAllowed("no_authority", "You hold no decision authority on this process.")
