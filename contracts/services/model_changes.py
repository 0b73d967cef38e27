"""Notice of model changes (L2): drafted, sent, classed, tested and given to those who approve.

What was agreed about the time between a notice and its change is looked at when the notice is sent: one that is late is
taken all the same, with its breach, because a late word is better than none.
"""

import hashlib
import json
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from audit.errors import Conflict, Invalid
from contracts.domain import change_content, change_impact, change_lead
from contracts.domain.change_content import Notice
from contracts.domain.change_kinds import ChangeClass, ChangeKind, ChangeState, Impact
from contracts.enums import Party
from contracts.models import AiModel, ModelChange, ModelVersion, Process, User
from contracts.permissions import changes as permissions
from contracts.selectors import calendars
from contracts.selectors import model_changes as selector
from contracts.services import ai_models, change_breaches, change_moves

# What was deployed longer ago than this is no news: it is an undeclared change and settled as one.
OLDEST_EMERGENCY = timedelta(days=30)
_CONTENT = (
    "kind",
    "change_class",
    "reference",
    "steps",
    *change_content.TEXTS,
    "planned_at",
    "test_from",
    "test_until",
)


@transaction.atomic
def draft(*, process: Process, model: AiModel, notice: Notice, by: User, at: datetime) -> ModelChange:
    """Keep a notice that is still being written. Raises NotAllowed for whoever may not file changes of the model."""
    permissions.check_can_file_change(by, process, model)
    if not model.versions.filter(steps__process=process).exists():
        raise Invalid("model", f"{model.name} is not in use on {process.code}.", "model")
    change = ModelChange(
        process=process,
        model=model,
        number=selector.next_number(process),
        filed_at=at,
        filed_by=by,
        **_kept(notice),
    )
    try:
        with transaction.atomic():
            change.save(force_insert=True)
    except IntegrityError:
        raise Conflict("number_race", "Somebody has just filed another change: try again.") from None
    change_moves.tell(change, "drafted", change_moves.named(change), by, at)
    return change


def _kept(notice: Notice) -> dict[str, Any]:
    """A notice as its row keeps it: what is too long for a column, or no word of the vocabulary, is refused here already."""
    if notice.kind not in set(ChangeKind):
        raise Invalid("kind", "Say what changes.", "kind")
    if notice.change_class not in set(ChangeClass):
        raise Invalid("change_class", "Say how the change is classed.", "change_class")
    if len(notice.reference) > change_content.LONGEST_REFERENCE:
        longest = change_content.LONGEST_REFERENCE
        raise Invalid("reference", f"A reference has {longest} characters at most.", "reference")
    values = {name: getattr(notice, name) for name in _CONTENT}
    return {**values, "steps": list(notice.steps), "reference": notice.reference.strip()}


def content(change: ModelChange) -> Notice:
    """What the notice of a change says."""
    values = {name: getattr(change, name) for name in _CONTENT}
    return Notice(**{**values, "steps": tuple(change.steps)})


@transaction.atomic
def file(*, process: Process, model: AiModel, notice: Notice, by: User, at: datetime) -> ModelChange:
    """Write a notice and send it. Raises Invalid naming every field at fault, and then nothing is kept."""
    drafted = draft(process=process, model=model, notice=notice, by=by, at=at)
    return notify(change_id=drafted.pk, by=by, at=at)


@transaction.atomic
def notify(*, change_id: UUID, by: User, at: datetime) -> ModelChange:
    """Send a notice: from here on it stands as it is. What was deployed in an emergency waits to be ratified.

    Raises Invalid naming every field at fault; Conflict where it was sent already.
    """
    change = selector.found(change_id)
    permissions.check_can_work_on_change(by, change)
    notice = content(change)
    _refuse(change, notice, at)
    assert change.planned_at is not None  # noqa: S101 — a notice without it was refused
    terms = selector.lead_times(selector.terms(change.process))
    lead = _lead(change, ChangeClass(change.change_class), at)
    version = _version(change, by, at)
    facts = {
        **change_moves.named(change),
        "late": lead.late,
        "digest": _digest(notice),
        "steps": change.steps,
    }
    values: dict[str, Any] = {
        "version": version,
        "notified_at": at,
        "notified_by": by,
        "notice_late": lead.late,
        "earliest_at": lead.earliest,
    }
    if change.change_class == ChangeClass.EMERGENCY:
        process = change.process
        until = change_lead.business_days_after(
            at, terms.ratify_days, calendars.terms(process.calendar), process.time_zone
        )
        weight = selector.weigh(change, at)
        change_moves.move(
            change,
            ChangeState.EMERGENCY_DEPLOYED,
            "emergency_deployed",
            {
                **facts,
                "effect_at": change.planned_at,
                "ratify_until": until,
                "frozen": selector.freeze_on(process, change.planned_at) is not None,
            },
            by,
            at,
            sealed={"reason": change.reason},
            note=change.reason,
            effect_at=change.planned_at,
            ratify_until=until,
            impact=weight.impact,
            decides=weight.decides,
            **values,
        )
        change_moves.tell_deciders(change, "was deployed in an emergency and waits to be ratified", at)
    else:
        facts |= {"planned_at": change.planned_at, "earliest_at": lead.earliest}
        change_moves.move(
            change,
            ChangeState.NOTIFIED,
            "notified",
            facts,
            by,
            at,
            sealed={"reason": change.reason},
            note=change.reason,
            **values,
        )
        change_moves.tell_deciders(change, "is announced and waits to be classed", at)
    if lead.late:
        change_breaches.late_notice(change, lead.given, lead.agreed, by, at)
    return change


