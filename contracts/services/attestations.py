"""What an AI vendor attests about training on the data of a process (A7)."""

from datetime import datetime

from django.db import transaction

from audit.domain.envelope import Target
from audit.errors import Invalid
from contracts import permissions
from contracts.domain.data_use import TrainingAllowed
from contracts.models import Organisation, Process, TrainingAttestation, User
from contracts.services import processes


@transaction.atomic
def attest(
    *,
    process: Process,
    vendor: Organisation,
    training: TrainingAllowed | str,
    evidence: str,
    by: User,
    at: datetime,
) -> TrainingAttestation:
    """File what a vendor attests: its own people do, or those who supervise vendors with its paper before them."""
    permissions.check_can_attest(by, process, vendor)
    if not process.vendors.filter(pk=vendor.pk).exists():
        raise Invalid("vendor", f"{vendor.name} does not serve {process.code}.", "vendor")
    if training not in set(TrainingAllowed):
        raise Invalid("training", "One of no, opt_in and yes is required.", "training")
    evidence = evidence.strip()
    if not 1 <= len(evidence) <= 300:
        raise Invalid("evidence", "Say where it stands, in at most 300 characters.", "evidence")
    made = TrainingAttestation.objects.create(
        process=process,
        vendor=vendor,
        training=training,
        evidence=evidence,
        attested_at=at,
        attested_by=by,
    )
    facts = {"vendor": vendor.slug, "training": str(training), "evidence": evidence}
    target = Target("attestation", str(made.pk), vendor.slug, "process", str(process.pk))
    processes.record(process, "datause.attested", target, facts, by, at)
    return made
