"""Processes and their steps are defined here; every change of configuration changes the process's stamp."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from audit.domain.envelope import Target
from audit.domain.ids import new_id
from audit.errors import Invalid
from audit.services import recording
from contracts import access
from contracts.enums import Category, ModelStatus, Party, Tier
from contracts.models import (
    BusinessCalendar,
    Document,
    Endpoint,
    ModelVersion,
    Organisation,
    Process,
    ProcessStep,
    User,
)
from contracts.selectors import model_changes
from contracts.services.acting import actor


def touch(process: Process) -> None:
    """Change the stamp that cached snapshots are kept under."""
    Process.objects.filter(pk=process.pk).update(stamp=new_id())


def record(process: Process, action: str, target: Target, facts: dict, by: User | None, at: datetime) -> None:
    """Record an event of a process in its client's log."""
    recording.record(
        log=process.client.log_key,
        action=action,
        actor=actor(by),
        target=target,
        facts=facts,
        at=at,
        client=process.client.slug,
        process=process.code,
    )


@transaction.atomic
def define(
    *,
    code: str,
    name: str,
    client: Organisation,
    provider: Organisation,
    by: User | None,
    at: datetime,
    vendors: Collection[Organisation] = (),
    currency: str = "EUR",
    time_zone: str = "UTC",
    review_minutes: int = 60,
    calendar: BusinessCalendar | None = None,
    purpose: str = "",
    legal_basis: str = "",
    regions: Sequence[str] = (),
    fields: Sequence[Mapping] = (),
    intake: Mapping | None = None,
    evidence_required: bool = True,
) -> Process:
    """Define a process between a client and a provider. Raises Invalid where the parties are of the wrong kind."""
    if client.kind != Party.CLIENT:
        raise Invalid("not_a_client", f"{client.name} is not a client.", "client")
    if provider.kind != Party.PROVIDER:
        raise Invalid("not_a_provider", f"{provider.name} is not a provider.", "provider")
    process = Process.objects.create(
        code=code,
        name=name,
        client=client,
        provider=provider,
        currency=currency,
        time_zone=time_zone,
        review_minutes=review_minutes,
        calendar=calendar,
        purpose=purpose,
        legal_basis=legal_basis,
        regions=list(regions),
        fields=[dict(field) for field in fields],
        intake=dict(intake or {}),
        evidence_required=evidence_required,
        created_at=at,
    )
    process.vendors.set(vendors)
    access.open_object(process)
    facts = {
        "code": code,
        "name": name,
        "client": client.slug,
        "provider": provider.slug,
        "policy": process.intake,
    }
    record(process, "process.defined", Target("process", str(process.pk), code), facts, by, at)
    return process


@transaction.atomic
def add_step(
    *,
    process: Process,
    code: str,
    name: str,
    category: Category,
    ai_scope: str,
    human_scope: str,
    by: User | None,
    at: datetime,
    tier: Tier = Tier.MEDIUM,
    business_category: str = "general",
    output_fields: Sequence[Mapping] = (),
    evidence: Sequence[Mapping] = (),
    adverse_outcomes: Mapping[str, Sequence[str]] | None = None,
    sop: Document | None = None,
) -> ProcessStep:
    """Add a step with its decision category and the two scope texts. Raises Invalid where a scope is empty (B10)."""
    if not ai_scope.strip():
        raise Invalid("scope_missing", "Say what the AI may judge at this step.", "ai_scope")
    if not human_scope.strip():
        raise Invalid("scope_missing", "Say what people judge at this step.", "human_scope")
    step = ProcessStep.objects.create(
        process=process,
        code=code,
        name=name,
        category=category,
        tier=tier,
        position=process.steps.count() + 1,
        business_category=business_category,
        ai_scope=ai_scope,
        human_scope=human_scope,
        output_fields=[dict(field) for field in output_fields],
        evidence=[dict(panel) for panel in evidence],
        adverse_outcomes=dict(adverse_outcomes or {}),
        sop=sop,
        created_at=at,
    )
    touch(process)
    facts = {
        "code": code,
        "category": category,
        "tier": tier,
        "ai_scope": ai_scope,
        "human_scope": human_scope,
        "adverse_outcomes": step.adverse_outcomes,
        "evidence": [panel["name"] for panel in step.evidence],
        "terms": step.output_fields,
    }
    record(
        process, "step.defined", Target("step", str(step.pk), code, "process", str(process.pk)), facts, by, at
    )
    return step


@transaction.atomic
def allow_models(
    *,
    step: ProcessStep,
    versions: Collection[ModelVersion],
    endpoints: Collection[Endpoint],
    by: User | None,
    at: datetime,
) -> None:
    """Say which model versions and endpoints a step may use. Raises Invalid for a version that is not approved, for a
    further version of a model that no change has brought to this process (L3), and for an endpoint that is retired."""
    known = set(ModelVersion.objects.filter(steps__process=step.process_id).values_list("pk", flat=True))
    for version in versions:
        if version.status != ModelStatus.APPROVED:
            raise Invalid("model_not_approved", f"{version.reference} is not approved.", "models")
        if version.pk not in known and _comes_by_change(version, step.process):
            raise Invalid(
                "change_needed",
                f"{version.reference} is a further version: it comes to {step.process.code} by a model change.",
                "models",
            )
    for endpoint in endpoints:
        if endpoint.retired_at is not None:
            raise Invalid("endpoint_retired", f"{endpoint.name} is retired.", "endpoints")
    step.model_versions.set(versions)
    step.endpoints.set(endpoints)
    touch(step.process)
    facts = {
        "models": sorted(version.reference for version in versions),
        "endpoints": sorted(endpoint.name for endpoint in endpoints),
    }
    target = Target("step", str(step.pk), step.code, "process", str(step.process_id))
    record(step.process, "step.models_allowed", target, facts, by, at)


def _comes_by_change(version: ModelVersion, process: Process) -> bool:
    """Before a process is live, and before it uses a model at all, it may begin with any version of it."""
    begun = process.went_live_at is not None
    begun = begun or ModelVersion.objects.filter(model=version.model_id, steps__process=process).exists()
    return begun and model_changes.is_further(version) and not model_changes.in_force(version, process)
