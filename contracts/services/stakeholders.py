"""The register of stakeholders, and the decisions to use AI at a step (K7, K9)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid, NotVisible
from audit.services import recording
from contracts.domain.stakeholders import SIDES, Stake
from contracts.enums import Party, UserKind
from contracts.models import AiUseDecision, Process, ProcessStep, Stakeholder, User
from contracts.permissions import accountability as permissions
from contracts.services.acting import actor


@transaction.atomic
def name(
    *,
    process: Process,
    category: Stake,
    person: User,
    contact: str,
    duty: str,
    by: User | None,
    at: datetime,
    deputy: User | None = None,
) -> Stakeholder:
    """Name who stands for a category; naming the same person again changes what is said of him.

    Raises Invalid with the field at fault.
    """
    permissions.check_can_keep_stakeholders(by, process)
    contact, duty = contact.strip(), duty.strip()
    if not 1 <= len(contact) <= 120:
        raise Invalid("contact", "Contact: how the person is reached, in at most 120 characters.", "contact")
    if not 1 <= len(duty) <= 200:
        raise Invalid("duty", "Duty: what the person has to do, in at most 200 characters.", "duty")
    if deputy is not None and deputy.pk == person.pk:
        raise Invalid("deputy", "Deputy: somebody else than the person.", "deputy")
    for field, one in (("person", person), ("deputy", deputy)):
        if one is not None:
            _check_belongs(process, category, one, field)
    Stakeholder.objects.filter(
        process=process, category=category, person=person, removed_at__isnull=True
    ).update(removed_at=at, removed_by=by)
    try:
        with transaction.atomic():
            named = Stakeholder.objects.create(
                process=process,
                category=category,
                person=person,
                deputy=deputy,
                contact=contact,
                duty=duty,
                named_at=at,
                named_by=by,
            )
    except IntegrityError:
        raise Conflict("moved", "Somebody has just named the same person: look again.") from None
    facts = {
        "category": category,
        "person": str(person.pk),
        "deputy": str(deputy.pk) if deputy else None,
    }
    target = Target("stakeholder", str(named.pk), category, "process", str(process.pk))
    _record(process, "stakeholder.named", target, facts, by, at, {"contact": contact, "duty": duty})
    return named


def _check_belongs(process: Process, category: Stake, one: User, field: str) -> None:
    side = SIDES.get(category)
    owners = {Party.CLIENT: process.client_id, Party.PROVIDER: process.provider_id}
    vendors = set(process.vendors.values_list("pk", flat=True))
    allowed = {owners[side]} if side in owners else vendors
    if side is None:
        allowed = {*owners.values(), *vendors}
    if one.kind != UserKind.PERSON or one.organisation_id not in allowed:
        who = side.label if side else "parties to this process"
        raise Invalid("wrong_party", f"{field.capitalize()}: {one.name} does not work for the {who}.", field)


@transaction.atomic
def remove(*, process: Process, stakeholder_id: UUID, by: User, at: datetime) -> None:
    """Take somebody off the register."""
    permissions.check_can_keep_stakeholders(by, process)
    found = Stakeholder.objects.filter(process=process, pk=stakeholder_id).first()
    if found is None:
        raise NotVisible("not_found", "There is nobody like that on this register.")
    if not Stakeholder.objects.filter(process=process, pk=found.pk, removed_at__isnull=True).update(
        removed_at=at, removed_by=by
    ):
        return
    target = Target("stakeholder", str(found.pk), found.category, "process", str(process.pk))
    facts = {"category": found.category, "person": str(found.person_id)}
    _record(process, "stakeholder.removed", target, facts, by, at)


@transaction.atomic
def decide_ai_use(
    *, step: ProcessStep, authority: str, alternatives: str, benefit: str, by: User, at: datetime
) -> AiUseDecision:
    """K9: decide that AI is used at a step, naming by what authority, what else was looked at, and what it is to bring."""
    permissions.check_can_decide_ai_use(by, step.process, at)
    said = {"authority": authority.strip(), "alternatives": alternatives.strip(), "benefit": benefit.strip()}
    for field, longest in (("authority", 200), ("alternatives", 500), ("benefit", 500)):
        if not 1 <= len(said[field]) <= longest:
            raise Invalid(field, f"{field.capitalize()}: say it in 1 to {longest} characters.", field)
    replaced = AiUseDecision.objects.filter(step=step, replaced_at__isnull=True).update(
        replaced_at=at, replaced_by=by
    )
    try:
        with transaction.atomic():
            decision = AiUseDecision.objects.create(step=step, decided_at=at, decided_by=by, **said)
    except IntegrityError:
        raise Conflict("moved", "Somebody has just decided on this step: look again.") from None
    target = Target("step", str(step.pk), step.code, "process", str(step.process_id))
    facts = {"step": step.code, **said, "replaces": bool(replaced)}
    _record(step.process, "aiuse.decided", target, facts, by, at)
    return decision


def _record(
    process: Process,
    action: str,
    target: Target,
    facts: dict[str, Any],
    by: User | None,
    at: datetime,
    personal: dict[str, str] | None = None,
) -> None:
    recording.record(
        log=process.client.log_key,
        action=action,
        actor=actor(by),
        target=target,
        facts=facts,
        at=at,
        client=process.client.slug,
        process=process.code,
        personal=personal,
        subject=target.id if personal else "",
    )
