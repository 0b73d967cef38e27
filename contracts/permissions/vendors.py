"""Who keeps what vendors supply and prove: those who supervise the processes a vendor serves (A5, L8, Y2)."""

from django.db.models import Q

from audit.errors import NotAllowed, NotVisible
from contracts import access
from contracts.domain.roles import SIGN_CONTRACTS, SUPERVISE_VENDORS, VIEW_CONTRACTS
from contracts.models import Endpoint, Organisation, Process, User

_SUPERVISORS = "Endpoints are kept by information security and the governance lead."


def check_can_see_vendor(user: User, vendor: Organisation) -> None:
    """Whoever reads the agreement of a process that the vendor serves, and its own people."""
    own = user.organisation_id == vendor.pk
    if not own and not access.processes(user, VIEW_CONTRACTS).filter(vendors=vendor).exists():
        raise NotVisible("not_found", "There is no such vendor that you can see.")


def check_can_supervise_vendor(user: User, vendor: Organisation, sentence: str = _SUPERVISORS) -> None:
    check_can_see_vendor(user, vendor)
    if not access.processes(user, SUPERVISE_VENDORS).filter(vendors=vendor).exists():
        raise NotAllowed("not_allowed", sentence)


def check_can_keep_endpoint(user: User, endpoint: Endpoint) -> None:
    """What other processes work with is not changed by somebody who answers for one of them only."""
    check_can_supervise_vendor(user, endpoint.vendor)
    used = set(Process.objects.filter(steps__endpoints=endpoint).values_list("pk", flat=True))
    mine = access.objects_with(user, Process, SUPERVISE_VENDORS)
    if used - set(mine):
        raise NotAllowed(
            "not_allowed", "Somebody who supervises everything that uses this endpoint keeps it."
        )


def check_can_agree_ground(user: User, process: Process) -> None:
    """Where data may be processed is for the client to say."""
    sentence = "Where data may be processed is signed by the client."
    access.check(user, SIGN_CONTRACTS, process, sentence)
    if user.organisation_id != process.client_id:
        raise NotAllowed("not_the_client", sentence)


def check_can_keep_certificates(user: User, organisation: Organisation) -> None:
    """Those who supervise a process on which the organisation works."""
    works = Q(provider=organisation) | Q(vendors=organisation)
    if not access.processes(user, VIEW_CONTRACTS).filter(works).exists():
        raise NotVisible("not_found", "There is no such organisation that you can see.")
    if not access.processes(user, SUPERVISE_VENDORS).filter(works).exists():
        raise NotAllowed(
            "not_allowed", "Certificates are kept by information security and the governance lead."
        )
