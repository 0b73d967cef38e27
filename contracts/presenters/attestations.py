"""What AI vendors attest, in words: for a list over all processes, and for one with what stands beside it (A7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from contracts.models import Organisation, Process, TrainingAttestation
from contracts.presenters import terms
from contracts.presenters.parts import Button, State
from contracts.selectors.attestations import Compared, Listed

_NOTHING = State("Nothing attested", "bad", "bad")


@dataclass(frozen=True)
class AttestationRow:
    process: str
    name: str
    vendor: str
    url: str
    state: State
    at: datetime | None


@dataclass(frozen=True)
class StatementLine:
    state: State
    evidence: str
    who: str
    at: datetime


@dataclass(frozen=True)
class SettingLine:
    endpoint: str
    setting: str


@dataclass(frozen=True)
class AttestationPage:
    process: str
    process_name: str
    vendor: str
    current: State
    statements: list[StatementLine]
    settings: list[SettingLine]
    reads_contracts: bool
    contract: State | None
    clause: str
    mismatches: list[str]
    attest: Button


def rows(found: Sequence[Listed]) -> list[AttestationRow]:
    return [
        AttestationRow(
            process=one.process.code,
            name=one.process.name,
            vendor=one.vendor.name,
            url=reverse("contracts:attestation", args=[one.process.code, one.vendor.slug]),
            state=terms.use(one.last.training) if one.last else _NOTHING,
            at=one.last.attested_at if one.last else None,
        )
        for one in found
    ]


def page(
    process: Process,
    vendor: Organisation,
    history: Sequence[TrainingAttestation],
    compared: Compared,
    attest: Button,
) -> AttestationPage:
    return AttestationPage(
        process=process.code,
        process_name=process.name,
        vendor=vendor.name,
        current=terms.use(history[0].training) if history else _NOTHING,
        statements=[
            StatementLine(terms.use(one.training), one.evidence, one.attested_by.name, one.attested_at)
            for one in history
        ],
        settings=[SettingLine(one.endpoint, one.setting.replace("_", " ")) for one in compared.settings],
        reads_contracts=compared.reads_contracts,
        contract=terms.use(compared.allowed) if compared.allowed else None,
        clause=compared.clause,
        mismatches=[one.sentence for one in compared.mismatches],
        attest=attest,
    )
