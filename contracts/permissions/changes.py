"""Who may do what with model changes (L2, L3, K4, K5): filed by those who make or run the model, decided by others.

`check_can_X` raises with a sentence a person can read; `access.allowed` turns it into what a button says.
"""

from datetime import datetime

from audit.errors import Conflict, NotAllowed, NotVisible
from contracts import access
from contracts.domain import change_impact, roles
from contracts.domain.change_kinds import ChangeState, Impact
from contracts.enums import Authority, Party
from contracts.models import AiModel, AuthorityGrant, ModelChange, Process, User

_FILERS = "Model changes are filed by the AI vendor’s representative or by the provider."
_CLASSERS = "Model changes are classed by the provider or the client, not by the AI vendor who makes them."
_DECIDERS = "Model changes are decided by the client’s owner and the provider’s operations."
_TERMS = "The client’s owner says how much notice was agreed and what is at stake."


def party_of(user: User, process: Process) -> Party | None:
    """The side on which somebody stands in an agreement."""
    if user.organisation_id == process.client_id:
        return Party.CLIENT
    if user.organisation_id == process.provider_id:
        return Party.PROVIDER
    if user.organisation_id and process.vendors.filter(pk=user.organisation_id).exists():
        return Party.AI_VENDOR
    return None


def check_can_see_change(user: User, change: ModelChange) -> None:
    """Everybody on the process reads its changes; an AI vendor reads those of its own models."""
    held = access.codenames(user, change.process)
    foreign = is_vendor(user) and change.model.vendor_id != user.organisation_id
    if roles.VIEW_PROCESS not in held or foreign:
        raise NotVisible("not_found", "There is no such model change that you can see.")


def is_vendor(user: User) -> bool:
    return bool(user.organisation and user.organisation.kind == Party.AI_VENDOR)


def check_can_file_change(user: User, process: Process, model: AiModel | None = None) -> None:
    access.check(user, roles.FILE_CHANGES, process, _FILERS)
    if model is not None and is_vendor(user) and model.vendor_id != user.organisation_id:
        raise NotAllowed("other_vendor", "An AI vendor files changes of its own models.", "model")


def check_can_work_on_change(user: User, change: ModelChange) -> None:
    """Test it, show what was found, give it to those who approve: whoever may file changes of this model."""
    check_can_see_change(user, change)
    check_can_file_change(user, change.process, change.model)


def check_can_withdraw_change(user: User, change: ModelChange) -> None:
    check_can_work_on_change(user, change)
    if change.filed_by.organisation_id != user.organisation_id:
        raise NotAllowed("not_yours", "A change is withdrawn by those who filed it.")


def check_can_classify_change(user: User, change: ModelChange) -> None:
    check_can_see_change(user, change)
    held = access.codenames(user, change.process)
    if not held & {roles.FILE_CHANGES, roles.DECIDE_CHANGES} or is_vendor(user):
        raise NotAllowed("not_allowed", _CLASSERS)


def check_can_decide_change(user: User, change: ModelChange, at: datetime) -> Party:
    """Approve, object or reject: a named person with the authority to decide, who did not write it (K4)."""
    check_can_see_change(user, change)
    party = check_decides(user, change.process, at)
    if user.pk in {change.filed_by_id, change.notified_by_id}:
        raise NotAllowed("own_change", "You filed this change: somebody else decides on it.")
    return party


def check_can_approve_change(user: User, change: ModelChange, at: datetime) -> Party:
    """Whose approval the class asks for, and who has not given it yet."""
    party = check_can_decide_change(user, change, at)
    chain = change_impact.chain(Impact(change.impact or Impact.HIGH), Party(change.decides or Party.CLIENT))
    if party not in chain.approvers and party != Party.CLIENT:
        raise NotAllowed("other_party", "The client approves this change.")
    if signature(change, party) is not None:
        raise Conflict("approved_already", f"The {party.label.lower()} has approved it already.")
    return party


def check_can_object_to_change(user: User, change: ModelChange, at: datetime) -> None:
    if check_can_decide_change(user, change, at) != Party.CLIENT:
        raise NotAllowed("client_objects", "The client objects; the provider rejects what it decides itself.")


def check_can_reject_change(user: User, change: ModelChange, at: datetime) -> Party:
    """The client vetoes whatever is not deployed yet; the provider rejects."""
    return check_can_decide_change(user, change, at)


def check_can_deploy_change(user: User, change: ModelChange, at: datetime) -> Party:
    """Schedule, deploy, roll back and close: to modify what answers is a decision (K4)."""
    check_can_see_change(user, change)
    return check_decides(user, change.process, at)


def check_can_freeze(user: User, process: Process, at: datetime) -> None:
    check_decides(user, process, at)


def check_can_agree_terms(user: User, process: Process, at: datetime) -> None:
    if check_decides(user, process, at) != Party.CLIENT:
        raise NotAllowed("client_agrees", _TERMS)


def check_decides(user: User, process: Process, at: datetime) -> Party:
    """The party for which somebody decides on model changes. Raises for whoever may not, or holds no authority (K4)."""
    access.check(user, roles.DECIDE_CHANGES, process, _DECIDERS)
    party = party_of(user, process)
    if party not in (Party.CLIENT, Party.PROVIDER):
        raise NotAllowed("not_allowed", _DECIDERS)
    held = AuthorityGrant.objects.in_force(at).filter(user=user, process=process, kind=Authority.DECISION)
    if not held.exists():
        raise NotAllowed("no_authority", "You hold no decision authority on this process.")
    return party


def signature(change: ModelChange, party: Party) -> User | None:
    """Who has approved a change for a party."""
    return change.client_approved_by if party == Party.CLIENT else change.provider_approved_by


def missing_approvals(change: ModelChange) -> frozenset[Party]:
    """The parties whose approval the class asks for and that have not given it."""
    chain = change_impact.chain(Impact(change.impact or Impact.HIGH), Party(change.decides or Party.CLIENT))
    return frozenset(party for party in chain.approvers if signature(change, party) is None)


def is_over(change: ModelChange) -> bool:
    return change.state in {
        ChangeState.REJECTED,
        ChangeState.CLOSED,
        ChangeState.ROLLED_BACK,
        ChangeState.RATIFIED,
    }
