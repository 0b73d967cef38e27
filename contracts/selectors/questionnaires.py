"""Questionnaires as they are read: by those who read the agreement, and by the vendor who is asked."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from audit.errors import NotVisible
from contracts import access
from contracts.domain.questionnaire import Answer
from contracts.domain.roles import SUPERVISE_VENDORS, VIEW_CONTRACTS, VIEW_PROCESS
from contracts.models import Certificate, Organisation, Process, User, VendorQuestionnaire
from contracts.selectors import certificates

LATEST = 100


def _seen(user: User) -> QuerySet[VendorQuestionnaire]:
    readable = access.objects_with(user, Process, VIEW_CONTRACTS)
    own = Q(vendor=user.organisation_id, process__in=access.objects_with(user, Process, VIEW_PROCESS))
    rows = VendorQuestionnaire.objects.filter(Q(process__in=readable) | own)
    return rows.select_related("process__client", "vendor", "asked_by", "answered_by", "assessed_by")


def listing(user: User) -> list[VendorQuestionnaire]:
    """The newest first."""
    return list(_seen(user).order_by("-asked_at", "-pk")[:LATEST])


def one(user: User, questionnaire_id: UUID) -> VendorQuestionnaire:
    """NotVisible to whoever neither reads the agreement nor belongs to the vendor on this process."""
    found = _seen(user).filter(pk=questionnaire_id).first()
    if found is None:
        raise NotVisible("not_found", "There is no such questionnaire that you can see.")
    return found


def locked(questionnaire_id: UUID) -> VendorQuestionnaire:
    rows = VendorQuestionnaire.objects.select_related("process__client", "vendor")
    return rows.select_for_update(of=("self",)).get(pk=questionnaire_id)


def answers(found: VendorQuestionnaire) -> dict[str, Answer]:
    return {key: Answer(**kept) for key, kept in found.answers.items()}


def evidence(vendor: Organisation) -> list[Certificate]:
    """The certificates a vendor may name as evidence."""
    return certificates.standing_of(vendor)


def askable(user: User) -> list[tuple[Process, Organisation]]:
    """The vendors the person may ask, by process; those who are being asked already are left out."""
    mine = access.processes(user, SUPERVISE_VENDORS).prefetch_related("vendors").order_by("code", "pk")
    open_ones = set(
        VendorQuestionnaire.objects.exclude(state="assessed").values_list("process_id", "vendor_id")
    )
    return [
        (process, vendor)
        for process in mine
        for vendor in process.vendors.all()
        if (process.pk, vendor.pk) not in open_ones
    ]


def newest(process: Process) -> Mapping[UUID, VendorQuestionnaire]:
    """The last questionnaire of each vendor of a process that was asked."""
    rows = VendorQuestionnaire.objects.filter(process=process).select_related("vendor")
    return {found.vendor_id: found for found in rows.order_by("asked_at", "pk")}


def asked_somewhere() -> list[Process]:
    rows = Process.objects.filter(questionnaires__isnull=False).distinct()
    return list(rows.select_related("client").order_by("pk"))


def expired(found: list[Certificate], today: date) -> set[str]:
    return {str(one.pk) for one in found if certificates.standing(one, today) == "expired"}