def _refuse(change: ModelChange, notice: Notice, at: datetime) -> None:
    process = change.process
    today = at.astimezone(ZoneInfo(process.time_zone)).date()
    steps = frozenset(process.steps.values_list("code", flat=True))
    # Days of a test are days of the process: so is the day on which the change takes effect.
    here = notice.planned_at and notice.planned_at.astimezone(ZoneInfo(process.time_zone))
    told = replace(notice, planned_at=here)
    found = [(one.field, one.sentence) for one in change_content.mistakes(told, steps, today)]
    found += [("planned_at", sentence) for sentence in _dated(notice, at)]
    found += [("reference", sentence) for sentence in _misnamed(change)]
    if found:
        field, sentence = found[0]
        details = [{"pointer": f"/{name}", "detail": words} for name, words in found]
        raise Invalid("notice_incomplete", sentence, field, details)


def _dated(notice: Notice, at: datetime) -> list[str]:
    planned = notice.planned_at
    if planned is None:
        return []
    if notice.change_class == ChangeClass.EMERGENCY:
        if planned > at:
            return ["An emergency is what was deployed already: say when that was."]
        if planned < at - OLDEST_EMERGENCY:
            return [f"It was deployed more than {OLDEST_EMERGENCY.days} days ago: that is no emergency."]
        return []
    if planned <= at:
        return [
            "A notice comes before the change: this moment is past. What was deployed already is an emergency."
        ]
    if planned > at + timedelta(days=change_content.LONGEST_AHEAD_DAYS):
        return [f"At most {change_content.LONGEST_AHEAD_DAYS} days ahead."]
    return []


def _misnamed(change: ModelChange) -> list[str]:
    known = ModelVersion.objects.select_related("model").filter(reference=change.reference).first()
    if known is not None and known.model_id != change.model_id:
        return [f"{change.reference} is a version of another model."]
    if change.change_class == ChangeClass.RETIREMENT and (
        known is None or not known.steps.filter(process=change.process).exists()
    ):
        return [f"{change.reference} is not in use on {change.process.code}: there is nothing to retire."]
    return []


def _lead(change: ModelChange, change_class: ChangeClass, at: datetime) -> change_lead.Notice:
    assert change.planned_at is not None  # noqa: S101 — a notice without it was refused
    process = change.process
    return change_lead.judge(
        change_class,
        told_at=at,
        effect_at=change.planned_at,
        terms=selector.lead_times(selector.terms(process)),
        calendar=calendars.terms(process.calendar),
        zone=process.time_zone,
    )


def _version(change: ModelChange, by: User, at: datetime) -> ModelVersion:
    """The version after the change, registered where nobody knew it."""
    known = ModelVersion.objects.filter(reference=change.reference).first()
    if known is not None:
        return known
    model = change.model
    return ai_models.register(
        vendor=model.vendor,
        name=model.name,
        version=(change.reference.rpartition("-")[2] or change.reference)[:40],
        reference=change.reference,
        purpose=model.purpose,
        procured_by=model.procured_by,
        by=by,
        at=at,
    )


def _digest(notice: Notice) -> str:
    """A fingerprint of what a notice says, so that what was sent is what was approved."""
    return hashlib.sha256(json.dumps(asdict(notice), sort_keys=True, default=str).encode()).hexdigest()


