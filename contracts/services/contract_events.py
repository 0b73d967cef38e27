"""What the trail and the people concerned are told about contracts."""

from datetime import datetime
from typing import Any

from audit.domain.envelope import Target
from audit.services import recording
from contracts import access
from contracts.domain.roles import SIGN_CONTRACTS
from contracts.models import Contract, ContractVersion, User
from contracts.selectors import authority
from contracts.services import notifications
from contracts.services.acting import actor


def record(
    version: ContractVersion,
    action: str,
    facts: dict[str, Any],
    by: User | None,
    at: datetime,
    personal: dict[str, str] | None = None,
) -> None:
    """One event about a version of a contract, in its client's log."""
    contract = version.contract
    target = Target(
        "contract_version",
        str(version.pk),
        f"{contract.code} v{version.number}",
        "contract",
        str(contract.pk),
    )
    _record(
        contract,
        action,
        target,
        {"code": contract.code, "version": version.number, **facts},
        by,
        at,
        personal,
        str(version.pk),
    )


def record_opened(contract: Contract, facts: dict[str, Any], by: User, at: datetime) -> None:
    _record(contract, "contract.opened", Target("contract", str(contract.pk), contract.code), facts, by, at)


def _record(
    contract: Contract,
    action: str,
    target: Target,
    facts: dict[str, Any],
    by: User | None,
    at: datetime,
    personal: dict[str, str] | None = None,
    subject: str = "",
) -> None:
    processes = list(contract.processes.all())
    recording.record(
        log=contract.client.log_key,
        action=action,
        actor=actor(by, authority.role_on(by, processes[0]) if by and processes else ""),
        target=target,
        facts=facts,
        at=at,
        client=contract.client.slug,
        process=processes[0].code if len(processes) == 1 else "",
        personal=personal,
        subject=subject if personal else "",
    )


def tell_signers(version: ContractVersion, link: str, at: datetime) -> None:
    """Tell those who may sign for one of the parties that a proposal waits for them."""
    contract = version.contract
    written = {version.author_id, version.proposed_by_id, *version.editors.values_list("pk", flat=True)}
    subject = f"{contract.code} v{version.number} waits for your signature"
    told = set(written)
    for process in contract.processes.all():
        for user in access.holders(process, SIGN_CONTRACTS):
            if user.pk not in told and user.organisation_id in {contract.client_id, contract.provider_id}:
                told.add(user.pk)
                notifications.notify(user=user, subject=subject, body=version.note, link=link, at=at)


def tell_author(version: ContractVersion, what: str, body: str, link: str, at: datetime) -> None:
    """Tell the author what became of his proposal."""
    subject = f"{version.contract.code} v{version.number} {what}"
    notifications.notify(user=version.author, subject=subject, body=body, link=link, at=at)
