"""Breaches around model changes (L2, L4): notice late or absent, an emergency not ratified in time; each once, charged to whoever
owed it."""

from datetime import datetime

from contracts.domain.sla_kinds import BreachKind
from contracts.enums import Party
from contracts.models import ModelChange, Process, User
from contracts.permissions.changes import missing_approvals, party_of
from contracts.services import breaches, change_moves


def late_notice(change: ModelChange, given: str, agreed: str, by: User, at: datetime) -> None:
    """The notice came too late for its class."""
    responsible = party_of(by, change.process) or Party.AI_VENDOR
    facts = {
        "reference": change.reference,
        "change_class": change.change_class,
        "given": given,
        "agreed": agreed,
        "responsible": responsible,
    }
    change_moves.tell(change, "notice_late", facts, None, at)
    breaches.record(
        process=change.process,
        kind=BreachKind.NOTICE_LATE,
        reference=f"model_change:{change.pk}",
        subject=f"Model change {change.number}: {change.reference}",
        sentence=f"The notice came {given} before the change; agreed are {agreed}."
        if change.effect_at is None
        else f"The notice of an emergency came {given}; agreed is {agreed}.",
        responsible=responsible,
        occurred_at=at,
        by=by,
        at=at,
    )
    change_moves.tell_deciders(change, f"came with {given}’ notice, agreed are {agreed}", at)


def ratification_overdue(change: ModelChange, at: datetime) -> None:
    """What was deployed in an emergency was not ratified in time: a breach of each party whose word is missing, and those who
    decide are told once more."""
    facts = {"ratify_until": change.ratify_until}
    change_moves.tell(change, "ratification_overdue", facts, None, at)
    until = change.ratify_until or at
    for party in sorted(missing_approvals(change)):
        breaches.record(
            process=change.process,
            kind=BreachKind.RATIFICATION_LATE,
            reference=f"model_change:{change.pk}:{party}",
            subject=f"Model change {change.number}: {change.reference}",
            sentence=f"The {party.label.lower()} did not ratify by {until:%-d %b %Y %H:%M} UTC what was deployed in an emergency.",
            responsible=party,
            occurred_at=until,
            by=None,
            at=at,
            tell=False,
        )
    change_moves.tell_deciders(change, "was not ratified in time: ratify it or roll it back", at)


def absent_notice(*, process: Process, reference: str, occurred_at: datetime, at: datetime) -> None:
    """A version answered and nobody had told of it; told by oversight, which reads it in the trail."""
    breaches.record(
        process=process,
        kind=BreachKind.NOTICE_ABSENT,
        reference=f"undeclared:{reference}",
        subject=reference,
        sentence=f"{reference} answered on {process.code} without notice of a change.",
        responsible=Party.AI_VENDOR,
        occurred_at=occurred_at,
        by=None,
        at=at,
    )
