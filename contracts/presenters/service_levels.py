"""A version of the service levels as its page shows it: words, links and what may be done."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.urls import reverse

from contracts import access, permissions
from contracts.domain import sla_terms
from contracts.domain.sla_kinds import Metric, SlaState
from contracts.enums import TargetKind
from contracts.models import Process, ServiceAgreement, ServiceLevel, User
from contracts.presenters.parts import Act
from contracts.selectors import service_levels
from contracts.services.service_levels import digest

_HUES = {
    SlaState.DRAFT: "neutral",
    SlaState.PROPOSED: "info",
    SlaState.ACTIVE: "good",
    SlaState.SUPERSEDED: "neutral",
    SlaState.REJECTED: "warn",
}


@dataclass(frozen=True)
class LevelRow:
    name: str
    kind: str
    metric: str
    terms: str
    calendar: str
    floor: str
    weight: str
    edit_url: str


@dataclass(frozen=True)
class VersionLine:
    number: int
    url: str
    state: str
    hue: str
    author: str
    at: datetime
    note: str


@dataclass(frozen=True)
class VersionPage:
    code: str
    name: str
    number: int
    state: str
    hue: str
    kind: str
    note: str
    why: str
    edits: int
    digest: str
    levels: list[LevelRow]
    together: str
    problems: list[tuple[str, bool]]
    fee: str
    credits: str
    accepted: list[tuple[str, str, datetime]]
    waits_for: str
    write: Act
    accept: Act
    url: str


def lines(process: Process, rows: list[ServiceAgreement]) -> list[VersionLine]:
    return [
        VersionLine(
            number=row.version,
            url=_url(process.code, row.version),
            state=SlaState(row.state).label,
            hue=_HUES[SlaState(row.state)],
            author=row.author.name if row.author else "",
            at=row.in_force_at or row.proposed_at or row.drafted_at,
            note=row.note,
        )
        for row in rows
    ]


def version(agreement: ServiceAgreement, reader: User, at: datetime) -> VersionPage:
    process = agreement.process
    rows = service_levels.levels(agreement)
    found = sla_terms.problems([service_levels.target_of(row) for row in rows])
    accepted = [
        (party, who.name, when)
        for party, who, when in (
            ("Client", agreement.client_accepted_by, agreement.client_accepted_at),
            ("Provider", agreement.provider_accepted_by, agreement.provider_accepted_at),
        )
        if who and when
    ]
    waiting = [party for party in ("Client", "Provider") if party not in {one[0] for one in accepted}]
    proposed = agreement.state == SlaState.PROPOSED
    return VersionPage(
        code=process.code,
        name=process.name,
        number=agreement.version,
        state=SlaState(agreement.state).label,
        hue=_HUES[SlaState(agreement.state)],
        kind=agreement.state,
        note=agreement.note,
        why=agreement.decision_note,
        edits=agreement.edits,
        digest=digest(agreement),
        levels=[_level(process.code, agreement.version, row) for row in rows],
        together=sla_terms.percent(sum((row.weight for row in rows), Decimal(0))),
        problems=[(problem.sentence, problem.blocking) for problem in found],
        fee=f"{process.currency} {agreement.monthly_fee:,.2f}",
        credits=(
            f"{sla_terms.plain(agreement.credit_percent)} % for a floor missed, "
            f"{sla_terms.plain(agreement.credit_percent_again)} % two months running, "
            f"together at most {sla_terms.plain(agreement.credit_cap)} %"
        ),
        accepted=accepted,
        waits_for=" and ".join(waiting).lower() if proposed else "",
        write=Act(*access.allowed(permissions.check_can_draft_service_levels, reader, process)),
        accept=Act(*access.allowed(permissions.check_can_accept_service_levels, reader, agreement, at)),
        url=_url(process.code, agreement.version),
    )


def _level(code: str, number: int, row: ServiceLevel) -> LevelRow:
    return LevelRow(
        name=row.name,
        kind=TargetKind(row.kind).label,
        metric=Metric(row.metric).label,
        terms=sla_terms.in_words(service_levels.target_of(row)),
        calendar=row.calendar.name if row.calendar else "",
        floor=sla_terms.plain(row.floor) if row.floor is not None else "–",
        weight=sla_terms.percent(row.weight),
        edit_url=reverse("contracts:service_level", args=[code, number]),
    )


def _url(code: str, number: int) -> str:
    return reverse("contracts:service_levels_version", args=[code, number])
