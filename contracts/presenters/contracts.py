"""A contract in words: what it says, what it does not say, who signed it (L1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from contracts import access, permissions
from contracts.domain import clause_gaps
from contracts.domain.clause_gaps import Finding, Standing
from contracts.domain.contract_diff import Change
from contracts.domain.contracting import AppendixKind, ContractState, RiskTag, last_day_to_say
from contracts.models import Contract, ContractVersion, User
from contracts.presenters import contract_parts, words
from contracts.presenters.parts import Button, State
from contracts.selectors import clause_texts, contracts


@dataclass(frozen=True)
class ContractRow:
    code: str
    title: str
    url: str
    client: str
    provider: str
    processes: str
    state: State | None
    version: int
    until: date | None


@dataclass(frozen=True)
class ClauseLine:
    id: str
    number: str
    title: str
    text: str
    owner: str
    cited: list[str]


@dataclass(frozen=True)
class GapLine:
    template: str
    title: str
    state: State
    reason: str
    risk: str
    wording: str
    owner: str


@dataclass(frozen=True)
class SignatureLine:
    party: str
    side: str
    who: str
    at: datetime | None


@dataclass(frozen=True)
class AppendixLine:
    id: str
    kind: str
    title: str
    text: str
    digest: str
    has_data: bool


@dataclass(frozen=True)
class VersionLine:
    number: int
    url: str
    changes_url: str
    state: State
    author: str
    since: datetime
    note: str
    current: bool


@dataclass(frozen=True)
class ContractPage:
    id: str
    code: str
    title: str
    client: str
    provider: str
    vendors: str
    processes: list[tuple[str, str]]
    risks: list[str]
    number: int
    state: State
    editable: bool
    waits: bool
    digest: str
    valid_from: date
    valid_until: date | None
    notice_days: int | None
    # The last day on which notice can be given, and whether it is over.
    last_day: date | None
    too_late: bool
    note: str
    closed_why: str
    edits: int
    clauses: list[ClauseLine]
    gaps: list[GapLine]
    present: int
    weak: int
    missing: int
    signatures: list[SignatureLine]
    appendices: list[AppendixLine]
    versions: list[VersionLine]
    draft: Button
    propose: Button
    sign: Button
    reject: Button
    terminate: Button
    assess: Button
    urls: dict[str, str]


def rows(found: Sequence[Contract], today: date) -> list[ContractRow]:
    lines = []
    for contract in found:
        current = contracts.latest(contract.versions.all())
        lines.append(
            ContractRow(
                code=contract.code,
                title=contract.title,
                url=reverse("contracts:contract", args=[contract.pk]),
                client=contract.client.name,
                provider=contract.provider.name,
                processes=", ".join(process.code for process in contract.processes.all()),
                state=contract_parts.state(current, today) if current else None,
                version=current.number if current else 0,
                until=current.valid_until if current else None,
            )
        )
    return lines


_ACTS = (
    "clause",
    "reword",
    "remove",
    "adopt",
    "attach",
    "detach",
    "describe",
    "propose",
    "sign",
    "reject",
    "assess",
)


def page(
    contract: Contract,
    version: ContractVersion,
    known: Sequence[ContractVersion],
    user: User,
    at: datetime,
) -> ContractPage:
    findings = clause_texts.gaps(version)
    numbers = clause_gaps.count(findings)
    drafting = access.allowed(permissions.check_can_draft_contract, user, contract)
    is_draft = version.state == ContractState.DRAFT
    preparing = any(one.state in {ContractState.DRAFT, ContractState.PROPOSED} for one in known)
    urls = {act: _url(act, contract, version) for act in _ACTS}
    last_day = _last_day(version)
    begin = (False, "Another version is in preparation already.") if drafting[0] and preparing else drafting
    return ContractPage(
        id=str(contract.pk),
        code=contract.code,
        title=contract.title,
        client=contract.client.name,
        provider=contract.provider.name,
        vendors=", ".join(sorted(vendor.name for vendor in contract.vendors.all())),
        processes=[
            (process.code, reverse("contracts:agreement", args=[process.code]))
            for process in contract.processes.all()
        ],
        risks=[RiskTag(risk).label for risk in contract.risks],
        number=version.number,
        state=contract_parts.state(version, at.date()),
        editable=is_draft and drafting[0],
        waits=version.state == ContractState.PROPOSED,
        digest=version.digest,
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        notice_days=version.notice_days,
        last_day=last_day,
        too_late=last_day is not None and last_day < at.date(),
        note=version.note,
        closed_why=version.closed_why,
        edits=version.edits,
        clauses=_clauses(version),
        gaps=[_gap(finding) for finding in findings],
        present=numbers[Standing.PRESENT],
        weak=numbers[Standing.WEAK],
        missing=numbers[Standing.MISSING],
        signatures=_signatures(contract, version),
        appendices=[
            AppendixLine(
                str(one.pk),
                AppendixKind(one.kind).label,
                one.title,
                one.text,
                one.digest,
                one.data is not None,
            )
            for one in version.appendices.order_by("title")
        ],
        versions=[_version(contract, one, version, at.date()) for one in known],
        draft=Button(reverse("contracts:contract_draft", args=[contract.pk]), *begin),
        propose=Button(urls["propose"], *drafting),
        sign=Button(urls["sign"], *access.allowed(permissions.check_can_sign_contract, user, version, at)),
        reject=Button(urls["reject"], *access.allowed(permissions.check_can_judge_contract, user, version)),
        terminate=Button(
            reverse("contracts:contract_terminate", args=[contract.pk]),
            *access.allowed(permissions.check_can_terminate_contract, user, contract, at),
        ),
        assess=Button(urls["assess"], *drafting),
        urls=urls,
    )


def _last_day(version: ContractVersion) -> date | None:
    if version.valid_until is None or version.notice_days is None:
        return None
    return last_day_to_say(version.valid_until, version.notice_days)


def _url(act: str, contract: Contract, version: ContractVersion) -> str:
    return reverse(f"contracts:contract_{act}", args=[contract.pk, version.number])


def _clauses(version: ContractVersion) -> list[ClauseLine]:
    wordings = contracts.wordings(version)
    cited = contracts.links_of([wording.clause_id for wording in wordings], version)
    return [
        ClauseLine(
            str(wording.clause_id),
            wording.clause.number,
            wording.clause.title,
            wording.text,
            words.role(wording.clause.owner),
            cited.get(wording.clause_id, []),
        )
        for wording in wordings
    ]


def _gap(finding: Finding) -> GapLine:
    template = finding.template
    return GapLine(
        template.id,
        template.title,
        contract_parts.standing(finding.standing),
        finding.reason,
        template.risk,
        "" if finding.standing == Standing.PRESENT else template.wording,
        template.owner.label,
    )


def _signatures(contract: Contract, version: ContractVersion) -> list[SignatureLine]:
    signed = {one.organisation_id: one for one in contracts.signatures(version)}
    lines = []
    for side, party in (("Client", contract.client), ("Provider", contract.provider)):
        one = signed.get(party.pk)
        lines.append(
            SignatureLine(party.name, side, one.signed_by.name if one else "", one.signed_at if one else None)
        )
    return lines


def _version(contract: Contract, one: ContractVersion, shown: ContractVersion, today: date) -> VersionLine:
    changes = reverse("contracts:contract_changes", args=[contract.pk, one.number]) if one.number > 1 else ""
    return VersionLine(
        number=one.number,
        url=reverse("contracts:contract_version", args=[contract.pk, one.number]),
        changes_url=changes,
        state=contract_parts.state(one, today),
        author=one.author.name,
        since=one.in_force_at or one.proposed_at or one.drafted_at,
        note=one.note,
        current=one.number == shown.number,
    )


@dataclass(frozen=True)
class ChangesPage:
    code: str
    url: str
    number: int
    against: int
    others: list[tuple[int, str]]
    changes: list[Change]
    unchanged: int


def changes(
    contract: Contract,
    version: ContractVersion,
    against: ContractVersion | None,
    known: Sequence[ContractVersion],
) -> ChangesPage:
    compared = clause_texts.changes(version, against)
    here = reverse("contracts:contract_changes", args=[contract.pk, version.number])
    return ChangesPage(
        code=contract.code,
        url=reverse("contracts:contract_version", args=[contract.pk, version.number]),
        number=version.number,
        against=against.number if against else 0,
        others=[
            (one.number, f"{here}?against={one.number}") for one in known if one.number != version.number
        ],
        changes=[change for change in compared if change.kind != "same"],
        unchanged=sum(change.kind == "same" for change in compared),
    )


def initial(version: ContractVersion) -> dict[str, Any]:
    """What the form of a draft's period begins with."""
    return {
        "valid_from": version.valid_from,
        "valid_until": version.valid_until,
        "notice_days": version.notice_days,
        "note": version.note,
        "edits": version.edits,
    }


@dataclass(frozen=True)
class EmptyPage:
    """A contract without a version the reader may see."""

    code: str
    title: str
    draft: Button


def empty(contract: Contract, user: User) -> EmptyPage:
    allowed = access.allowed(permissions.check_can_draft_contract, user, contract)
    url = reverse("contracts:contract_draft", args=[contract.pk])
    return EmptyPage(contract.code, contract.title, Button(url, *allowed))
