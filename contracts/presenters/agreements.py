"""An agreement as its template shows it: words and links, nothing that could run a query."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse

from contracts.domain import hours, sla_terms
from contracts.domain.escalation_matrix import EVERY_CLASS
from contracts.domain.final_decision import ANY_CATEGORY
from contracts.domain.money import threshold
from contracts.enums import Category, DocumentState, Party, TargetKind, Tier
from contracts.models import (
    Document,
    EscalationLevel,
    EscalationPath,
    FinalDecisionRule,
    Process,
    ProcessStep,
    ServiceLevel,
)
from contracts.presenters import words
from contracts.selectors import calendars, service_levels
from contracts.selectors.agreements import Agreement

MANDATES = {
    Party.CLIENT: "buys the outcome and is accountable for it",
    Party.PROVIDER: "runs the team that reviews",
    Party.AI_VENDOR: "supplies the model",
}


@dataclass(frozen=True)
class AgreementRow:
    code: str
    name: str
    url: str
    client: str
    provider: str
    vendors: str


@dataclass(frozen=True)
class PartyLine:
    kind: str
    name: str
    mandate: str


@dataclass(frozen=True)
class StepLine:
    code: str
    name: str
    category: str
    category_label: str
    ai_scope: str
    human_scope: str
    tier: str
    business_category: str
    models: list[tuple[str, str]]
    sop_code: str
    sop_url: str


@dataclass(frozen=True)
class ServiceLine:
    name: str
    target: str
    kind: str
    weight: str


@dataclass(frozen=True)
class LevelLine:
    label: str
    role: str
    person: str
    deputy: str
    acknowledge: str
    resolve: str
    calendar: str
    final: bool


@dataclass(frozen=True)
class PathLines:
    title: str
    version: int
    levels: list[LevelLine]


@dataclass(frozen=True)
class FinalLine:
    matter: str
    party: str
    role: str
    person: str
    deputy: str


@dataclass(frozen=True)
class SopLine:
    code: str
    title: str
    url: str
    owner: str
    review_by: date
    version: int | None
    state: str
    published_at: datetime | None
    published_by: str
    summary: str
    older: int


@dataclass(frozen=True)
class AgreementPage:
    code: str
    name: str
    purpose: str
    legal_basis: str
    currency: str
    review_within: str
    calendar: str
    regions: str
    parties: list[PartyLine]
    categories: list[tuple[str, str]]
    steps: list[StepLine]
    service_levels: list[ServiceLine]
    weights: str
    paths: list[PathLines]
    final: list[FinalLine]
    sops: list[SopLine]


def agreements(processes: list[Process]) -> list[AgreementRow]:
    return [
        AgreementRow(
            code=process.code,
            name=process.name,
            url=reverse("contracts:agreement", args=[process.code]),
            client=process.client.name,
            provider=process.provider.name,
            vendors=", ".join(vendor.name for vendor in process.vendors.all()),
        )
        for process in processes
    ]


def agreement(found: Agreement) -> AgreementPage:
    process = found.process
    parties = [(Party.CLIENT, process.client), (Party.PROVIDER, process.provider)]
    parties += [(Party.AI_VENDOR, vendor) for vendor in found.vendors]
    total = sum((level.weight for level in found.service_levels), Decimal(0))
    return AgreementPage(
        code=process.code,
        name=process.name,
        purpose=process.purpose,
        legal_basis=process.legal_basis,
        currency=process.currency,
        review_within=hours.limit(process.review_minutes),
        calendar=hours.in_words(calendars.terms(process.calendar)),
        regions=", ".join(process.regions),
        parties=[PartyLine(kind.label, party.name, MANDATES[kind]) for kind, party in parties],
        categories=[(category.value, category.label.partition(" · ")[2]) for category in Category],
        steps=[_step(step) for step in found.steps],
        service_levels=[_service(level) for level in found.service_levels],
        weights=_percent(total),
        paths=[_path(path, found.matrix.version) for path in found.matrix.paths.all()]
        if found.matrix
        else [],
        final=[_final(rule, process.currency) for rule in found.matrix.final_rules.all()]
        if found.matrix
        else [],
        sops=[_sop(document) for document in found.documents],
    )


def _step(step: ProcessStep) -> StepLine:
    return StepLine(
        code=step.code,
        name=step.name,
        category=step.category,
        category_label=Category(step.category).label,
        ai_scope=step.ai_scope,
        human_scope=step.human_scope,
        tier=Tier(step.tier).label,
        business_category=words.plain(step.business_category),
        models=[
            (
                version.reference,
                f"{version.model.name} of {version.model.vendor.name}, {version.get_status_display().lower()}",
            )
            for version in step.model_versions.all()
        ],
        sop_code=step.sop.code if step.sop else "",
        sop_url=reverse("contracts:document", args=[step.sop.pk]) if step.sop else "",
    )


def _service(level: ServiceLevel) -> ServiceLine:
    said = sla_terms.in_words(service_levels.target_of(level))
    return ServiceLine(level.name, said, TargetKind(level.kind).label, _percent(level.weight))


def _path(path: EscalationPath, version: int) -> PathLines:
    title = (
        "Every case"
        if path.trigger_class == EVERY_CLASS
        else f"Cases of the class “{words.plain(path.trigger_class)}”"
    )
    if path.severity is not None:
        title = f"{title}, severity {path.severity}"
    levels = list(path.levels.all())
    return PathLines(title, version, [_level(level, level is levels[-1]) for level in levels])


def _level(level: EscalationLevel, final: bool) -> LevelLine:
    return LevelLine(
        label=level.name or f"L{level.level}",
        role=words.role(level.role),
        person=level.person.name,
        deputy=words.name(level.deputy),
        acknowledge=hours.limit(level.ack_minutes),
        resolve=hours.limit(level.resolve_minutes),
        calendar=hours.in_words(calendars.terms(level.calendar)),
        final=final,
    )


def _final(rule: FinalDecisionRule, currency: str) -> FinalLine:
    matter = "Everything" if rule.category == ANY_CATEGORY else words.plain(rule.category).capitalize()
    if rule.min_value is not None:
        matter = f"{matter} from {threshold(rule.min_value, currency)}"
    return FinalLine(
        matter=matter,
        party=Party(rule.party).label,
        role=words.role(rule.role),
        person=rule.person.name,
        deputy=words.name(rule.deputy),
    )


def _sop(document: Document) -> SopLine:
    versions = list(document.versions.all())
    current = next((version for version in versions if version.state == DocumentState.PUBLISHED), None)
    return SopLine(
        code=document.code,
        title=document.title,
        url=reverse("contracts:document", args=[document.pk]),
        owner=document.owner.name,
        review_by=document.review_deadline,
        version=current.number if current else None,
        state=DocumentState(current.state).label if current else "Not published",
        published_at=current.published_at if current else None,
        published_by=words.name(current.published_by) if current else "",
        summary=current.summary if current else "",
        older=len(versions) - (1 if current else 0),
    )


def _percent(weight: Decimal) -> str:
    return f"{(weight * 100).normalize():f} %"
