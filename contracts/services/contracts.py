"""The life of a contract: opened, proposed, signed by both parties, in force — then superseded or terminated (L1).

Writing in a draft is in `contract_drafts`.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from audit.errors import Conflict, Invalid
from contracts import access, permissions
from contracts.domain import transitions
from contracts.domain.contracting import ContractState, RiskTag
from contracts.enums import Party
from contracts.models import Contract, ContractVersion, Organisation, Process, Signature, User
from contracts.selectors import contracts
from contracts.services import contract_drafts, contract_events, processes

_MOVED = "This version has just moved on: look at it again."


@transaction.atomic
def open_contract(
    *,
    code: str,
    title: str,
    client: Organisation,
    provider: Organisation,
    covers: Collection[Process],
    by: User,
    at: datetime,
    vendors: Collection[Organisation] = (),
    risks: Collection[RiskTag | str] = (),
) -> Contract:
    """Open a contract between a client and a provider about processes of theirs. Raises Invalid with the field at fault."""
    _refuse_none(covers)
    permissions.check_can_draft_on(by, covers)
    code, title = code.strip(), title.strip()
    if not 1 <= len(code) <= 30:
        raise Invalid("code", "A code of 1 to 30 characters is required.", "code")
    if not 1 <= len(title) <= 200:
        raise Invalid("title", "A title of 1 to 200 characters is required.", "title")
    for process in covers:
        if (process.client_id, process.provider_id) != (client.pk, provider.pk):
            sentence = f"{process.code} is not between {client.name} and {provider.name}."
            raise Invalid("processes", sentence, "processes")
    served = {vendor for process in covers for vendor in process.vendors.values_list("pk", flat=True)}
    for vendor in vendors:
        if vendor.kind != Party.AI_VENDOR or vendor.pk not in served:
            raise Invalid("vendors", f"{vendor.name} is no AI vendor of these processes.", "vendors")
    if unknown := set(risks) - set(RiskTag):
        raise Invalid("risks", f"There is no risk {sorted(unknown)[0]!r}.", "risks")
    try:
        with transaction.atomic():
            contract = Contract.objects.create(
                code=code,
                title=title,
                client=client,
                provider=provider,
                risks=sorted(str(risk) for risk in risks),
                created_at=at,
            )
    except IntegrityError:
        raise Conflict("code_taken", f"{client.name} has a contract {code} already.", "code") from None
    contract.processes.set(covers)
    contract.vendors.set(vendors)
    facts: dict[str, Any] = {
        "code": code,
        "title": title,
        "client": client.slug,
        "provider": provider.slug,
        "vendors": sorted(vendor.slug for vendor in vendors),
        "processes": sorted(process.code for process in covers),
        "risks": contract.risks,
    }
    contract_events.record_opened(contract, facts, by, at)
    return contract


def _refuse_none(covers: Collection[Process]) -> None:
    if not covers:
        raise Invalid("processes", "Say which processes the contract covers.", "processes")


@transaction.atomic
def open_with_draft(*, covers: Sequence[Process], by: User, at: datetime, **given: Any) -> ContractVersion:
    """Open a contract between those whose processes they are, with their AI vendors, and begin its first draft."""
    _refuse_none(covers)
    contract = open_contract(
        covers=covers,
        client=covers[0].client,
        provider=covers[0].provider,
        vendors={vendor for process in covers for vendor in process.vendors.all()},
        by=by,
        at=at,
        **given,
    )
    return contract_drafts.draft(contract_id=contract.pk, by=by, at=at)


@transaction.atomic
def propose(
    *, version_id: UUID, by: User, at: datetime, edits: int | None = None, link: str = ""
) -> ContractVersion:
    """Propose a draft for signature: from here on it does not change, and its fingerprint is what is signed."""
    version = contract_drafts.editable(version_id, by, edits)
    if not version.wordings.exists():
        raise Conflict("contract_empty", "A contract without a clause cannot be proposed.", "clauses")
    # What was not cited when it was taken out of the draft may be by now.
    dropped = version.contract.clauses.exclude(pk__in=version.wordings.values("clause"))
    contract_drafts.refuse_cited(dropped.order_by("number", "pk"), version)
    fingerprint = contracts.digest(version)
    ContractVersion.objects.filter(pk=version.pk).update(
        state=ContractState.PROPOSED, proposed_at=at, proposed_by=by, digest=fingerprint
    )
    version = contracts.found(version.pk)
    facts = {"digest": fingerprint, "clauses": contracts.numbers(version)}
    contract_events.record(version, "contract.proposed", facts, by, at)
    contract_events.tell_signers(version, link, at)
    return version


@transaction.atomic
def reject(*, version_id: UUID, by: User, reason: str, at: datetime, link: str = "") -> ContractVersion:
    """Send a proposal back, with a reason of at most 300 characters; what was written can be drafted from again."""
    version = contracts.found(version_id)
    permissions.check_can_judge_contract(by, version)
    reason = _reason(reason)
    _move(version, ContractState.REJECTED, closed_at=at, closed_by=by, closed_why=reason)
    if contracts.signed_by_all(version):
        raise Conflict("signed_by_all", "Both parties have signed this version: it waits for its day alone.")
    contract_events.record(version, "contract.rejected", {}, by, at, {"why": reason})
    contract_events.tell_author(version, "was sent back", reason, link, at)
    return contracts.found(version.pk)


@transaction.atomic
def sign(*, version_id: UUID, digest: str, by: User, at: datetime, link: str = "") -> ContractVersion:
    """Sign a proposal for one's own party, as fingerprinted by `digest`. With both parties' names it is in force from its day.

    Raises NotAllowed for whoever wrote in it or has no decision authority, Conflict where the fingerprint is another
    one or the party has signed.
    """
    version = contracts.found(version_id)
    permissions.check_can_sign_contract(by, version, at)
    if version.state != ContractState.PROPOSED:
        raise Conflict("not_proposed", "This version does not wait for signatures.")
    # The row is held from here, so that of two who sign at once the second sees the first.
    held = ContractVersion.objects.filter(pk=version.pk, state=ContractState.PROPOSED).update(
        edits=F("edits") + 1
    )
    if not held:
        raise Conflict("moved", _MOVED)
    access.read_again(by)
    permissions.check_can_sign_contract(by, version, at)
    if not digest == version.digest == contracts.digest(version):
        sentence = "What you have read is not what is proposed: read the version again before you sign it."
        raise Conflict("digest_changed", sentence, "digest")
    if version.valid_until is not None and version.valid_until < at.date():
        sentence = f"It was to hold until {version.valid_until:%-d %b %Y}: draft one that holds from now on."
        raise Conflict("run_out", sentence)
    party = _party(version.contract, by)
    try:
        with transaction.atomic():
            Signature.objects.create(
                version=version, organisation=party, signed_at=at, signed_by=by, digest=digest
            )
    except IntegrityError:
        raise Conflict("signed_already", f"{party.name} has signed this version already.") from None
    facts = {"party": party.slug, "digest": digest}
    contract_events.record(version, "contract.signed", facts, by, at)
    if _due(version, at):
        _begin(version, by, at)
        contract_events.tell_author(version, "is in force", "", link, at)
    return contracts.found(version.pk)


@transaction.atomic
def begin(*, version_id: UUID, at: datetime) -> bool:
    """Put a version in force that both parties signed before its day. True if it began now."""
    version = contracts.found(version_id)
    if version.state != ContractState.PROPOSED or not _due(version, at):
        return False
    _begin(version, None, at)
    return True


@transaction.atomic
def terminate(*, contract_id: UUID, by: User, reason: str, at: datetime) -> ContractVersion:
    """End a contract: the version in force binds nobody from here on."""
    contract = contracts.get(user=by, contract_id=contract_id)
    permissions.check_can_terminate_contract(by, contract, at)
    reason = _reason(reason)
    current = contract.versions.filter(state=ContractState.IN_FORCE).first()
    if current is None:
        raise Conflict("not_in_force", "No version of this contract is in force.")
    version = contracts.found(current.pk)
    _move(version, ContractState.TERMINATED, closed_at=at, closed_by=by, closed_why=reason)
    contract_events.record(version, "contract.terminated", {}, by, at, {"why": reason})
    _touch(version)
    return contracts.found(version.pk)


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not 1 <= len(reason) <= 300:
        raise Invalid("reason_required", "Say why, in at most 300 characters.", "reason")
    return reason


def _move(version: ContractVersion, state: ContractState, **changes: Any) -> None:
    """Another state, if the version is still where it was read and may go there."""
    allowed = transitions.before(transitions.CONTRACT_VERSION, state)
    rows = ContractVersion.objects.filter(pk=version.pk, state__in=allowed)
    if not rows.update(state=state, **changes):
        raise Conflict("moved", _MOVED)


def _party(contract: Contract, by: User) -> Organisation:
    return contract.client if by.organisation_id == contract.client_id else contract.provider


def _due(version: ContractVersion, at: datetime) -> bool:
    """Both parties have signed what is proposed, and its day has come."""
    return version.valid_from <= at.date() and contracts.signed_by_all(version)


def _begin(version: ContractVersion, by: User | None, at: datetime) -> None:
    before = ContractVersion.objects.filter(contract=version.contract, state=ContractState.IN_FORCE).first()
    if before is not None:
        _move(before, ContractState.SUPERSEDED, closed_at=at, closed_by=by)
    _move(version, ContractState.IN_FORCE, in_force_at=at, in_force_by=by)
    facts: dict[str, Any] = {
        "digest": version.digest,
        "replaces": before.number if before else None,
        "valid_from": version.valid_from.isoformat(),
        "valid_until": version.valid_until.isoformat() if version.valid_until else None,
        "clauses": contracts.numbers(version),
    }
    contract_events.record(version, "contract.in_force", facts, by, at)
    _touch(version)


def _touch(version: ContractVersion) -> None:
    for process in version.contract.processes.all():
        processes.touch(process)
