"""Who may read, write and sign contracts (L1, K4): a contract is read by who may read it on one of its processes, and
written or signed only by who may do so on all of them."""

from collections.abc import Iterable
from datetime import datetime

from audit.errors import NotAllowed, NotVisible
from contracts import access
from contracts.domain.roles import (
    DRAFT_CONTRACTS,
    FILE_CHANGES,
    SIGN_CONTRACTS,
    SUPERVISE_VENDORS,
    VIEW_CONTRACTS,
    VIEW_PROCESS,
)
from contracts.enums import Authority
from contracts.models import AuthorityGrant, Contract, ContractVersion, Organisation, Process, User

_READERS = "This contract is read by those who look after what was agreed; ask the person who looks after your access."
DRAFTERS = "Contracts are drafted by the client’s legal people and by governance."
_SIGNERS = "Contracts are signed by the client’s owner and the provider’s operations manager."


def check_can_see_contract(user: User, contract: Contract) -> None:
    """NotVisible for who sees none of its processes, NotAllowed for who sees them and not what was agreed."""
    held = frozenset[str]().union(*(access.codenames(user, process) for process in contract.processes.all()))
    if VIEW_CONTRACTS in held:
        return
    if VIEW_PROCESS in held:
        raise NotAllowed("not_allowed", _READERS)
    raise NotVisible("not_found", "There is no such contract that you can see.")


def check_can_see_draft(user: User, contract: Contract) -> None:
    """Drafts are read by those who write and sign contracts."""
    check_can_see_contract(user, contract)
    for process in contract.processes.all():
        if not access.codenames(user, process) & {DRAFT_CONTRACTS, SIGN_CONTRACTS}:
            raise NotAllowed("not_allowed", "Drafts are read by those who write and sign contracts.")


def check_can_draft_on(user: User, processes: Iterable[Process]) -> None:
    for process in processes:
        access.check(user, DRAFT_CONTRACTS, process, DRAFTERS)


def check_can_draft_contract(user: User, contract: Contract) -> None:
    check_can_see_contract(user, contract)
    check_can_draft_on(user, contract.processes.all())


def check_can_judge_contract(user: User, version: ContractVersion) -> None:
    """Who reads a proposal for his party, and signs it or sends it back: nobody who wrote in it."""
    contract = version.contract
    check_can_see_contract(user, contract)
    for process in contract.processes.all():
        access.check(user, SIGN_CONTRACTS, process, _SIGNERS)
    if user.organisation_id not in {contract.client_id, contract.provider_id}:
        raise NotAllowed("not_a_party", "A contract is signed by people of its two parties.")
    if user.pk in {version.author_id, version.proposed_by_id} or version.editors.filter(pk=user.pk).exists():
        raise NotAllowed("own_contract", "You wrote in this version: somebody else signs it.")


def check_can_sign_contract(user: User, version: ContractVersion, at: datetime) -> None:
    """Signing binds the party, so it needs the authority to decide on every process the contract covers (K4)."""
    check_can_judge_contract(user, version)
    _check_decides(user, version.contract, at)


def check_can_terminate_contract(user: User, contract: Contract, at: datetime) -> None:
    check_can_see_contract(user, contract)
    for process in contract.processes.all():
        access.check(user, SIGN_CONTRACTS, process, "A contract is ended by those who may sign it.")
    if user.organisation_id not in {contract.client_id, contract.provider_id}:
        raise NotAllowed("not_a_party", "A contract is ended by one of its two parties.")
    _check_decides(user, contract, at)


def check_can_attest(user: User, process: Process, vendor: Organisation) -> None:
    """The vendor's own people attest, or those who supervise vendors file its paper (A7)."""
    held = access.codenames(user, process)
    if VIEW_PROCESS not in held:
        raise NotVisible("unknown_process", "There is no such process that you can see.")
    if SUPERVISE_VENDORS in held or (FILE_CHANGES in held and user.organisation_id == vendor.pk):
        return
    raise NotAllowed("not_allowed", "The vendor attests, or those who supervise vendors file its paper.")


def _check_decides(user: User, contract: Contract, at: datetime) -> None:
    held = set(
        AuthorityGrant.objects.in_force(at)
        .filter(user=user, kind=Authority.DECISION)
        .values_list("process_id", flat=True)
    )
    for process in contract.processes.all():
        if process.pk not in held:
            raise NotAllowed("no_authority", f"You hold no decision authority on {process.code}.")
