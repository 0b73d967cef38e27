"""Breaches: recorded when they are found, disputed by the party that answers for them, settled by the other side (U3)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid, NotVisible
from audit.services import recording
from contracts import access, permissions
from contracts.domain import transitions
from contracts.domain.roles import SIGN_CONTRACTS, VIEW_CONTRACTS
from contracts.domain.sla_kinds import BreachKind, BreachState
from contracts.enums import Party
from contracts.models import Breach, Process, User
from contracts.selectors import authority
from contracts.services import notifications
from contracts.services.acting import actor

LONGEST = 500


@transaction.atomic
def record(
    *,
    process: Process,
    kind: BreachKind,
    reference: str,
    subject: str,
    sentence: str,
    responsible: Party,
    occurred_at: datetime,
    by: User | None,
    at: datetime,
    level: str = "",
    excluded: str = "",
    tell: bool = True,
) -> Breach:
    """Record that something agreed was missed, once for each `reference`; found again, it is the one there is.

    `responsible` answers for it; `excluded` says why it does not count. With `tell`, whoever signs for the parties learns
    of it at once; a sweep that finds many tells them together.
    """
    breach, new = Breach.objects.get_or_create(
        process=process,
        kind=kind,
        reference=reference,
        defaults={
            "subject": subject[:200],
            "sentence": sentence[:LONGEST],
            "responsible": responsible,
            "level": level,
            "excluded": excluded,
            "occurred_at": occurred_at,
            "recorded_at": at,
        },
    )
    if not new:
        return breach
    facts = {"occurred_at": occurred_at, "sentence": breach.sentence, "level": level, "excluded": excluded}
    _record(breach, "sla.breached", by, at, facts)
    if tell:
        for user in access.holders(process, SIGN_CONTRACTS):
            subject = f"{process.code}: {BreachKind(kind).label.lower()}"
            notifications.notify(user=user, subject=subject, body=breach.sentence, link="", at=at)
    return breach


@transaction.atomic
def dispute(*, breach_id: UUID, by: User, why: str, at: datetime) -> Breach:
    """Say why a breach is none, or is somebody else’s."""
    breach = found(breach_id, by)
    permissions.check_can_dispute_breach(by, breach)
    why = _why(why)
    _move(breach, BreachState.DISPUTED, disputed_at=at, disputed_by=by, dispute=why)
    _record(breach, "sla.breach_disputed", by, at, personal={"why": why})
    return breach


@transaction.atomic
def settle(*, breach_id: UUID, by: User, upheld: bool, why: str, at: datetime) -> Breach:
    """Say whether a disputed breach stands, and why."""
    breach = found(breach_id, by)
    permissions.check_can_settle_breach(by, breach)
    why = _why(why)
    if breach.state != BreachState.DISPUTED:
        raise Conflict("not_disputed", "Nobody disputes this breach.")
    state = BreachState.UPHELD if upheld else BreachState.WAIVED
    _move(breach, state, settled_at=at, settled_by=by, settlement=why)
    _record(breach, "sla.breach_settled", by, at, {"upheld": upheld}, {"why": why})
    return breach


@transaction.atomic
def waive(
    *, process: Process, kind: BreachKind, reference: str, why: str, by: User | None, at: datetime
) -> bool:
    """Take a recorded breach back that a later fact disproves, such as a pause entered afterwards; False where none stands."""
    breach = Breach.objects.filter(process=process, kind=kind, reference=reference).first()
    if breach is None or breach.state not in transitions.before(transitions.BREACH, BreachState.WAIVED):
        return False
    _move(breach, BreachState.WAIVED, settled_at=at, settled_by=by, settlement=why[:LONGEST])
    _record(breach, "sla.breach_waived", by, at, {"why": why[:LONGEST]})
    return True


def found(breach_id: UUID, user: User) -> Breach:
    """The breach, for whoever reads the contracts of its process; NotVisible otherwise."""
    rows = Breach.objects.select_related("process__client", "process__provider", "disputed_by", "settled_by")
    breach = rows.filter(pk=breach_id, process__in=access.processes(user, VIEW_CONTRACTS)).first()
    if breach is None:
        raise NotVisible("not_found", "There is no such breach that you can see.")
    return breach


def _why(why: str) -> str:
    why = why.strip()
    if not 1 <= len(why) <= LONGEST:
        raise Invalid("reason_required", f"Say why, in at most {LONGEST} characters.", "why")
    return why


def _move(breach: Breach, to: BreachState, **changes: Any) -> None:
    leading = transitions.before(transitions.BREACH, to)
    if not Breach.objects.filter(pk=breach.pk, state__in=leading).update(state=to, **changes):
        raise Conflict("moved", f"This breach is {breach.get_state_display().lower()} already.")
    breach.refresh_from_db()


def _record(
    breach: Breach,
    action: str,
    by: User | None,
    at: datetime,
    facts: dict[str, Any] | None = None,
    personal: dict[str, str] | None = None,
) -> None:
    process = breach.process
    recording.record(
        log=process.client.log_key,
        action=action,
        actor=actor(by, authority.role_on(by, process) if by else ""),
        target=Target("breach", str(breach.pk), breach.subject, "process", str(process.pk)),
        facts={
            "kind": breach.kind,
            "reference": breach.reference,
            "responsible": breach.responsible,
            **(facts or {}),
        },
        at=at,
        client=process.client.slug,
        process=process.code,
        personal=personal,
        subject=str(breach.pk) if personal else "",
    )
