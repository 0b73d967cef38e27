"""Endpoints as they are read: for the snapshot of a process, and for those who may see whose they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from audit.errors import NotVisible
from contracts import access
from contracts.domain.roles import SUPERVISE_VENDORS, VIEW_CONTRACTS, VIEW_PROCESS
from contracts.domain.sovereignty import EndpointTerms, Ground
from contracts.enums import Tenancy
from contracts.models import Endpoint, Organisation, Process, ProcessStep, User
from contracts.permissions.changes import is_vendor


def terms_for(process: Process) -> Mapping[str, EndpointTerms]:
    """What is known of every endpoint of the vendors that serve a process, and of those its steps may use."""
    known = Endpoint.objects.filter(vendor__served_processes=process) | Endpoint.objects.filter(
        steps__process=process
    )
    return {one.name: terms(one) for one in known.distinct()}


def terms(endpoint: Endpoint) -> EndpointTerms:
    return EndpointTerms(
        endpoint.name,
        endpoint.region,
        endpoint.tenancy,
        endpoint.training_use,
        endpoint.retired_at is not None,
    )


def ground(process: Process) -> Ground:
    """Where a process lets its data be processed."""
    return Ground(tuple(process.regions), tuple(process.data_classes), process.training_use)


@dataclass(frozen=True)
class Listed:
    """An endpoint with the steps that may use it, as far as the reader may know of them. The vendor's own people see who uses it
    and, for they read no agreement, not whether that conforms to one."""

    endpoint: Endpoint
    steps: list[ProcessStep]
    judged: bool = True


def visible_to(user: User) -> QuerySet[Endpoint]:
    """Those that steps of processes may use whose agreement the person reads, and what else their vendors offer: but the
    private ones of other clients are none of his business, and those in nobody's use are of whoever supervises the vendor. The
    vendor's own people see what it runs for the processes they see, and what it offers everybody."""
    mine = access.objects_with(user, Process, VIEW_CONTRACTS)
    kept = access.objects_with(user, Process, SUPERVISE_VENDORS)
    offered = Q(vendor__served_processes__in=mine) & ~Q(tenancy=Tenancy.PRIVATE)
    idle = Q(vendor__served_processes__in=kept, steps__isnull=True)
    seen = access.objects_with(user, Process, VIEW_PROCESS)
    for_them = Q(steps__process__in=seen) | ~Q(tenancy=Tenancy.PRIVATE)
    own = for_them & Q(vendor=user.organisation_id, vendor__served_processes__in=seen)
    found = Endpoint.objects.filter(Q(steps__process__in=mine) | offered | idle | own)
    return Endpoint.objects.filter(pk__in=found.values("pk"))


def nameable(user: User, process: Process) -> list[str]:
    """The endpoints that a diagram of the process may name, by name."""
    rows = visible_to(user).filter(vendor__served_processes=process)
    return list(rows.order_by("name").values_list("name", flat=True))


def listing(user: User) -> list[Listed]:
    """The endpoints the person may see, each with the steps he may see; the retired ones last."""
    known, judged = _known(user)
    rows = (
        visible_to(user).select_related("vendor").prefetch_related(Prefetch("steps", queryset=_steps(known)))
    )
    found = [Listed(one, list(one.steps.all()), judged) for one in rows.order_by("name", "pk")]
    return sorted(found, key=lambda one: one.endpoint.retired_at is not None)


def one(user: User, endpoint_id: UUID) -> Listed:
    """An endpoint. NotVisible to whoever does not see it in the listing."""
    known, judged = _known(user)
    rows = visible_to(user).select_related("vendor", "amended_by", "retired_by")
    found = rows.filter(pk=endpoint_id).first()
    if found is None:
        raise NotVisible("not_found", "There is no such endpoint that you can see.")
    return Listed(found, list(_steps(known).filter(endpoints=found)), judged)


def _known(user: User) -> tuple[list[UUID], bool]:
    """The processes of whose steps the person may know, and whether he reads their agreements."""
    judged = not is_vendor(user)
    return access.objects_with(user, Process, VIEW_CONTRACTS if judged else VIEW_PROCESS), judged


def _steps(processes: list[UUID]) -> QuerySet[ProcessStep]:
    rows = ProcessStep.objects.filter(process__in=processes).select_related("process")
    return rows.order_by("process__code", "position", "pk")


def vendors(user: User) -> list[Organisation]:
    """The vendors whose endpoints, certificates and answers the person keeps."""
    mine = access.objects_with(user, Process, SUPERVISE_VENDORS)
    rows = Organisation.objects.filter(served_processes__in=mine).distinct()
    return list(rows.order_by("name", "pk"))


def used_by(process: Process) -> list[Listed]:
    """The endpoints that the steps of a process may use, each with these steps."""
    rows = (
        Endpoint.objects.filter(steps__process=process)
        .distinct()
        .select_related("vendor")
        .prefetch_related(Prefetch("steps", queryset=_steps([process.pk])))
    )
    return [Listed(one, list(one.steps.all())) for one in rows.order_by("name", "pk")]
