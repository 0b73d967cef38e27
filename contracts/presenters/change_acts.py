"""What can be done to a model change in the state it is in, and why this person may not."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from contracts import access
from contracts.domain import change_impact
from contracts.domain.change_kinds import ChangeClass, ChangeState, Impact
from contracts.enums import Party
from contracts.models import ModelChange, User
from contracts.permissions import changes as permissions


@dataclass(frozen=True)
class Act:
    """A button: what it does, and whether this person may, with the sentence where not."""

    name: str
    label: str
    url: str
    allowed: bool
    reason: str
    kind: str = ""


_LABELS: dict[str, tuple[str, str]] = {
    "classify": ("Class it", "primary"),
    "test": ("Begin the test", "primary"),
    "evidence": ("Show what was found", ""),
    "submit": ("Give it to those who approve", "primary"),
    "approve": ("Approve", "good"),
    "object": ("Object", ""),
    "veto": ("Refuse it", "danger"),
    "withdraw": ("Withdraw it", ""),
    "schedule": ("Say when it is deployed", "primary"),
    "deploy": ("Deploy", "primary"),
    "ratify": ("Ratify", "good"),
    "roll-back": ("Roll it back", "danger"),
}
_OFFERED: dict[ChangeState, tuple[str, ...]] = {
    ChangeState.NOTIFIED: ("classify", "veto", "withdraw"),
    ChangeState.CLASSIFIED: ("test", "submit", "veto", "withdraw"),
    ChangeState.IN_TEST: ("evidence", "submit", "veto", "withdraw"),
    ChangeState.CLIENT_REVIEW: ("approve", "object", "veto", "withdraw"),
    ChangeState.OBJECTION: ("test", "veto", "withdraw"),
    ChangeState.APPROVED: ("schedule", "veto", "withdraw"),
    ChangeState.SCHEDULED: ("deploy", "schedule", "veto", "withdraw"),
    ChangeState.DEPLOYED: ("roll-back",),
    ChangeState.WATCH: ("roll-back",),
    ChangeState.EMERGENCY_DEPLOYED: ("ratify", "roll-back"),
}


def _check(name: str, user: User, change: ModelChange, at: datetime) -> tuple[bool, str]:
    if name in ("test", "evidence", "submit"):
        return access.allowed(permissions.check_can_work_on_change, user, change)
    if name == "classify":
        return access.allowed(permissions.check_can_classify_change, user, change)
    if name == "withdraw":
        return access.allowed(permissions.check_can_withdraw_change, user, change)
    if name in ("approve", "ratify"):
        return access.allowed(permissions.check_can_approve_change, user, change, at)
    if name == "object":
        return access.allowed(permissions.check_can_object_to_change, user, change, at)
    if name == "veto":
        return access.allowed(permissions.check_can_reject_change, user, change, at)
    return access.allowed(permissions.check_can_deploy_change, user, change, at)


def acts(change: ModelChange, user: User, at: datetime) -> list[Act]:
    """What the state of a change lets somebody do, with the reason where this person may not."""
    offered = _OFFERED.get(ChangeState(change.state), ())
    wanted = change_impact.proofs(Impact(change.impact or Impact.HIGH), ChangeClass(change.change_class))
    made = []
    for name in offered:
        if change.state == ChangeState.CLASSIFIED and name == ("submit" if wanted else "test"):
            continue
        label, kind = _LABELS[name]
        if name == "veto" and permissions.party_of(user, change.process) == Party.CLIENT:
            label = "Veto it"
        allowed, reason = _check(name, user, change, at)
        url = reverse("contracts:change_act", args=[change.pk, name])
        made.append(Act(name, label, url, allowed, reason, kind))
    return made
