"""The terms in force on a process: who pays if …, is our data used for training (L5, L6, A7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from audit.errors import NotVisible
from contracts import access
from contracts.domain import data_use
from contracts.domain.agreed_terms import Agreed, Drift
from contracts.domain.contracting import ContractState
from contracts.domain.data_use import Mismatch, Setting, TrainingAllowed
from contracts.domain.finding_kinds import FindingKind
from contracts.domain.liability import Layer
from contracts.domain.roles import VIEW_CONTRACTS
from contracts.models import (
    AgreedTerm,
    ContractVersion,
    DataUseTerm,
    Endpoint,
    Finding,
    LiabilityTerm,
    Process,
    TrainingAttestation,
    User,
)
from contracts.selectors import contracts

_READERS = "What was agreed is read by those who look after it."


def process_of(*, user: User, code: str) -> Process:
    return access.process(user, code, VIEW_CONTRACTS, _READERS)


def liability(process: Process, on: date) -> dict[Layer, LiabilityTerm]:
    """Who answers for which layer, by the contracts in force; where two speak of a layer, the first by its code."""
    found: dict[Layer, LiabilityTerm] = {}
    for term in _of_versions(LiabilityTerm.objects.all(), process, on):
        found.setdefault(Layer(term.layer), term)
    return found


def who_pays(process: Process, layer: str, on: date) -> LiabilityTerm:
    """The term for one layer. Raises NotVisible where no contract in force speaks of it."""
    term = liability(process, on).get(Layer(layer)) if layer in set(Layer) else None
    if term is None:
        raise NotVisible("no_term", "No contract in force says who answers for that.", "layer")
    return term


def data_terms(process: Process, on: date) -> list[DataUseTerm]:
    """What is agreed on each kind of data; where two contracts speak of one, the first by its code."""
    found: dict[str, DataUseTerm] = {}
    for term in _of_versions(DataUseTerm.objects.all(), process, on):
        found.setdefault(term.data_type, term)
    order = list(data_use.DataType)
    return sorted(found.values(), key=lambda term: order.index(data_use.DataType(term.data_type)))


def _of_versions(rows: QuerySet, process: Process, on: date) -> QuerySet:
    """Those that stand in a version in force on that day, by the code of its contract."""
    versions = [version.pk for version in contracts.in_force(process, on)]
    return (
        rows.filter(version__in=versions)
        .select_related("clause", "version__contract")
        .order_by("version__contract__code", "pk")
    )


def agreed(process: Process, on: date) -> list[Agreed]:
    """The figures agreed on a process, each with the clause that says so; all contracts in force count."""
    rows = _of_versions(AgreedTerm.objects.filter(process=process), process, on)
    return [Agreed(term.kind, term.value, cited(term)) for term in rows]


def cited(term: AgreedTerm | LiabilityTerm | DataUseTerm) -> str:
    """Where a term stands: "CT-AP clause 2.3"."""
    code = term.version.contract.code
    return f"{code} clause {term.clause.number}" if term.clause else code


@dataclass(frozen=True)
class Training:
    """The answer to "is our data used for training?": None where no contract says."""

    allowed: TrainingAllowed | None
    terms: list[DataUseTerm]
    settings: list[Setting]
    mismatches: list[Mismatch]


def training(process: Process, on: date) -> Training:
    """What the contract allows, what the vendors attest and how their endpoints are set, and where these disagree (A7)."""
    terms = data_terms(process, on)
    allowed = data_use.most(term.training for term in terms)
    clause = next((cited(term) for term in terms if term.training == allowed), "")
    settings = _settings(process)
    return Training(allowed, terms, settings, data_use.mismatches(allowed, clause, settings))


def _settings(process: Process) -> list[Setting]:
    attested: dict[object, str] = {}
    for one in TrainingAttestation.objects.filter(process=process).order_by("attested_at", "pk"):
        attested[one.vendor_id] = one.training
    return [
        Setting(endpoint.name, endpoint.vendor.name, endpoint.training_use, attested.get(endpoint.vendor_id))
        for endpoint in endpoints(process)
    ]


def endpoints(process: Process) -> list[Endpoint]:
    """The endpoints the steps of a process may use."""
    rows = Endpoint.objects.filter(steps__process=process, retired_at__isnull=True).select_related("vendor")
    return list(rows.distinct().order_by("name"))


def mismatch_drifts(process: Process, on: date) -> list[Drift]:
    """The disagreements on training as findings."""
    return [
        Drift("datause.mismatch", one.endpoint, one.sentence, one.agreed, one.live)
        for one in training(process, on).mismatches
    ]


def findings(processes: Iterable[Process]) -> list[Finding]:
    """What the night has found of their contracts on these processes and is still so."""
    kinds = [FindingKind.CONTRACT, FindingKind.CONTRACT_END, FindingKind.DATA_USE]
    rows = Finding.objects.filter(process__in=list(processes), kind__in=kinds, ended_at__isnull=True)
    return list(rows.select_related("process").order_by("process__code", "kind", "subject"))


def due(at: datetime) -> list[ContractVersion]:
    """Versions that both parties may have signed and whose day has come."""
    rows = ContractVersion.objects.filter(state=ContractState.PROPOSED, valid_from__lte=at.date())
    return list(rows.order_by("pk"))
