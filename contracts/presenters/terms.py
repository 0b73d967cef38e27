"""Terms in words: who pays if …, whose the data is, and what the settings are to keep to (L5, L6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse

from contracts.domain import agreed_terms
from contracts.domain.agreed_terms import TermKind
from contracts.domain.data_use import DataType, TrainingAllowed
from contracts.domain.finding_kinds import FindingKind
from contracts.domain.liability import BEARERS, Layer
from contracts.domain.money import threshold
from contracts.enums import Party
from contracts.models import (
    AgreedTerm,
    ContractVersion,
    DataUseTerm,
    Finding,
    LiabilityTerm,
    Process,
)
from contracts.presenters.parts import State
from contracts.selectors import informal, terms
from contracts.selectors.terms import Training


@dataclass(frozen=True)
class LiabilityLine:
    id: str
    layer: str
    label: str
    examples: str
    responsible: str
    shares: list[tuple[str, str]]
    cap: str
    indemnity: str
    evidence: list[str]
    residual: str
    where: str
    where_url: str


@dataclass(frozen=True)
class DataLine:
    id: str
    label: str
    owner: str
    training: State
    scope: str
    anonymisation: str
    flow_down: bool
    exit: str
    where: str
    where_url: str


@dataclass(frozen=True)
class AgreedLine:
    id: str
    process: str
    label: str
    value: str
    where: str


@dataclass(frozen=True)
class FindingLine:
    process: str
    sentence: str
    since: datetime


@dataclass(frozen=True)
class TermsPart:
    """The terms of one version."""

    liability: list[LiabilityLine]
    data: list[DataLine]
    agreed: list[AgreedLine]
    urls: dict[str, str]


_HUES = {TrainingAllowed.NO: "good", TrainingAllowed.OPT_IN: "warn", TrainingAllowed.YES: "bad"}
_ICONS = {TrainingAllowed.NO: "check", TrainingAllowed.OPT_IN: "warn", TrainingAllowed.YES: "bad"}


def use(code: str) -> State:
    allowed = TrainingAllowed(code)
    return State(allowed.label, _HUES[allowed], _ICONS[allowed])


def per_cent(share: int) -> str:
    return f"{(Decimal(share) / 100).normalize():f} %"


def _where(term: LiabilityTerm | DataUseTerm) -> tuple[str, str]:
    url = reverse("contracts:contract_version", args=[term.version.contract_id, term.version.number])
    return terms.cited(term), f"{url}#clause-{term.clause.number}"


def liability(term: LiabilityTerm) -> LiabilityLine:
    layer = Layer(term.layer)
    shares = [(party.label, getattr(term, f"share_{party}")) for party in BEARERS]
    return LiabilityLine(
        str(term.pk),
        layer.value,
        layer.label,
        layer.examples,
        Party(term.responsible).label,
        [(label, per_cent(share)) for label, share in shares if share],
        threshold(term.cap, term.currency) if term.cap is not None else "",
        term.indemnity,
        list(term.evidence),
        Party(term.residual).label,
        *_where(term),
    )


def data(term: DataUseTerm) -> DataLine:
    exit_words = f"{term.exit_days} days" + (", with a certificate" if term.certificate else "")
    return DataLine(
        str(term.pk),
        DataType(term.data_type).label,
        Party(term.owner).label,
        use(term.training),
        term.scope,
        term.anonymisation,
        term.flow_down,
        exit_words,
        *_where(term),
    )


def _agreed(term: AgreedTerm) -> AgreedLine:
    return AgreedLine(
        str(term.pk),
        term.process.code,
        TermKind(term.kind).label,
        agreed_terms.words(term.kind, term.value),
        term.clause.number if term.clause else "",
    )


def part(version: ContractVersion) -> TermsPart:
    """All terms of a version."""
    layers, kinds = list(Layer), list(DataType)
    liable = version.liability_terms.select_related("clause", "version__contract")
    used = version.data_use_terms.select_related("clause", "version__contract")
    figures = version.agreed_terms.select_related("clause", "process").order_by("process__code", "kind")
    args = [version.contract_id, version.number]
    return TermsPart(
        [liability(term) for term in sorted(liable, key=lambda one: layers.index(Layer(one.layer)))],
        [data(term) for term in sorted(used, key=lambda one: kinds.index(DataType(one.data_type)))],
        [_agreed(term) for term in figures],
        {
            act: reverse(f"contracts:contract_{act}", args=args)
            for act in ("liability", "data_use", "agree", "drop_term")
        },
    )


def findings(found: Iterable[Finding]) -> list[FindingLine]:
    return [FindingLine(one.process.code, one.sentence, one.created_at) for one in found]


@dataclass(frozen=True)
class Choice:
    label: str
    url: str
    current: bool
    named: bool


@dataclass(frozen=True)
class SettingLine:
    endpoint: str
    vendor: str
    setting: str
    attested: str


@dataclass(frozen=True)
class VendorLink:
    name: str
    url: str


@dataclass(frozen=True)
class AnswersPage:
    """Two questions on one screen."""

    code: str
    name: str
    choices: list[Choice]
    chosen: LiabilityLine | None
    asked: str
    training: State | None
    training_where: str
    training_url: str
    data: list[DataLine]
    settings: list[SettingLine]
    vendors: list[VendorLink]
    mismatches: list[str]
    findings: list[FindingLine]


def answers(
    process: Process,
    on: date,
    asked: str,
    training: Training,
    found: Sequence[Finding],
) -> AnswersPage:
    agreed = terms.liability(process, on)
    here = reverse("contracts:answers", args=[process.code])
    layer = Layer(asked) if asked in set(Layer) else next(iter(agreed), None)
    deciding = next((term for term in training.terms if term.training == training.allowed), None)
    lines = [data(term) for term in training.terms]
    where = next((line for line in lines if deciding and line.id == str(deciding.pk)), None)
    return AnswersPage(
        code=process.code,
        name=process.name,
        choices=[
            Choice(one.label, f"{here}?layer={one.value}#who-pays", one == layer, one in agreed)
            for one in Layer
        ],
        chosen=liability(agreed[layer]) if layer in agreed else None,
        asked=layer.label if layer else "",
        training=use(training.allowed) if training.allowed else None,
        training_where=where.where if where else "",
        training_url=where.where_url if where else "",
        data=lines,
        settings=[
            SettingLine(
                one.endpoint,
                one.vendor,
                one.setting.replace("_", " "),
                TrainingAllowed(one.attested).label if one.attested else "",
            )
            for one in training.settings
        ],
        vendors=[
            VendorLink(one.name, reverse("contracts:attestation", args=[process.code, one.slug]))
            for one in process.vendors.order_by("name", "pk")
        ],
        mismatches=[one.sentence for one in training.mismatches],
        findings=findings(one for one in found if one.kind == FindingKind.CONTRACT),
    )


@dataclass(frozen=True)
class InformalItem:
    kind: str
    reference: str
    label: str
    where: str
    clause: str
    citable: bool


@dataclass(frozen=True)
class InformalPart:
    label: str
    informal: int
    items: list[InformalItem]


def rests_on(process: Process) -> list[InformalPart]:
    """Everything agreed on a process, with its clause or the label that it is informal (L10)."""
    return [
        InformalPart(
            listed.label,
            listed.informal,
            [
                InformalItem(
                    item.kind,
                    item.reference,
                    item.label,
                    informal.clause_words(item.clause),
                    str(item.clause.pk) if item.clause else "",
                    item.citable,
                )
                for item in listed.items
            ],
        )
        for listed in informal.of(process)
        if listed.items
    ]
