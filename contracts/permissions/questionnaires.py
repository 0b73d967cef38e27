"""Who asks, answers and assesses (Y2): the provider's supervisors ask and assess, the vendor's own people answer."""

from audit.errors import NotAllowed
from contracts import access
from contracts.domain.roles import SUPERVISE_VENDORS, VIEW_PROCESS
from contracts.enums import UserKind
from contracts.models import Process, User, VendorQuestionnaire


def check_can_ask(user: User, process: Process) -> None:
    sentence = "Vendors are asked and assessed by information security and the governance lead."
    access.check(user, SUPERVISE_VENDORS, process, sentence)


def check_can_assess(user: User, found: VendorQuestionnaire) -> None:
    check_can_ask(user, found.process)


def check_can_answer(user: User, found: VendorQuestionnaire) -> None:
    """The vendor's people on the process, and nobody for it."""
    sentence = "The vendor answers this."
    access.check(user, VIEW_PROCESS, found.process, sentence)
    if user.organisation_id != found.vendor_id or user.kind != UserKind.PERSON:
        raise NotAllowed("not_the_vendor", sentence)
