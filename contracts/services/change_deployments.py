"""From approval to the end of the watch: scheduled, deployed, watched, closed with figures, or rolled back (§3.10).

The new version answers beside the old one until the watch is over, so that rolling back takes one step off and nothing
else; closing takes the old one off. Nothing is deployed inside a freeze.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.errors import Conflict, Invalid
from contracts import access
from contracts.domain import change_impact
from contracts.domain.change_kinds import ChangeClass, ChangeState, Impact
from contracts.enums import ModelStatus, Party
from contracts.models import ModelChange, ModelVersion, ProcessStep, User
from contracts.permissions import changes as permissions
from contracts.selectors import model_changes as selector
from contracts.services import ai_models, change_moves, processes

AHEAD = timedelta(days=365)


@dataclass(frozen=True)
class Deviation:
    """So many decided, so many of them changed: told by oversight."""

    decided: int
    changed: int


@transaction.atomic
def schedule(*, change_id: UUID, when: datetime, by: User, at: datetime) -> ModelChange:
    """Say when an approved change is deployed, or say it anew. Raises Invalid for the past, for what comes before the
    notice is over, and for a freeze."""
    change = selector.found(change_id, lock=True)
    access.read_again(by)
    permissions.check_can_deploy_change(by, change, at)
    if not at <= when <= at + AHEAD:
        raise Invalid("scheduled_for", "Say a moment of the coming year.", "scheduled_for")
    if sentence := _too_soon(change, when):
        raise Invalid("notice_running", sentence, "scheduled_for")
    if frozen := selector.freeze_on(change.process, when):
        raise Invalid("frozen", f"Nothing is deployed then: {frozen.name}.", "scheduled_for")
    facts = {"scheduled_for": when}
    if change.state == ChangeState.SCHEDULED:
        ModelChange.objects.filter(pk=change.pk).update(scheduled_for=when)
        change.refresh_from_db()
        change_moves.tell(change, "scheduled", facts, by, at)
    else:
        change_moves.move(change, ChangeState.SCHEDULED, "scheduled", facts, by, at, scheduled_for=when)
    change_moves.tell_filers(change, f"is due {when:%-d %b %Y %H:%M} UTC", at)
    return change


def _too_soon(change: ModelChange, when: datetime) -> str:
    if change.earliest_at is None or when >= change.earliest_at or change.short_notice_accepted:
        return ""
    return (
        f"The notice runs until {change.earliest_at:%-d %b %Y}: before that only where the client, approving it, accepted "
        "the shorter notice."
    )


def refuse_frozen(change: ModelChange, at: datetime) -> None:
    """Raise Conflict where nothing may be deployed today."""
    if frozen := selector.freeze_on(change.process, at):
        raise Conflict("frozen", f"Nothing is deployed until {frozen.ends:%-d %b %Y}: {frozen.name}.")


@transaction.atomic
def deploy(*, change_id: UUID, by: User, at: datetime) -> ModelChange:
    """Put a change in force: from now on intake takes what the new version puts out, or no longer what was retired.

    Raises Conflict before its time, inside a freeze, and where its impact rose and the client has not approved it.
    """
    change = selector.found(change_id, lock=True)
    access.read_again(by)
    permissions.check_can_deploy_change(by, change, at)
    if change.state != ChangeState.SCHEDULED:
        raise change_moves.moved_on(change, ChangeState.DEPLOYED)
    if change.scheduled_for and at < change.scheduled_for:
        raise Conflict("too_early", f"It is due {change.scheduled_for:%-d %b %Y %H:%M} UTC, not before.")
    refuse_frozen(change, at)
    impact = change_impact.higher(Impact(change.impact), selector.weigh(change, at).impact)
    if impact == Impact.HIGH and change.client_approved_at is None:
        raise Conflict(
            "client_approval", "Its impact is high now: it is not deployed without the client’s approval."
        )
    change.impact = impact
    change_moves.refuse_unproven(change, "It weighs more than when it was tested. ")
    facts = {
        "reference": change.reference,
        "change_class": change.change_class,
        "steps": change.steps,
        "impact": impact,
    }
    change_moves.move(
        change, ChangeState.DEPLOYED, "deployed", facts, by, at, deployed_at=at, deployed_by=by, impact=impact
    )
    put_in_force(change, by, at)
    change_moves.tell_filers(change, "is deployed", at)
    change_moves.tell_deciders(change, "is deployed", at)
    return change


def put_in_force(change: ModelChange, by: User, at: datetime) -> None:
    """Let the steps use the version after a change; a retired one they use no more."""
    if change.version is None:
        return
    if change.change_class == ChangeClass.RETIREMENT:
        _take_off(change, change.version, by, at)
        return
    change.version.refresh_from_db()
    if change.version.status == ModelStatus.REGISTERED:
        ai_models.approve(version=change.version, by=by, at=at)
    for step in _steps(change):
        versions = {version.pk: version for version in step.model_versions.all()}
        if change.version.pk not in versions:
            _allow(step, [*versions.values(), change.version], by, at)


def _steps(change: ModelChange) -> list[ProcessStep]:
    rows = change.process.steps.select_related("process__client").filter(code__in=change.steps)
    return list(rows.order_by("position"))


def _take_off(change: ModelChange, version: ModelVersion, by: User, at: datetime) -> None:
    """No step of the process uses a version any more; one that no step at all uses is retired (N5)."""
    for step in _steps(change):
        rest = [one for one in step.model_versions.all() if one.pk != version.pk]
        if len(rest) < step.model_versions.count():
            _allow(step, rest, by, at)
    if not version.steps.exists() and version.status == ModelStatus.APPROVED:
        ai_models.retire(version=version, by=by, at=at)


def _allow(step: ProcessStep, versions: list[ModelVersion], by: User, at: datetime) -> None:
    processes.allow_models(
        step=step,
        versions=[one for one in versions if one.status == ModelStatus.APPROVED],
        endpoints=list(step.endpoints.filter(retired_at__isnull=True)),
        by=by,
        at=at,
    )


@transaction.atomic
def watch(*, change_id: UUID, at: datetime, sampled: bool) -> ModelChange:
    """Begin the watch over a deployed change; oversight tells whether QA looks at more of the process meanwhile."""
    change = selector.found(change_id, lock=True)
    days = selector.lead_times(selector.terms(change.process)).watch_days
    until = (change.deployed_at or at) + timedelta(days=days)
    facts = {"watch_until": until, "sampled": sampled}
    change_moves.move(change, ChangeState.WATCH, "watched", facts, None, at, watch_until=until)
    return change


@transaction.atomic
def close(*, change_id: UUID, before: Deviation, after: Deviation, by: User, at: datetime) -> ModelChange:
    """Close a change after its watch, with how much people changed before and after; the old version answers no more.

    The figures are told by oversight, which counts them. Raises Conflict while the watch runs.
    """
    change = selector.found(change_id, lock=True)
    access.read_again(by)
    permissions.check_can_deploy_change(by, change, at)
    if change.state != ChangeState.WATCH:
        raise change_moves.moved_on(change, ChangeState.CLOSED)
    if change.watch_until and at < change.watch_until:
        raise Conflict("watch_running", f"It is under watch until {change.watch_until:%-d %b %Y %H:%M} UTC.")
    figures: dict[str, Any] = {
        "before_decided": before.decided,
        "before_changed": before.changed,
        "after_decided": after.decided,
        "after_changed": after.changed,
    }
    replaced = sorted(
        {one.reference for step in _steps(change) for one in selector.others_of_model(change, step)}
    )
    change_moves.move(
        change, ChangeState.CLOSED, "closed", figures, by, at, ended_at=at, replaced=replaced, **figures
    )
    _take_others_off(change, by, at)
    change_moves.tell_filers(change, "is closed", at)
    return change


def _take_others_off(change: ModelChange, by: User, at: datetime) -> None:
    if change.change_class == ChangeClass.RETIREMENT:
        return
    for step in _steps(change):
        gone = {one.pk for one in selector.others_of_model(change, step)}
        if gone and step.model_versions.filter(reference=change.reference).exists():
            _allow(step, [one for one in step.model_versions.all() if one.pk not in gone], by, at)


@transaction.atomic
def roll_back(*, change_id: UUID, why: str, by: User, at: datetime) -> ModelChange:
    """Take a change back: the old version, which answered beside it, goes on alone. An emergency is refused like this."""
    change = selector.found(change_id, lock=True)
    access.read_again(by)
    permissions.check_can_deploy_change(by, change, at)
    why = change_moves.why(why, "Say why it is rolled back.")
    facts: dict[str, Any] = {"reference": change.reference, "from_state": change.state}
    deployed = change.state in {ChangeState.DEPLOYED, ChangeState.WATCH}
    change_moves.move(
        change,
        ChangeState.ROLLED_BACK,
        "rolled_back",
        facts,
        by,
        at,
        sealed={"why": why},
        note=why,
        ended_at=at,
    )
    if deployed and change.version is not None:
        _undo(change, change.version, by, at)
    change_moves.tell_filers(change, "was rolled back", at, body=why)
    change_moves.tell_deciders(change, "was rolled back", at, party=Party.CLIENT)
    return change


def _undo(change: ModelChange, version: ModelVersion, by: User, at: datetime) -> None:
    if change.change_class == ChangeClass.RETIREMENT:
        if version.status == ModelStatus.APPROVED:
            for step in _steps(change):
                _allow(step, [*step.model_versions.all(), version], by, at)
        return
    for step in _steps(change):
        if selector.others_of_model(change, step):
            rest = [one for one in step.model_versions.all() if one.pk != version.pk]
            _allow(step, rest, by, at)
