"""The model inventory (N1): versions are registered, approved by somebody, and retired."""

from datetime import datetime

from django.db import transaction

from audit.domain.envelope import Target
from audit.errors import Conflict
from audit.services import logs, recording
from contracts.enums import ModelStatus
from contracts.models import AiModel, ModelVersion, Organisation, Process, User
from contracts.selectors import model_changes
from contracts.services import processes
from contracts.services.acting import actor


def _record(action: str, target: Target, facts: dict, by: User | None, at: datetime) -> None:
    recording.record(log=logs.PLATFORM, action=action, actor=actor(by), target=target, facts=facts, at=at)


@transaction.atomic
def register(
    *,
    vendor: Organisation,
    name: str,
    version: str,
    reference: str,
    purpose: str,
    procured_by: Organisation,
    by: User | None,
    at: datetime,
    limits: str = "",
    fingerprint: str = "",
) -> ModelVersion:
    """Register a version, with its model where that is new. It may not decide anything before it is approved."""
    model, _ = AiModel.objects.get_or_create(
        vendor=vendor,
        name=name,
        defaults={"purpose": purpose, "limits": limits, "procured_by": procured_by, "created_at": at},
    )
    registered = ModelVersion.objects.create(
        model=model, version=version, reference=reference, fingerprint=fingerprint, registered_at=at
    )
    facts = {"reference": reference, "vendor": vendor.slug, "name": name, "version": version}
    _record("model.registered", Target("model_version", str(registered.pk), reference), facts, by, at)
    return registered


@transaction.atomic
def approve(*, version: ModelVersion, by: User, at: datetime) -> None:
    """Approve a registered version. Raises Conflict unless it waits for approval, and for a further version of a model in
    use: that one comes by a change that was announced, approved and deployed (L3)."""
    if model_changes.is_further(version) and not model_changes.in_force(version):
        raise Conflict(
            "change_needed",
            f"{version.reference} is a further version of {version.model.name}: it comes by a model change.",
            "status",
        )
    changed = ModelVersion.objects.filter(pk=version.pk, status=ModelStatus.REGISTERED).update(
        status=ModelStatus.APPROVED, approved_at=at, approved_by=by
    )
    if not changed:
        raise Conflict("model_state", f"{version.reference} does not wait for approval.", "status")
    version.refresh_from_db()
    _record(
        "model.approved",
        Target("model_version", str(version.pk), version.reference),
        {"reference": version.reference},
        by,
        at,
    )


@transaction.atomic
def retire(*, version: ModelVersion, by: User, at: datetime) -> None:
    """Retire a version: from the next interaction on, it decides nothing (N5). Raises Conflict if it is retired."""
    changed = (
        ModelVersion.objects.filter(pk=version.pk)
        .exclude(status=ModelStatus.RETIRED)
        .update(status=ModelStatus.RETIRED)
    )
    if not changed:
        raise Conflict("model_state", f"{version.reference} is retired already.", "status")
    version.refresh_from_db()
    for process in Process.objects.filter(steps__model_versions=version).distinct().order_by("pk"):
        processes.touch(process)
    _record(
        "model.retired",
        Target("model_version", str(version.pk), version.reference),
        {"reference": version.reference},
        by,
        at,
    )
