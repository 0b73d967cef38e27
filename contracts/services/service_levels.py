"""Service levels: written by one party, proposed, accepted by both, in force; and what is reported for them (U1, U3)."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid
from audit.services import recording
from contracts import access, permissions
from contracts.domain import sla_terms, transitions
from contracts.domain.roles import SIGN_CONTRACTS
from contracts.domain.sla_kinds import Bound, Metric, SlaState, Unit
from contracts.enums import Party, TargetKind
from contracts.models import (
    BusinessCalendar,
    Measurement,
    Process,
    ServiceAgreement,
    ServiceLevel,
    User,
)
from contracts.selectors import authority, calendars, service_levels
from contracts.services import notifications, processes
from contracts.services.acting import actor

MOST_LEVELS = 30
_FEES = ("monthly_fee", "credit_percent", "credit_percent_again", "credit_cap")


@dataclass(frozen=True)
class Terms:
    """One target as somebody writes it; see `contracts.domain.sla_terms.Target`."""

    name: str
    kind: TargetKind
    metric: Metric
    bound: Bound
    target: Decimal
    weight: Decimal
    unit: Unit = Unit.PERCENT
    floor: Decimal | None = None
    minutes: int | None = None
    calendar: BusinessCalendar | None = None
    source: str = ""


@transaction.atomic
def draft(*, process: Process, by: User, at: datetime, note: str = "") -> ServiceAgreement:
    """Start a version from the one in force, or from none. Raises Conflict where the person has an open draft."""
    permissions.check_can_draft_service_levels(by, process)
    rows = ServiceAgreement.objects.filter(process=process)
    if mine := rows.filter(author=by, state=SlaState.DRAFT).first():
        raise Conflict("draft_open", f"You have an open draft already: v{mine.version}.")
    active = service_levels.active(process)
    last = rows.aggregate(last=Max("version"))["last"] or 0
    fees = {name: getattr(active, name) for name in _FEES} if active else {}
    try:
        with transaction.atomic():
            made = ServiceAgreement.objects.create(
                process=process, version=last + 1, note=note.strip()[:300], author=by, drafted_at=at, **fees
            )
    except IntegrityError:
        raise Conflict("draft_race", "Somebody has just started a draft: try again.") from None
    for level in service_levels.levels(active) if active else []:
        level.pk, level.agreement = ServiceLevel._meta.get_field("id").get_default(), made
        level.save(force_insert=True)
    _record(made, "sla.drafted", {"based_on": active.version if active else None}, by, at)
    return made


@transaction.atomic
def put(
    *, agreement_id: UUID, terms: Terms, by: User, at: datetime, replaces: str = "", edits: int | None = None
) -> ServiceLevel:
    """Write a target into a draft, in the place of the one named `replaces`. Raises Invalid naming the field."""
    agreement = _editable(agreement_id, by, edits)
    _refuse(terms)
    chosen = terms.calendar
    if chosen is not None and chosen not in calendars.of_process(by, agreement.process):
        raise Invalid("calendar", "There is no such calendar that you can see.", "calendar")
    others = agreement.levels.exclude(name=replaces) if replaces else agreement.levels.all()
    if others.filter(name__iexact=terms.name.strip()).exists():
        raise Invalid("name_taken", "This version has a service level of that name already.", "name")
    if replaces:
        level = agreement.levels.filter(name=replaces).first()
        if level is None:
            raise Conflict("gone", "Somebody has just removed that service level.")
    else:
        if agreement.levels.count() >= MOST_LEVELS:
            raise Conflict("too_many", f"A version has at most {MOST_LEVELS} service levels.")
        last = agreement.levels.aggregate(last=Max("position"))["last"] or 0
        level = ServiceLevel(agreement=agreement, position=last + 1)
    for name in ("kind", "metric", "bound", "target", "weight", "unit", "floor", "minutes", "calendar"):
        setattr(level, name, getattr(terms, name))
    level.name, level.source = terms.name.strip(), terms.source.strip()
    level.save()
    verb = "changed" if replaces else "added"
    _record(agreement, "sla.edited", {"change": f"{level.name} was {verb}"}, by, at)
    return level


@transaction.atomic
def remove(*, agreement_id: UUID, name: str, by: User, at: datetime, edits: int | None = None) -> None:
    """Take a target out of a draft."""
    agreement = _editable(agreement_id, by, edits)
    gone, _ = agreement.levels.filter(name=name).delete()
    if not gone:
        raise Conflict("gone", "Somebody has just removed that service level.")
    _record(agreement, "sla.edited", {"change": f"{name} was removed"}, by, at)


@transaction.atomic
def set_credits(
    *,
    agreement_id: UUID,
    monthly_fee: Decimal,
    percent: Decimal,
    percent_again: Decimal,
    cap: Decimal,
    by: User,
    at: datetime,
    edits: int | None = None,
) -> None:
    """Say what a missed floor costs, in percent of the monthly fee; two months running at least as much."""
    agreement = _editable(agreement_id, by, edits)
    if not 0 <= monthly_fee < Decimal(10) ** 12:
        raise Invalid("fee", "The monthly fee is a sum from 0 on.", "monthly_fee")
    for name, value in (
        ("credit_percent", percent),
        ("credit_percent_again", percent_again),
        ("credit_cap", cap),
    ):
        if not 0 <= value <= 100:
            raise Invalid("percent", "A credit is between 0 % and 100 % of the fee.", name)
    if percent_again < percent:
        raise Invalid("percent", "Two months running cost at least as much as one.", "credit_percent_again")
    if cap < percent_again:
        raise Invalid("cap", "The cap is at least the largest credit.", "credit_cap")
    changed = dict(zip(_FEES, (monthly_fee, percent, percent_again, cap), strict=True))
    ServiceAgreement.objects.filter(pk=agreement.pk).update(**changed)
    said = f"credits {percent} %, {percent_again} %, at most {cap} % of {monthly_fee}"
    _record(agreement, "sla.edited", {"change": said}, by, at)


@transaction.atomic
def propose(
    *, agreement_id: UUID, by: User, at: datetime, link: str = "", edits: int | None = None
) -> ServiceAgreement:
    """Propose a draft: from here on it does not change. Raises Conflict naming what keeps it from being agreed."""
    agreement = _editable(agreement_id, by, edits)
    found = [problem for problem in service_levels.problems(agreement) if problem.blocking]
    if found:
        details = [{"pointer": f"/{problem.place}", "detail": problem.sentence} for problem in found]
        raise Conflict("not_ready", found[0].sentence, "levels", details)
    _move(agreement, SlaState.PROPOSED, proposed_at=at, proposed_by=by)
    _record(agreement, "sla.proposed", {"digest": digest(agreement)}, by, at)
    for user in access.holders(agreement.process, SIGN_CONTRACTS).exclude(pk=by.pk):
        _tell(user, agreement, "wait for your party to accept them", link, at)
    return agreement


@transaction.atomic
def accept(*, agreement_id: UUID, by: User, at: datetime, said: str, link: str = "") -> ServiceAgreement:
    """Accept a proposal for the own party; with the second party's word it is in force at once.

    `said` is the digest of what the person read. Raises NotAllowed for its author and without authority, Conflict where
    it says something else by now, the party has accepted already, or later service levels are in force.
    """
    agreement = service_levels.found(agreement_id, lock=True)
    # The wait may have been long, and a right taken back meanwhile.
    access.read_again(by)
    permissions.check_can_accept_service_levels(by, agreement, at)
    if agreement.state != SlaState.PROPOSED:
        raise Conflict("not_proposed", "These service levels do not wait for anybody's word.")
    _replaced(agreement)
    if said != digest(agreement):
        raise Conflict("changed", "These are not the service levels you read: look at them again.", "digest")
    process = agreement.process
    party = Party.CLIENT if by.organisation_id == process.client_id else Party.PROVIDER
    free = {f"{party}_accepted_at__isnull": True}
    changes = {f"{party}_accepted_at": at, f"{party}_accepted_by": by}
    if not ServiceAgreement.objects.filter(pk=agreement.pk, state=SlaState.PROPOSED, **free).update(
        **changes
    ):
        raise Conflict("accepted", "Your party has accepted them already.")
    agreement.refresh_from_db()
    _record(agreement, "sla.accepted", {"digest": said, "party": party.value}, by, at)
    if agreement.client_accepted_by_id and agreement.provider_accepted_by_id:
        _activate(agreement, by, at)
        if agreement.author:
            _tell(agreement.author, agreement, "are in force", link, at)
    return agreement


@transaction.atomic
def reject(*, agreement_id: UUID, by: User, why: str, at: datetime, link: str = "") -> ServiceAgreement:
    """Send a proposal back with a reason of at most 300 characters."""
    agreement = service_levels.found(agreement_id, lock=True)
    permissions.check_can_accept_service_levels(by, agreement, at)
    why = why.strip()
    if not 1 <= len(why) <= 300:
        raise Invalid("reason_required", "Say why, in at most 300 characters.", "why")
    _move(agreement, SlaState.REJECTED, rejected_at=at, rejected_by=by, decision_note=why)
    _record(agreement, "sla.rejected", {}, by, at, {"why": why})
    if agreement.author:
        _tell(agreement.author, agreement, f"were sent back: {why}", link, at)
    return agreement


@transaction.atomic
def report(
    *, process: Process, name: str, month: date, value: Decimal, source: str, by: User, at: datetime
) -> Measurement:
    """Report the figure of a month for a target the portal cannot measure; a later report replaces it, and both stay.

    Raises Invalid for a month to come, a target nobody reports, a figure out of range or a missing source.
    """
    permissions.check_can_report_measurement(by, process)
    active = service_levels.active(process)
    level = active.levels.filter(name=name, metric=Metric.REPORTED).first() if active else None
    if level is None:
        raise Invalid(
            "unknown_level", "There is no service level of that name whose figure is reported.", "name"
        )
    if month.day != 1 or month > at.date():
        raise Invalid("month", "Give the first day of a month that has begun.", "month")
    if value < 0 or (level.unit == Unit.PERCENT and value > 100) or value >= Decimal(10) ** 8:
        raise Invalid("value", "A share is between 0 % and 100 %, any other figure not negative.", "value")
    if not 1 <= len(source.strip()) <= 200:
        raise Invalid("source", "Say where the figure comes from, in at most 200 characters.", "source")
    made = Measurement.objects.create(
        process=process,
        name=name,
        month=month,
        value=value,
        source=source.strip(),
        reported_at=at,
        reported_by=by,
    )
    facts = {"level": name, "month": month.isoformat(), "value": value, "source": made.source}
    target = Target("measurement", str(made.pk), name, "process", str(process.pk))
    processes.record(process, "sla.measured", target, facts, by, at)
    return made


def digest(agreement: ServiceAgreement) -> str:
    """The fingerprint of all that a version says: what both parties accept."""
    said = {"version": agreement.version, "levels": _listed(agreement)}
    said |= {name: str(getattr(agreement, name)) for name in _FEES}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def _listed(agreement: ServiceAgreement) -> list[dict[str, Any]]:
    return [
        {
            "name": level.name,
            "kind": level.kind,
            "metric": level.metric,
            "weight": level.weight,
            "terms": sla_terms.in_words(service_levels.target_of(level)),
            "floor": level.floor,
            "calendar": level.calendar.name if level.calendar else "",
        }
        for level in service_levels.levels(agreement)
    ]


def _activate(agreement: ServiceAgreement, by: User, at: datetime) -> None:
    process = agreement.process
    replaced = _replaced(agreement)
    if replaced is not None:
        _move(replaced, SlaState.SUPERSEDED)
    try:
        with transaction.atomic():
            _move(agreement, SlaState.ACTIVE, in_force_at=at)
    except IntegrityError:
        # Nothing was in force when both parties had spoken, and somebody else was faster.
        raise Conflict(
            "outdated", "Other service levels have just come into force: look at them first."
        ) from None
    # Whoever opens a clock from here on reads the new terms.
    processes.touch(process)
    facts = {
        "replaces": replaced.version if replaced else None,
        "levels": _listed(agreement),
        "monthly_fee": agreement.monthly_fee,
        "credit_cap": agreement.credit_cap,
    }
    _record(agreement, "sla.activated", facts, by, at)


def _replaced(agreement: ServiceAgreement) -> ServiceAgreement | None:
    """The version that this one takes the place of. Clocks follow the higher number, so an earlier version never comes after a
    later one."""
    active = service_levels.active(agreement.process)
    if active is not None and active.version > agreement.version:
        sentence = f"Later service levels (v{active.version}) are in force: draft these anew."
        raise Conflict("outdated", sentence)
    return active


def _refuse(terms: Terms) -> None:
    if not 1 <= len(terms.name.strip()) <= 120:
        raise Invalid("name", "Give it a name of at most 120 characters.", "name")
    if len(terms.source.strip()) > 200:
        raise Invalid("source", "At most 200 characters.", "source")
    found: Sequence[sla_terms.Problem] = sla_terms.of_target(
        sla_terms.Target(
            name=terms.name,
            kind=terms.kind,
            metric=terms.metric,
            bound=terms.bound,
            target=terms.target,
            weight=terms.weight,
            unit=terms.unit,
            floor=terms.floor,
            minutes=terms.minutes,
        )
    )
    if found:
        details = [{"pointer": f"/{problem.place}", "detail": problem.sentence} for problem in found]
        raise Invalid("terms", found[0].sentence, found[0].place, details)


def _editable(agreement_id: UUID, by: User, edits: int | None) -> ServiceAgreement:
    """The draft, held for one edit. Two people in one draft are told apart by the number of edits."""
    agreement = service_levels.found(agreement_id)
    permissions.check_can_draft_service_levels(by, agreement.process)
    if agreement.state != SlaState.DRAFT:
        raise Conflict("not_a_draft", "Only a draft can be edited; start a new one.")
    expected = agreement.edits if edits is None else edits
    rows = ServiceAgreement.objects.filter(pk=agreement.pk, state=SlaState.DRAFT, edits=expected)
    if not rows.update(edits=F("edits") + 1):
        raise Conflict("edited", "Somebody has just changed this draft: look at it again.")
    agreement.refresh_from_db(fields=["edits"])
    if by.pk != agreement.author_id:
        agreement.editors.add(by)
    return agreement


def _move(agreement: ServiceAgreement, to: SlaState, **changes: Any) -> None:
    leading = transitions.before(transitions.SERVICE_LEVELS, to)
    if not ServiceAgreement.objects.filter(pk=agreement.pk, state__in=leading).update(state=to, **changes):
        raise Conflict("moved", "These service levels have just moved on: look at them again.")
    agreement.refresh_from_db()


def _tell(user: User, agreement: ServiceAgreement, what: str, link: str, at: datetime) -> None:
    subject = f"{agreement.process.code}: service levels v{agreement.version}"
    notifications.notify(user=user, subject=subject, body=f"They {what}.", link=link, at=at)


def _record(
    agreement: ServiceAgreement,
    action: str,
    facts: dict[str, Any],
    by: User,
    at: datetime,
    personal: dict[str, str] | None = None,
) -> None:
    process = agreement.process
    recording.record(
        log=process.client.log_key,
        action=action,
        actor=actor(by, authority.role_on(by, process)),
        target=Target(
            "service_agreement", str(agreement.pk), f"v{agreement.version}", "process", str(process.pk)
        ),
        facts={"version": agreement.version, **facts},
        at=at,
        client=process.client.slug,
        process=process.code,
        personal=personal,
        subject=str(agreement.pk) if personal else "",
    )
