"""The contracts of the demo world: one from before AI that says nothing about it (story 8), and one for each process with
clauses, liability by layer, the use of data, and the figures the settings must keep to."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from contracts.domain.clause_templates import BY_ID
from contracts.domain.contracting import AppendixKind, RiskTag
from contracts.domain.data_use import DataType, TrainingAllowed
from contracts.domain.liability import PRIMARY, Layer
from contracts.enums import Party
from contracts.models import ContractVersion, Process, User
from contracts.selectors import contracts as reading
from contracts.selectors import informal
from contracts.services import (
    attestations,
    citations,
    contract_drafts,
    contract_gaps,
    contract_terms,
    contracts,
)
from governance.demo.parts import Parts
from governance.demo.specs import Client
from governance.services import contract_checks

_AUTHOR, _PROVIDER_SIGNS, _INFOSEC = "priya.nair", "arjun.mehta", "wei.tan"
CODES = {"AP-INV": "CT-AP", "CLM-TRI": "CT-CL", "CS-REPLY": "CT-CS"}
LEGACY = {
    "1": ("Services", "The provider enters and checks the client’s supplier invoices at its site in Cebu."),
    "2": ("Fees", "The client pays for each full-time employee and hour worked, and a price for each invoice above the agreed volume."),
    "3": ("Changes", "The provider gives 30 days’ notice before it changes its prices or moves to other premises."),
    "4": ("Staff", "Staff of the provider are trained in data protection once a year and sign a declaration of secrecy."),
    "5": ("Service levels", "Nine in ten invoices are entered within two working days."),
    "6": ("Liability", "Each party is liable for damage by gross negligence, up to the fees of one year."),
    "7": ("Confidentiality", "Both parties keep secret what they learn of each other."),
    "8": ("Termination", "On termination of this contract the provider returns the client’s data."),
}  # fmt: skip
_NUMBERS = {
    "1": "ai_use",
    "2.1": "decision_categories",
    "2.2": "human_oversight",
    "3": "outcome_performance",
    "4.1": "change_notice",
    "4.2": "change_approval",
    "5": "liability",
    "6.1": "data_training",
    "6.2": "flow_down",
    "7": "logs",
    "8": "ai_incident",
    "9": "audit_rights",
    "10": "fairness",
    "11": "halt",
    "12": "exit",
}
_DRAFTS_ANSWERED = (
    "2.3",
    "Drafts that people finish",
    (
        "The AI drafts replies and sends none. Staff of the provider finish every reply, decide that it goes out, and answer for it; the "
        "provider is responsible and accountable for this step. Account closures and complaints stay with the client."
    ),
)
_SHARES: Mapping[Layer, Mapping[str, Decimal]] = {
    Layer.MODEL_DEFECT: {Party.AI_VENDOR: Decimal(80), Party.PROVIDER: Decimal(20)},
    Layer.OPERATION: {Party.PROVIDER: Decimal(100)},
    Layer.CLIENT_INSTRUCTION: {Party.CLIENT: Decimal(100)},
    Layer.INFRASTRUCTURE: {Party.PROVIDER: Decimal(70), Party.CLIENT: Decimal(30)},
    Layer.MIXED: {
        Party.CLIENT: Decimal("33.33"),
        Party.PROVIDER: Decimal("33.33"),
        Party.AI_VENDOR: Decimal("33.34"),
    },
}
_CAPS = {"EUR": Decimal(500_000), "JPY": Decimal(60_000_000)}


def agree(parts: Parts, spec: Client) -> None:
    """Drafted by the provider's governance, signed by the client's owner and by operations before the process went live."""
    process, author = parts.processes[spec.process], parts.users[_AUTHOR]
    signers = (parts.users[spec.owner], parts.users[_PROVIDER_SIGNS])
    if spec.process == "AP-INV":
        _legacy(parts, process, author, signers)
    at = parts.born + timedelta(days=27)
    contract = contracts.open_contract(
        code=CODES[spec.process],
        title=f"{spec.process_name} with AI",
        client=process.client,
        provider=process.provider,
        covers=[process],
        vendors=list(process.vendors.all()),
        risks=list(RiskTag),
        by=author,
        at=at,
    )
    version = contract_drafts.draft(contract_id=contract.pk, by=author, at=at)
    for number, template in _NUMBERS.items():
        known = BY_ID[template]
        contract_drafts.add_clause(
            version_id=version.pk,
            number=number,
            title=known.title,
            text=known.wording,
            template=template,
            owner=known.owner,
            by=author,
            at=at,
        )
    if spec.process == "CS-REPLY":
        number, title, text = _DRAFTS_ANSWERED
        contract_drafts.add_clause(
            version_id=version.pk, number=number, title=title, text=text, by=author, at=at
        )
    contract_drafts.attach(
        version_id=version.pk,
        kind=AppendixKind.DEFINITIONS,
        title="Steps at which AI is used",
        text="\n".join(f"{step.code}: {step.ai_scope}" for step in process.steps.order_by("position")),
        by=author,
        at=at,
    )
    _terms(version, process, spec, author, at)
    _sign(version.pk, author, signers, at)
    # The vendor of the replies opted in for another customer and attests so here too: the night finds it (A7).
    attested = TrainingAllowed.OPT_IN if spec.process == "CS-REPLY" else TrainingAllowed.NO
    for vendor in process.vendors.all():
        attestations.attest(
            process=process,
            vendor=vendor,
            training=attested,
            evidence=f"Letter of {vendor.name}",
            by=parts.users[_INFOSEC],
            at=at + timedelta(days=3),
        )


def _legacy(parts: Parts, process: Process, author: User, signers: tuple[User, ...]) -> None:
    """Story 8: CT-0, signed before anybody thought of AI."""
    at = parts.born + timedelta(days=1)
    contract = contracts.open_contract(
        code="CT-0",
        title="Invoice entry, framework agreement",
        client=process.client,
        provider=process.provider,
        covers=[process],
        by=author,
        at=at,
    )
    version = contract_drafts.draft(contract_id=contract.pk, by=author, at=at, note="As scanned from paper")
    for number, (title, text) in LEGACY.items():
        contract_drafts.add_clause(
            version_id=version.pk, number=number, title=title, text=text, by=author, at=at
        )
    _sign(version.pk, author, signers, at)
    contract_gaps.assess(version_id=version.pk, by=author, at=parts.now - timedelta(days=2))


def _terms(version: ContractVersion, process: Process, spec: Client, author: User, at: datetime) -> None:
    clauses = {one.clause.number: one.clause_id for one in reading.wordings(version)}
    for layer, shares in _SHARES.items():
        contract_terms.set_liability(
            version_id=version.pk,
            layer=layer,
            clause_id=clauses["5"],
            shares=shares,
            responsible=PRIMARY[layer],
            residual=Party.CLIENT if spec.process == "CLM-TRI" else Party.PROVIDER,
            cap=_CAPS[spec.currency],
            currency=spec.currency,
            indemnity="Whoever is responsible holds the others harmless against claims of third parties.",
            by=author,
            at=at,
        )
    for kind in DataType:
        contract_terms.set_data_use(
            version_id=version.pk,
            data_type=kind,
            clause_id=clauses["6.1"],
            owner=Party.CLIENT,
            training=TrainingAllowed.NO,
            flow_down=True,
            exit_days=30,
            certificate=True,
            by=author,
            at=at,
        )
    figures = {
        "sample_fraction": (spec.fraction, "3"),
        "review_minutes": (spec.review_minutes, "2.2"),
        "halt_parties": ([Party.CLIENT, Party.PROVIDER], "11"),
        "training_use": (TrainingAllowed.NO, "6.1"),
        "regions": (spec.regions, "6.2"),
    }
    for name, (value, number) in figures.items():
        contract_terms.agree(
            version_id=version.pk,
            process=process,
            kind=name,
            value=value,
            clause_id=clauses[number],
            by=author,
            at=at,
        )


def _sign(version_id: UUID, author: User, signers: tuple[User, ...], at: datetime) -> None:
    version = contracts.propose(version_id=version_id, by=author, at=at)
    for person in signers:
        at += timedelta(hours=20)
        contracts.sign(version_id=version_id, digest=version.digest, by=person, at=at)


def link(parts: Parts) -> None:
    """What rests on which clause, and what the comparison of last night found. The support replies stay informal."""
    author, at = parts.users[_AUTHOR], parts.now - timedelta(days=5)
    for code in ("AP-INV", "CLM-TRI"):
        process = parts.processes[code]
        clauses = {one.number: one.pk for one in reading.citable(process) if one.contract.code == CODES[code]}
        for listed in informal.of(process):
            for item in listed.items:
                if item.citable:
                    number = "2.1" if item.kind == "escalation" else "3"
                    citations.cite(
                        process=process,
                        kind=item.kind,
                        reference=item.reference,
                        clause_id=clauses[number],
                        by=author,
                        at=at,
                    )
    contract_checks.sweep(
        at=parts.now - timedelta(hours=6),
        link=lambda process: f"/agreements/{process.code}/answers/",
        contracts_link=lambda process: f"/agreements/{process.code}/contracts/",
    )
