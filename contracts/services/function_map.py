"""The function map: each step is declared by those who draft agreements, and signed by the client as a whole (K8)."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid
from audit.services import recording
from contracts.domain.function_map import Dependency, Impact, Involvement
from contracts.models import MappedFunction, Process, ProcessStep, User
from contracts.permissions import function_map as permissions
from contracts.selectors import authority
from contracts.services.acting import actor

LONGEST = 300


@transaction.atomic
def declare(
    *,
    step: ProcessStep,
    dependency: Dependency,
    involvement: Involvement,
    impact: Impact,
    why: str,
    by: User,
    at: datetime,
) -> MappedFunction:
    """Say how much of a step is the AI's and how much people's, and why; the client signs it anew."""
    permissions.check_can_map(by, step.process)
    why = why.strip()
    if not 1 <= len(why) <= LONGEST:
        raise Invalid("reason_required", f"Say why, in at most {LONGEST} characters.", "why")
    said: dict[str, Any] = {
        "dependency": dependency,
        "involvement": involvement,
        "impact": impact,
        "why": why,
    }
    mapped, _ = MappedFunction.objects.update_or_create(
        step=step,
        defaults={**said, "mapped_at": at, "mapped_by": by, "signed_at": None, "signed_by": None},
    )
    facts = {
        "step": step.code,
        "dependency": dependency.value,
        "involvement": involvement.value,
        "impact": impact.value,
    }
    _record(step.process, "function.mapped", mapped, facts, by, at, {"why": why})
    return mapped


@transaction.atomic
def sign(*, process: Process, by: User, at: datetime, said: str) -> int:
    """Sign every step that waits, for the client. Raises Conflict while a step is not mapped, or where nothing waits.

    `said` is the fingerprint of what the person read: where a step says something else by now, it is not signed.
    """
    permissions.check_can_sign_map(by, process, at)
    # Whoever declares a step meanwhile waits for the signature, or the signature sees what he said.
    mapped = MappedFunction.objects.select_for_update(of=("self",)).filter(step__process=process)
    list(mapped.order_by("pk"))
    if said != digest(process):
        raise Conflict("changed", "This is not the map you read: look at it again.", "digest")
    missing = process.steps.filter(mapped__isnull=True).order_by("position").values_list("code", flat=True)
    if missing:
        raise Conflict("not_mapped", f"Not mapped yet: {', '.join(missing)}.", "steps")
    waiting = MappedFunction.objects.filter(step__process=process, signed_at__isnull=True)
    codes = list(waiting.order_by("step__position").values_list("step__code", flat=True))
    if waiting.filter(mapped_by=by).exists():
        raise Conflict("own_map", "You mapped a step yourself: somebody else of the client signs.")
    if not waiting.update(signed_at=at, signed_by=by):
        raise Conflict("signed", "There is nothing to sign: the map is signed as it stands.")
    _record(process, "function.signed", None, {"steps": codes}, by, at)
    return len(codes)


def digest(process: Process) -> str:
    """The fingerprint of all that is declared of the steps of a process."""
    rows = MappedFunction.objects.filter(step__process=process).order_by("step__code")
    told = list(rows.values_list("step__code", "dependency", "involvement", "impact", "why"))
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _record(
    process: Process,
    action: str,
    mapped: MappedFunction | None,
    facts: dict[str, Any],
    by: User,
    at: datetime,
    personal: dict[str, str] | None = None,
) -> None:
    target = Target("process", str(process.pk), process.code)
    if mapped is not None:
        target = Target("function", str(mapped.pk), facts["step"], "process", str(process.pk))
    recording.record(
        log=process.client.log_key,
        action=action,
        actor=actor(by, authority.role_on(by, process)),
        target=target,
        facts=facts,
        at=at,
        client=process.client.slug,
        process=process.code,
        personal=personal,
        subject=str(process.pk) if personal else "",
    )
