"""Who reads, writes and signs the RACI (K1, K4)."""

from datetime import datetime

from audit.errors import NotAllowed, NotVisible
from contracts import access
from contracts.domain import roles
from contracts.domain.raci import RaciState
from contracts.enums import Authority, Party
from contracts.models import AuthorityGrant, Process, RaciMatrix, User

READ_BY_ALL = (RaciState.IN_FORCE, RaciState.SUPERSEDED)
_DRAFTERS = "The RACI is written by the governance lead and the client’s legal department."
_SIGNERS = "The RACI is signed by the client’s owner and the provider’s operations manager."


def check_can_see_raci(user: User, matrix: RaciMatrix) -> None:
    """What is or was in force is read by everybody on the process, of all three parties; drafts by those who read contracts."""
    held = access.codenames(user, matrix.process)
    if roles.VIEW_PROCESS not in held:
        raise NotVisible("not_found", "There is no such RACI that you can see.")
    if matrix.state not in READ_BY_ALL and roles.VIEW_CONTRACTS not in held:
        raise NotAllowed("not_allowed", "Drafts of the RACI are read by those who read the contracts.")


def check_can_draft_raci(user: User, process: Process) -> None:
    access.check(user, roles.DRAFT_CONTRACTS, process, _DRAFTERS)


def check_can_sign_raci(user: User, matrix: RaciMatrix, at: datetime) -> None:
    """Nobody signs what he wrote, and whoever signs holds the authority to decide (K4)."""
    process = matrix.process
    access.check(user, roles.SIGN_CONTRACTS, process, _SIGNERS)
    written = {matrix.author_id, matrix.proposed_by_id}
    if user.pk in written or matrix.editors.filter(pk=user.pk).exists():
        raise NotAllowed("own_raci", "You wrote this RACI: somebody else of your party signs it.")
    held = AuthorityGrant.objects.in_force(at).filter(user=user, process=process, kind=Authority.DECISION)
    if not held.exists():
        raise NotAllowed("no_authority", "You hold no decision authority on this process.")
    party_of(user, process)


def party_of(user: User, process: Process) -> Party:
    """The party somebody signs for: the one he works for. Raises NotAllowed for whoever works for neither."""
    if user.organisation_id == process.client_id:
        return Party.CLIENT
    if user.organisation_id == process.provider_id:
        return Party.PROVIDER
    raise NotAllowed("no_party", _SIGNERS)
