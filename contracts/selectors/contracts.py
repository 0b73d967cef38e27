"""Contracts as people read them, and the fingerprint of what a version says (L1)."""

import hashlib
import json
from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import ManyToOneRel, Prefetch, QuerySet

from audit.errors import NotAllowed, NotVisible
from contracts import access, permissions
from contracts.domain.contract_ends import Ending
from contracts.domain.contracting import ContractState, number_key
from contracts.domain.roles import DRAFT_CONTRACTS, SIGN_CONTRACTS, VIEW_CONTRACTS
from contracts.models import (
    Clause,
    ClauseWording,
    Contract,
    ContractVersion,
    Process,
    Signature,
    User,
)

_UNKNOWN = "There is no such contract that you can see."
_PREPARED = frozenset({ContractState.DRAFT, ContractState.REJECTED})


def whole(rows: QuerySet[Contract]) -> QuerySet[Contract]:
    """Contracts with their parties and processes, without another query each."""
    return rows.select_related("client", "provider").prefetch_related(
        Prefetch("processes", queryset=Process.objects.order_by("code")), "vendors"
    )


def listed(*, user: User, process: Process | None = None) -> list[Contract]:
    """The contracts the person may read, of all processes or of one, with their versions, newest first."""
    readable = access.objects_with(user, Process, VIEW_CONTRACTS)
    if process is not None:
        readable = [key for key in readable if key == process.pk]
    rows = whole(Contract.objects.filter(processes__in=readable).distinct())
    # Whether somebody may read a draft is asked when he opens the contract: the list shows what was proposed.
    versions = ContractVersion.objects.exclude(state__in=_PREPARED).order_by("-number")
    return list(
        rows.prefetch_related(Prefetch("versions", queryset=versions)).order_by("client__name", "code")
    )


def openable(user: User) -> list[Process]:
    """The processes on which somebody may open a contract. Raises NotAllowed where there is none."""
    mine = access.processes(user, DRAFT_CONTRACTS).select_related("client", "provider")
    found = list(mine.prefetch_related("vendors").order_by("code"))
    if not found:
        raise NotAllowed("not_allowed", permissions.DRAFTERS)
    return found


def get(*, user: User, contract_id: UUID) -> Contract:
    """A contract. NotVisible for strangers, NotAllowed for people of the process who may not read contracts."""
    contract = whole(Contract.objects.filter(pk=contract_id)).first()
    if contract is None:
        raise NotVisible("not_found", _UNKNOWN)
    permissions.check_can_see_contract(user, contract)
    return contract


def versions(user: User, contract: Contract) -> list[ContractVersion]:
    """The versions the person may read, newest first: drafts only for those who write and sign."""
    rows = contract.versions.select_related("author", "based_on", "proposed_by", "in_force_by", "closed_by")
    held = [access.codenames(user, process) for process in contract.processes.all()]
    inside = all(names & {DRAFT_CONTRACTS, SIGN_CONTRACTS} for names in held)
    return [version for version in rows.order_by("-number") if inside or version.state not in _PREPARED]


def version(*, user: User, contract: Contract, number: int) -> ContractVersion:
    """A version by its number. Raises NotVisible for one there is not, NotAllowed for a draft of others."""
    found = contract.versions.select_related("author", "based_on").filter(number=number).first()
    if found is None:
        raise NotVisible("not_found", "This contract has no such version.")
    found.contract = contract
    if found.state in _PREPARED:
        permissions.check_can_see_draft(user, contract)
    return found


def found(version_id: UUID) -> ContractVersion:
    """A version by its key, for a service that looks at rights itself. Raises NotVisible for an unknown one."""
    row = ContractVersion.objects.select_related("author").filter(pk=version_id).first()
    if row is None:
        raise NotVisible("not_found", _UNKNOWN)
    row.contract = whole(Contract.objects.filter(pk=row.contract_id)).get()
    return row


def in_force(process: Process, on: date) -> list[ContractVersion]:
    """The versions in force on a day that cover the process, by the code of their contract."""
    rows = ContractVersion.objects.filter(
        contract__processes=process, state=ContractState.IN_FORCE, valid_from__lte=on
    ).exclude(valid_until__lt=on)
    return list(rows.select_related("contract__client", "contract__provider").order_by("contract__code"))


def citable(process: Process) -> list[Clause]:
    """The clauses something on this process may cite: those of the versions in force, in the order of the paper."""
    rows = Clause.objects.filter(
        contract__processes=process, wordings__version__state=ContractState.IN_FORCE
    ).select_related("contract")
    return sorted(rows.distinct(), key=lambda clause: (clause.contract.code, number_key(clause.number)))


def clause_on(process: Process, clause_id: UUID | None) -> Clause | None:
    """A clause by its key, if something on this process may cite it."""
    return next((clause for clause in citable(process) if clause.pk == clause_id), None)


def wordings(version: ContractVersion) -> list[ClauseWording]:
    """What a version says, in the order of its clauses."""
    rows = version.wordings.select_related("clause")
    return sorted(rows, key=lambda wording: number_key(wording.clause.number))


def signatures(version: ContractVersion) -> list[Signature]:
    return list(version.signatures.select_related("organisation", "signed_by").order_by("signed_at", "pk"))


