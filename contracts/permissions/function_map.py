"""Who maps the steps of a process, and who signs the map (K8)."""

from datetime import datetime

from audit.errors import NotAllowed
from contracts import access
from contracts.domain.roles import DRAFT_CONTRACTS, SIGN_CONTRACTS
from contracts.enums import Authority
from contracts.models import AuthorityGrant, Process, User

_MAPPERS = "Steps are mapped by the provider’s governance lead or the client’s counsel."
_SIGNERS = "The function map is signed by the client’s owner."


def check_can_map(user: User, process: Process) -> None:
    access.check(user, DRAFT_CONTRACTS, process, _MAPPERS)


def check_can_sign_map(user: User, process: Process, at: datetime) -> None:
    """The client answers for what is declared: somebody of the client with the authority to decide signs."""
    access.check(user, SIGN_CONTRACTS, process, _SIGNERS)
    if user.organisation_id != process.client_id:
        raise NotAllowed("client_signs", _SIGNERS)
    held = AuthorityGrant.objects.in_force(at).filter(user=user, process=process, kind=Authority.DECISION)
    if not held.exists():
        raise NotAllowed("no_authority", "You hold no decision authority on this process.")
