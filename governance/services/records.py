"""Keeping the records of a client: how long, what must stay, and what is erased on request.

Each act asks for the right anew, on every process of the client, and is an event of the client's log.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.domain.envelope import Actor
from audit.domain.retention import LEGAL_BASES, HoldScope, RecordClass
from audit.errors import Invalid
from audit.models import LegalHold, RetentionPolicy
from audit.selectors import tree
from audit.services import erasure, holding, retention
from contracts import access
from contracts.models import Organisation, Process, User
from contracts.selectors import authority
from contracts.services.acting import actor
from governance import permissions
from governance.selectors import records as selector
from governance.services import protected_attributes


@transaction.atomic
def set_policy(
    *, log: str, record_class: RecordClass, jurisdiction: str, keep_days: int, user: User, at: datetime
) -> RetentionPolicy:
    """Set for how long a class is kept under one jurisdiction. Raises Invalid outside its floor and ceiling."""
    client = _kept_by(user, log)
    return retention.set_policy(
        log=log,
        record_class=record_class,
        jurisdiction=jurisdiction,
        keep_days=keep_days,
        by=_actor(user, client),
        at=at,
        client=client.slug,
    )


@transaction.atomic
def place_hold(*, log: str, scope: HoldScope, about: str, reason: str, user: User, at: datetime) -> LegalHold:
    """Place a legal hold on all of a client, on one interaction, or on one subject. Raises Invalid for what is not
    there."""
    client = _kept_by(user, log)
    match scope:
        case HoldScope.LOG:
            key = ""
        case HoldScope.MATTER:
            key = str(selector.matter(client, about))
        case HoldScope.SUBJECT:
            key = selector.subject_key(client, about)
            if not selector.is_known(client, key):
                raise Invalid(
                    "unknown_subject",
                    "Nothing of this client is about this subject. Write it exactly as the agent does, or give the id "
                    "of an interaction.",
                    "about",
                )
    return retention.place_hold(
        log=log, scope=scope, key=key, reason=reason, by=_actor(user, client), at=at, client=client.slug
    )


@transaction.atomic
def lift_hold(*, log: str, hold_id: UUID, reason: str, user: User, at: datetime) -> LegalHold:
    """Lift a hold that somebody else placed."""
    client = _kept_by(user, log)
    return retention.lift_hold(
        log=log, hold_id=hold_id, reason=reason, by=_actor(user, client), at=at, client=client.slug
    )


@transaction.atomic
def erase(*, log: str, subject: str, legal_basis: str, ticket: str, user: User, at: datetime) -> int:
    """Erase every personal value of a subject, and the key; returns how many went (M5). What groups the person belongs to
    goes with them.

    Raises Conflict while a legal hold covers any of it, Invalid for an unknown legal basis or nobody's key.
    """
    client = _kept_by(user, log)
    if legal_basis not in LEGAL_BASES:
        raise Invalid("unknown_basis", "Choose one of the legal bases listed.", "legal_basis")
    protected_attributes.drop(client=client, subject=subject)
    try:
        return erasure.erase_subject(
            log=log,
            subject=subject,
            by=_actor(user, client),
            at=at,
            legal_basis=legal_basis,
            ticket=ticket,
            client=client.slug,
        )
    except ValueError:
        raise Invalid("nobody", "Find the subject again.", "subject") from None


def _kept_by(user: User, log: str) -> Organisation:
    """The client whose records the user keeps, once it is his turn: a right may be taken back while he waits."""
    client = selector.client(user, log)
    permissions.check_can_keep_records(user, client)
    holding.take_turn(tree.log_id(log))
    access.read_again(user)
    permissions.check_can_keep_records(user, client)
    return client


def _actor(user: User, client: Organisation) -> Actor:
    """The user in the role in which he keeps the records: one that covers all processes covers the first."""
    return actor(user, authority.role_on(user, Process.objects.filter(client=client).order_by("pk")[0]))