def links(clause: Clause, version: ContractVersion | None = None) -> list[str]:
    """What cites a clause; see `links_of`."""
    return links_of([clause.pk], version).get(clause.pk, [])


def links_of(keys: Collection[UUID], version: ContractVersion | None = None) -> dict[UUID, list[str]]:
    """What cites these clauses, whichever floor it belongs to: everything with a foreign key to one, but wordings.

    What hangs on a version of a contract counts with that version only. A model names in LIVE_LINKS which of its rows
    still hold, where not all do.
    """
    named: dict[UUID, list[str]] = {}
    for relation in Clause._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ManyToOneRel):
            continue
        model = relation.related_model
        if model is ClauseWording or isinstance(model, str):
            continue
        name = relation.field.name
        rows = model._base_manager.filter(**{f"{name}__in": list(keys)}, **getattr(model, "LIVE_LINKS", {}))
        if _of_a_version(model) and version is not None:
            rows = rows.filter(version=version)
        for row in rows.order_by("pk"):
            said = getattr(row, "words", "") or f"{model._meta.verbose_name} “{row}”"
            named.setdefault(getattr(row, f"{name}_id"), []).append(said)
    return {key: sorted(said) for key, said in named.items()}


def _of_a_version(model: Any) -> bool:
    return any(
        field.name == "version" and field.related_model is ContractVersion
        for field in model._meta.concrete_fields
    )


def content(version: ContractVersion) -> dict[str, Any]:
    """All that a version says, as plain data: what its fingerprint is taken of."""
    contract = version.contract
    return {
        "contract": contract.code,
        "title": contract.title,
        "version": version.number,
        "client": contract.client.slug,
        "provider": contract.provider.slug,
        "vendors": sorted(vendor.slug for vendor in contract.vendors.all()),
        "processes": sorted(process.code for process in contract.processes.all()),
        "valid_from": version.valid_from.isoformat(),
        "valid_until": version.valid_until.isoformat() if version.valid_until else None,
        # Where nothing was agreed nothing is said, so that what was signed before keeps its fingerprint.
        **({"notice_days": version.notice_days} if version.notice_days else {}),
        "clauses": [
            {
                "number": wording.clause.number,
                "title": wording.clause.title,
                "template": wording.clause.template,
                "owner": wording.clause.owner,
                "text": wording.text,
            }
            for wording in wordings(version)
        ],
        "appendices": [
            {"kind": appendix.kind, "title": appendix.title, "digest": appendix.digest}
            for appendix in version.appendices.order_by("title")
        ],
        "liability": _rows(version.liability_terms, "layer", "clause__number", *_LIABILITY),
        "data_use": _rows(version.data_use_terms, "data_type", "clause__number", *_DATA_USE),
        "agreed": _rows(version.agreed_terms, "process__code", "kind", "value", "clause__number"),
    }


_LIABILITY = (
    "responsible",
    "share_client",
    "share_provider",
    "share_ai_vendor",
    "cap",
    "currency",
    "indemnity",
    "evidence",
    "residual",
)
_DATA_USE = (
    "owner",
    "training",
    "scope",
    "anonymisation",
    "flow_down",
    "exit_days",
    "certificate",
)


def _rows(terms: Any, *fields: str) -> list[dict[str, Any]]:
    """Terms as plain data in a steady order; amounts as text, written alike by every database."""
    rows = terms.order_by(*fields[:2]).values(*fields)
    return [
        {name: f"{value:.2f}" if isinstance(value, Decimal) else value for name, value in row.items()}
        for row in rows
    ]


def digest(version: ContractVersion) -> str:
    """The fingerprint of what a version says: what is proposed is what is signed."""
    return fingerprint(content(version))


def fingerprint(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def signed_by_all(version: ContractVersion) -> bool:
    """Whether both parties have signed what a version says."""
    contract = version.contract
    signed = Signature.objects.filter(version=version, digest=version.digest)
    return {contract.client_id, contract.provider_id} <= set(signed.values_list("organisation_id", flat=True))


def endings(process: Process) -> list[Ending]:
    """The contracts in force on a process that end by date, each with when what both have signed to follow begins."""
    rows = ContractVersion.objects.filter(contract__processes=process).select_related("contract")
    following = {
        version.contract_id: version.valid_from
        for version in rows.filter(state=ContractState.PROPOSED)
        if signed_by_all(version)
    }
    ending = rows.filter(state=ContractState.IN_FORCE, valid_until__isnull=False).order_by("contract__code")
    return [
        Ending(
            version.contract.code,
            version.valid_until,
            version.notice_days,
            following.get(version.contract_id),
        )
        for version in ending
        if version.valid_until is not None
    ]


def numbers(version: ContractVersion) -> list[str]:
    """The numbers of its clauses, in the order of the paper."""
    return [wording.clause.number for wording in wordings(version)]


def latest(rows: Iterable[ContractVersion]) -> ContractVersion | None:
    """The version to open: the one in force, else the newest."""
    known = sorted(rows, key=lambda version: version.number, reverse=True)
    current = (version for version in known if version.state == ContractState.IN_FORCE)
    return next(current, known[0] if known else None)