@transaction.atomic
def classify(
    *,
    change_id: UUID,
    by: User,
    at: datetime,
    change_class: ChangeClass | None = None,
    impact: Impact | None = None,
) -> ModelChange:
    """Class a change: its impact follows from the steps and the data, and may be raised. So may the class of its notice.

    Raises Invalid for less than what the rules say; Conflict unless it waits for it.
    """
    change = selector.found(change_id)
    permissions.check_can_classify_change(by, change)
    stated = change_class or ChangeClass(change.change_class)
    if stated != change.change_class:
        _refuse_class(change, stated)
    weight = selector.weigh(change, at)
    if impact is not None and change_impact.higher(impact, weight.impact) != impact:
        raise Invalid("impact", f"The impact is {weight.impact.label.lower()} at least.", "impact")
    settled = replace(weight, impact=impact or weight.impact)
    assert change.notified_at is not None or change.state == ChangeState.DRAFT  # noqa: S101 — only drafts are unsent
    was_late = change.notice_late
    lead = _lead(change, stated, change.notified_at or at) if change.planned_at else None
    chain = change_impact.chain(settled.impact, settled.decides)
    facts = {
        "change_class": stated,
        "impact": settled.impact,
        "decides": settled.decides,
        "approvers": sorted(chain.approvers),
        "tiers": list(settled.tiers),
        "data": list(settled.data) if settled.data is not None else None,
        "redacted": settled.redacted,
    }
    change_moves.move(
        change,
        ChangeState.CLASSIFIED,
        "classified",
        facts,
        by,
        at,
        change_class=stated,
        impact=settled.impact,
        decides=settled.decides,
        classified_at=at,
        classified_by=by,
        notice_late=bool(lead and lead.late) or was_late,
        earliest_at=lead.earliest if lead else None,
    )
    if lead and lead.late and not was_late and change.notified_by is not None:
        change_breaches.late_notice(change, lead.given, lead.agreed, change.notified_by, at)
    change_moves.tell_filers(change, f"was classed: impact {settled.impact.label.lower()}", at)
    return change


def _refuse_class(change: ModelChange, stated: ChangeClass) -> None:
    ladder = (ChangeClass.CONFIG, ChangeClass.MINOR, ChangeClass.MAJOR)
    now = ChangeClass(change.change_class)
    if now not in ladder or stated not in ladder or ladder.index(stated) < ladder.index(now):
        raise Invalid(
            "change_class",
            f"A change that was filed as {now.label.lower()} can be classed higher, not as {stated.label.lower()}.",
            "change_class",
        )


@transaction.atomic
def begin_test(*, change_id: UUID, by: User, at: datetime) -> ModelChange:
    """Begin the test, or test anew what was objected to. From now on the version may answer; people look at all of it."""
    change = selector.found(change_id)
    permissions.check_can_work_on_change(by, change)
    change_moves.move(
        change,
        ChangeState.IN_TEST,
        "tested",
        {},
        by,
        at,
        provider_approved_at=None,
        provider_approved_by=None,
        client_approved_at=None,
        client_approved_by=None,
        objection_until=None,
    )
    return change


@transaction.atomic
def submit(*, change_id: UUID, by: User, at: datetime) -> ModelChange:
    """Give a change to those who approve it. Raises Conflict while something is not shown that its impact asks for."""
    change = selector.found(change_id)
    permissions.check_can_work_on_change(by, change)
    wanted = change_impact.proofs(Impact(change.impact or Impact.HIGH), ChangeClass(change.change_class))
    if wanted and change.state == ChangeState.CLASSIFIED:
        raise Conflict("untested", "It is tested before anybody approves it: begin the test.")
    change_moves.refuse_unproven(change)
    chain = change_impact.chain(Impact(change.impact), Party(change.decides))
    facts = {"impact": change.impact, "approvers": sorted(chain.approvers)}
    change_moves.move(change, ChangeState.CLIENT_REVIEW, "submitted", facts, by, at)
    for party in sorted(chain.approvers):
        change_moves.tell_deciders(change, "waits for your approval", at, party=party, body=change.behaviour)
    return change


@transaction.atomic
def withdraw(*, change_id: UUID, why: str, by: User, at: datetime) -> ModelChange:
    """Take a change back before it is deployed."""
    change = selector.found(change_id)
    permissions.check_can_withdraw_change(by, change)
    why = change_moves.why(why, "Say why it is withdrawn.")
    facts = {"from_state": change.state}
    change_moves.move(
        change, ChangeState.REJECTED, "withdrawn", facts, by, at, sealed={"why": why}, note=why, ended_at=at
    )
    change_moves.tell_deciders(change, "was withdrawn", at)
    return change
