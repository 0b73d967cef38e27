"""What AI vendors attest about training, process by process, for those who may read it (A7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from audit.errors import NotVisible
from contracts import access
from contracts.domain.data_use import Mismatch, Setting, TrainingAllowed
from contracts.domain.roles import FILE_CHANGES, SUPERVISE_VENDORS, VIEW_CONTRACTS
from contracts.models import Organisation, Process, TrainingAttestation, User
from contracts.permissions import attestations as permissions
from contracts.selectors import terms


@dataclass(frozen=True)
class Listed:
    """A process a vendor serves, and what the vendor attested last; none where it has not yet."""

    process: Process
    vendor: Organisation
    last: TrainingAttestation | None


@dataclass(frozen=True)
class Compared:
    """What stands beside an attestation, as far as the reader may know it: `allowed` and `clause` are of the contract."""

    settings: list[Setting]
    reads_contracts: bool
    allowed: TrainingAllowed | None
    clause: str
    mismatches: list[Mismatch]


def listed(user: User) -> list[Listed]:
    """Every pair of process and vendor whose attestation the person may read."""
    readable = {
        *access.objects_with(user, Process, VIEW_CONTRACTS),
        *access.objects_with(user, Process, SUPERVISE_VENDORS),
    }
    own = set(access.objects_with(user, Process, FILE_CHANGES))
    rows = Process.objects.filter(
        Q(pk__in=readable) | Q(pk__in=own, vendors=user.organisation_id)
    ).prefetch_related("vendors")
    pairs = [
        (process, vendor)
        for process in rows.distinct().order_by("code")
        for vendor in sorted(process.vendors.all(), key=lambda one: one.name)
        if process.pk in readable or vendor.pk == user.organisation_id
    ]
    last = _last([process for process, _vendor in pairs])
    return [Listed(process, vendor, last.get((str(process.pk), str(vendor.pk)))) for process, vendor in pairs]


def found(user: User, code: str, slug: str) -> tuple[Process, Organisation]:
    """A process and a vendor that serves it; NotVisible or NotAllowed as `permissions` says."""
    process = Process.objects.select_related("client").filter(code=code).first()
    vendor = process.vendors.filter(slug=slug).first() if process else None
    if process is None or vendor is None:
        raise NotVisible("not_found", "There is no such attestation that you can see.")
    permissions.check_can_see_attestations(user, process, vendor)
    return process, vendor


def history(process: Process, vendor: Organisation) -> list[TrainingAttestation]:
    """What a vendor attested, the newest first."""
    rows = TrainingAttestation.objects.filter(process=process, vendor=vendor).select_related("attested_by")
    return list(rows.order_by("-attested_at", "-pk"))


def compared(user: User, process: Process, vendor: Organisation, on: date) -> Compared:
    """How the vendor's endpoints are set; and what the contract says, for those who read it."""
    reads = access.can(user, VIEW_CONTRACTS, process)
    training = terms.training(process, on)
    names = {one.name for one in terms.endpoints(process) if one.vendor_id == vendor.pk}
    settings = [one for one in training.settings if one.endpoint in names]
    if not reads:
        return Compared(settings, reads, None, "", [])
    clause = next((terms.cited(term) for term in training.terms if term.training == training.allowed), "")
    mismatches = [one for one in training.mismatches if one.endpoint in names]
    return Compared(settings, reads, training.allowed, clause, mismatches)


def _last(processes: Iterable[Process]) -> dict[tuple[str, str], TrainingAttestation]:
    rows = TrainingAttestation.objects.filter(process__in=list(processes)).select_related("attested_by")
    return {(str(row.process_id), str(row.vendor_id)): row for row in rows.order_by("attested_at", "pk")}
