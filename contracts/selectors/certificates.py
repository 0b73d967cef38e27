"""Certificates as they are read: those of the organisations that work on processes whose agreement one reads."""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from audit.errors import NotVisible
from contracts import access
from contracts.domain import certificates as domain
from contracts.domain.certificates import THRESHOLDS, Standing
from contracts.domain.roles import SUPERVISE_VENDORS, VIEW_CONTRACTS
from contracts.models import Certificate, Finding, Organisation, Process, User


def concerned(organisation: Organisation) -> list[Process]:
    """The processes on which an organisation works, as provider or AI vendor."""
    worked = Process.objects.filter(provider=organisation) | Process.objects.filter(vendors=organisation)
    return list(worked.distinct().select_related("client").order_by("pk"))


def loaded(certificate_id: UUID) -> Certificate:
    return Certificate.objects.select_related("organisation").get(pk=certificate_id)


def standing_of(organisation: Organisation) -> list[Certificate]:
    """The certificates of an organisation that were neither replaced nor withdrawn."""
    return list(_standing().filter(organisation=organisation).order_by("pk"))


def _standing() -> QuerySet[Certificate]:
    return Certificate.objects.filter(successor__isnull=True, withdrawn_at__isnull=True)


def running_out(today: date) -> list[Certificate]:
    """What expires within the first threshold, or did, and is not told of to the last."""
    soon = _standing().filter(expires_on__lte=today + timedelta(days=THRESHOLDS[0]))
    rows = soon.exclude(alerts__days=THRESHOLDS[-1]).select_related("organisation")
    return list(rows.order_by("expires_on", "pk"))


def holders() -> list[Organisation]:
    """Every organisation with a certificate."""
    return list(Organisation.objects.filter(certificates__isnull=False).distinct().order_by("pk"))


def organisations(user: User, codename: str = VIEW_CONTRACTS) -> QuerySet[Organisation]:
    """The organisations that work on a process on which the person holds the codename."""
    mine = access.objects_with(user, Process, codename)
    works = Q(run_processes__in=mine) | Q(served_processes__in=mine)
    return Organisation.objects.filter(pk__in=Organisation.objects.filter(works).values("pk"))


def kept_by(user: User) -> list[Organisation]:
    """The organisations whose certificates the person keeps."""
    return list(organisations(user, SUPERVISE_VENDORS).order_by("name", "pk"))


def listing(user: User) -> tuple[list[Certificate], list[Certificate]]:
    """Those that stand, the first to expire first; and those that were replaced or withdrawn."""
    rows = Certificate.objects.filter(organisation__in=organisations(user)).select_related("organisation")
    found = list(rows.order_by("expires_on", "pk"))
    over = [one for one in found if one.successor_id or one.withdrawn_at]
    return [one for one in found if one not in over], over[::-1]


def one(user: User, certificate_id: UUID) -> Certificate:
    """A certificate. NotVisible to whoever works under no agreement with its organisation."""
    found = (
        Certificate.objects.filter(pk=certificate_id, organisation__in=organisations(user))
        .select_related("organisation", "added_by", "withdrawn_by", "successor", "replaces")
        .first()
    )
    if found is None:
        raise NotVisible("not_found", "There is no such certificate that you can see.")
    return found


def standing(one: Certificate, today: date) -> Standing:
    """How a certificate stands today."""
    if one.withdrawn_at:
        return Standing.WITHDRAWN
    if one.successor_id:
        return Standing.REPLACED
    return domain.standing(one.expires_on, one.bridge_until, today)


ENDED = 50


def findings(process: Process) -> tuple[list[Finding], list[Finding]]:
    """The open findings of a process, the oldest first, and the last ones that ended."""
    rows = Finding.objects.filter(process=process)
    ended = rows.filter(ended_at__isnull=False).order_by("-ended_at", "-pk")[:ENDED]
    return list(rows.filter(ended_at__isnull=True).order_by("created_at", "pk")), list(ended)
