"""Yes and no to model changes (L3, K4, K5): approved, objected to, vetoed, ratified — by named people, or by time where the
class allows it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from audit.errors import Conflict
from contracts import access
from contracts.domain import change_impact, change_lead
from contracts.domain.change_kinds import STOPPABLE, ChangeState, Impact
from contracts.enums import Party
from contracts.models import ModelChange, User
from contracts.permissions import changes as permissions
from contracts.selectors import calendars
from contracts.selectors import model_changes as selector
from contracts.services import change_breaches, change_deployments, change_moves


@transaction.atomic
def approve(*, change_id: UUID, by: User, at: datetime, short_notice: bool = False) -> ModelChange:
    """Approve for one's party. Where the provider decides on a change of medium impact, the client then has time to object.

    `short_notice` lets it take effect before its notice is over; only the client says so. Raises NotAllowed for its
    author and for whoever holds no decision grant; Conflict unless it waits for approval.
    """
    change = selector.found(change_id, lock=True)
    access.read_again(by)
    if change.state != ChangeState.CLIENT_REVIEW:
        permissions.check_can_decide_change(by, change, at)
        raise change_moves.moved_on(change, ChangeState.APPROVED)
    _raise_impact(change, at)
    party = permissions.check_can_approve_change(by, change, at)
    change_moves.refuse_unproven(
        change, "It weighs more than when it was tested: object, so that it is tested on. "
    )
    values: dict[str, Any] = _signed(party, by, at)
    if short_notice and party == Party.CLIENT:
        values["short_notice_accepted"] = True
    ModelChange.objects.filter(pk=change.pk).update(**values)
    change.refresh_from_db()
    facts: dict[str, Any] = {"party": party, "silent": False, "whole": _whole(change)}
    if values.get("short_notice_accepted"):
        facts["short_notice"] = True
    if _whole(change):
        change_moves.move(change, ChangeState.APPROVED, "approved", facts, by, at)
        _tell_approved(change, at)
    elif _waits_for_silence(change):
        change.objection_until = _window(change, at)
        ModelChange.objects.filter(pk=change.pk).update(objection_until=change.objection_until)
        facts["objection_until"] = change.objection_until
        change_moves.tell(change, "approved", facts, by, at)
        subject = f"takes effect unless you object by {change.objection_until:%-d %b %H:%M} UTC"
        change_moves.tell_deciders(change, subject, at, party=Party.CLIENT, body=change.behaviour)
    else:
        change_moves.tell(change, "approved", facts, by, at)
    return change


def _signed(party: Party, by: User, at: datetime) -> dict[str, Any]:
    side = "client" if party == Party.CLIENT else "provider"
    return {f"{side}_approved_at": at, f"{side}_approved_by": by}


def _chain(change: ModelChange) -> change_impact.Chain:
    return change_impact.chain(Impact(change.impact or Impact.HIGH), Party(change.decides or Party.CLIENT))


def _waits_for_silence(change: ModelChange) -> bool:
    return _chain(change).objection_window and not permissions.missing_approvals(change)


def _whole(change: ModelChange) -> bool:
    """Everybody who has to has approved; where the client may still object, it has said yes."""
    if permissions.missing_approvals(change):
        return False
    return not _chain(change).objection_window or change.client_approved_at is not None


def _raise_impact(change: ModelChange, at: datetime) -> None:
    """An attestation that lapsed since the change was classed makes it weigh more; it never weighs less."""
    now = change_impact.higher(Impact(change.impact or Impact.HIGH), selector.weigh(change, at).impact)
    if now != change.impact:
        ModelChange.objects.filter(pk=change.pk).update(impact=now, objection_until=None)
        change.refresh_from_db()


def _window(change: ModelChange, at: datetime) -> datetime:
    process = change.process
    days = selector.lead_times(selector.terms(process)).objection_days
    return change_lead.business_days_after(at, days, calendars.terms(process.calendar), process.time_zone)


def _tell_approved(change: ModelChange, at: datetime) -> None:
    change_moves.tell_filers(change, "is approved", at)
    if _chain(change).told_after:
        change_moves.tell_deciders(change, "was approved by the provider", at, party=Party.CLIENT)


@transaction.atomic
def object_to(*, change_id: UUID, why: str, by: User, at: datetime) -> ModelChange:
    """The client objects to a change that waits for approval: it is tested anew, or withdrawn."""
    change = selector.found(change_id, lock=True)
    access.read_again(by)
    permissions.check_can_object_to_change(by, change, at)
    why = change_moves.why(why, "Say what speaks against it.")
    facts = {"party": Party.CLIENT}
    change_moves.move(
        change,
        ChangeState.OBJECTION,
        "objected",
        facts,
        by,
        at,
        sealed={"why": why},
        note=why,
        objection_until=None,
    )
    change_moves.tell_filers(change, "was objected to", at, body=why)
    return change


@transaction.atomic
def reject(*, change_id: UUID, why: str, by: User, at: datetime) -> ModelChange:
    """The client's veto, or the provider's no: it ends here, up to the moment it is deployed. The old version stays."""
    change = selector.found(change_id, lock=True)
    access.read_again(by)
    party = permissions.check_can_reject_change(by, change, at)
    if change.state not in STOPPABLE:
        raise change_moves.moved_on(change, ChangeState.REJECTED)
    why = change_moves.why(why, "Say why it is refused.")
    facts: dict[str, Any] = {"from_state": change.state}
    if party != Party.CLIENT:
        facts["party"] = party
    action = "vetoed" if party == Party.CLIENT else "rejected"
    change_moves.move(
        change, ChangeState.REJECTED, action, facts, by, at, sealed={"why": why}, note=why, ended_at=at
    )
    change_moves.tell_filers(change, "was vetoed" if action == "vetoed" else "was rejected", at, body=why)
    return change


@transaction.atomic
def ratify(*, change_id: UUID, by: User, at: datetime) -> ModelChange:
    """Say yes after the fact to what was deployed in an emergency; once everybody who has to has, intake takes the version.

    Raises as `approve` does, and Conflict inside a freeze.
    """
    change = selector.found(change_id, lock=True)
    access.read_again(by)
    if change.state != ChangeState.EMERGENCY_DEPLOYED:
        permissions.check_can_decide_change(by, change, at)
        raise change_moves.moved_on(change, ChangeState.RATIFIED)
    _raise_impact(change, at)
    party = permissions.check_can_approve_change(by, change, at)
    ModelChange.objects.filter(pk=change.pk).update(**_signed(party, by, at))
    change.refresh_from_db()
    if permissions.missing_approvals(change):
        change_moves.tell(change, "approved", {"party": party, "silent": False, "whole": False}, by, at)
        return change
    change_deployments.refuse_frozen(change, at)
    facts = {"party": party, "reference": change.reference}
    change_moves.move(
        change,
        ChangeState.RATIFIED,
        "ratified",
        facts,
        by,
        at,
        deployed_at=at,
        deployed_by=by,
        ended_at=at,
    )
    change_deployments.put_in_force(change, by, at)
    change_moves.tell_filers(change, "was ratified", at)
    return change


# ── By the clock ─────────────────────────────────────────────────────────────────────────────────────────────


def advance(*, at: datetime, limit: int = 100) -> int:
    """Let pass what nobody objected to in time, and tell of emergencies nobody ratified; returns how many.

    Each moves in a transaction of its own and by a conditional update, so two sweeps do it once.
    """
    due = Q(state=ChangeState.CLIENT_REVIEW, objection_until__lte=at)
    overdue = Q(state=ChangeState.EMERGENCY_DEPLOYED, ratify_until__lte=at, overdue_told=False)
    rows = ModelChange.objects.filter(due | overdue).order_by("filed_at", "pk")
    moved = 0
    for change_id, state in list(rows.values_list("pk", "state")[:limit]):
        if state == ChangeState.CLIENT_REVIEW:
            moved += pass_unopposed(change_id=change_id, at=at)
        else:
            moved += tell_overdue(change_id=change_id, at=at)
    return moved


@transaction.atomic
def pass_unopposed(*, change_id: UUID, at: datetime) -> bool:
    """Approve by silence what the client did not object to in time. Never where much hangs on it."""
    change = selector.found(change_id, lock=True)
    if change.state != ChangeState.CLIENT_REVIEW or not change.objection_until or change.objection_until > at:
        return False
    _raise_impact(change, at)
    if not _waits_for_silence(change):
        if change.objection_until is None:
            # Its weight rose while the client was silent: now it has to speak.
            change_moves.tell_deciders(change, "waits for your approval", at, party=Party.CLIENT)
        return False
    facts = {"party": Party.CLIENT, "silent": True, "whole": True}
    try:
        change_moves.move(change, ChangeState.APPROVED, "approved", facts, None, at)
    except Conflict:
        return False
    _tell_approved(change, at)
    return True


@transaction.atomic
def tell_overdue(*, change_id: UUID, at: datetime) -> bool:
    """Nobody ratified an emergency in time: a breach of those who had to, told once."""
    told = ModelChange.objects.filter(
        pk=change_id, state=ChangeState.EMERGENCY_DEPLOYED, ratify_until__lte=at, overdue_told=False
    ).update(overdue_told=True)
    if told:
        change_breaches.ratification_overdue(selector.found(change_id), at)
    return bool(told)
