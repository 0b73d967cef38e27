"""Who writes service levels, who accepts them for his party, and who speaks in a dispute about a breach (U1, U3)."""

from datetime import datetime
from uuid import UUID

from audit.errors import NotAllowed
from contracts import access
from contracts.domain.roles import DRAFT_CONTRACTS, SIGN_CONTRACTS
from contracts.enums import Authority, Party
from contracts.models import AuthorityGrant, Breach, Process, ServiceAgreement, User

_DRAFTERS = "Service levels are written by the client’s counsel or the provider’s governance lead."
_SIGNERS = "Service levels are accepted by the client’s owner and by the provider’s operations manager."
_REPORTERS = "Figures are reported by whoever writes or signs service levels."


def check_can_draft_service_levels(user: User, process: Process) -> None:
    access.check(user, DRAFT_CONTRACTS, process, _DRAFTERS)


def check_can_accept_service_levels(user: User, agreement: ServiceAgreement, at: datetime) -> None:
    """Each party accepts for itself, by somebody with the authority to decide who did not write the version."""
    access.check(user, SIGN_CONTRACTS, agreement.process, _SIGNERS)
    written = {agreement.author_id, agreement.proposed_by_id}
    if user.pk in written or agreement.editors.filter(pk=user.pk).exists():
        raise NotAllowed("own_draft", "You wrote in this version: somebody else of your party accepts it.")
    held = AuthorityGrant.objects.in_force(at).filter(user=user, process=agreement.process)
    if not held.filter(kind=Authority.DECISION).exists():
        raise NotAllowed("no_authority", "You hold no decision authority on this process.")


def check_can_report_measurement(user: User, process: Process) -> None:
    if not access.codenames(user, process) & {DRAFT_CONTRACTS, SIGN_CONTRACTS}:
        access.check(user, SIGN_CONTRACTS, process, _REPORTERS)


def check_can_dispute_breach(user: User, breach: Breach) -> None:
    """Whoever signs for the party that answers for it; the provider also speaks for its AI vendor."""
    access.check(user, SIGN_CONTRACTS, breach.process, "A breach is disputed by whoever signs for the party.")
    if user.organisation_id != _side(breach):
        raise NotAllowed("not_yours", "The party that answers for a breach disputes it.")


def check_can_settle_breach(user: User, breach: Breach) -> None:
    """Whoever signs for the other side."""
    access.check(
        user, SIGN_CONTRACTS, breach.process, "A dispute is settled by whoever signs for the other party."
    )
    if user.organisation_id == _side(breach):
        raise NotAllowed("own_dispute", "Your own party disputes it: the other one settles it.")


def _side(breach: Breach) -> UUID:
    """The organisation that speaks for the party that answers for it."""
    process = breach.process
    return process.client_id if breach.responsible == Party.CLIENT else process.provider_id
