"""Who reads what an AI vendor attests about training (A7): its own people, and those who look after what was agreed."""

from audit.errors import NotAllowed, NotVisible
from contracts import access
from contracts.domain.roles import FILE_CHANGES, SUPERVISE_VENDORS, VIEW_CONTRACTS, VIEW_PROCESS
from contracts.enums import Party
from contracts.models import Organisation, Process, User

_READERS = "What a vendor attests is read by its own people and by those who read the contracts."


def check_can_see_attestations(user: User, process: Process, vendor: Organisation) -> None:
    """NotVisible for another AI vendor: of whom else serves a process it learns nothing."""
    held = access.codenames(user, process)
    if VIEW_PROCESS not in held:
        raise NotVisible("not_found", "There is no such attestation that you can see.")
    if held & {VIEW_CONTRACTS, SUPERVISE_VENDORS}:
        return
    if user.organisation_id == vendor.pk and FILE_CHANGES in held:
        return
    if user.organisation and user.organisation.kind == Party.AI_VENDOR:
        raise NotVisible("not_found", "There is no such attestation that you can see.")
    raise NotAllowed("not_allowed", _READERS)
