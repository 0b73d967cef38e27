"""Who belongs where: memberships and authority grants. The only way anybody comes to hold a permission."""

from datetime import datetime

from django.db import IntegrityError, transaction

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid
from audit.services import logs, recording
from contracts import access
from contracts.domain.roles import ROLE_PARTIES
from contracts.enums import Authority, Party, Role
from contracts.models import AuthorityGrant, BusinessCalendar, Membership, Organisation, Process, User
from contracts.services.acting import actor


def covered(membership: Membership) -> list[Process]:
    """The processes a membership reaches: its own, or every one its organisation is a party to."""
    if membership.process is not None:
        return [membership.process]
    organisation = membership.organisation
    found = organisation.processes.all() | organisation.run_processes.all()
    served = organisation.served_processes.all()
    return list(found.distinct()) + [process for process in served if process not in found]


def _log(membership: Membership) -> str:
    if membership.process is not None:
        return membership.process.client.log_key
    return membership.organisation.log_key or logs.PLATFORM


def _facts(membership: Membership) -> dict:
    return {
        "user": membership.user_id,
        "organisation": membership.organisation.slug,
        "role": membership.role,
        "scope": membership.process.code if membership.process else "all processes",
    }


@transaction.atomic
def grant(
    *,
    user: User,
    organisation: Organisation,
    role: Role,
    by: User | None,
    at: datetime,
    process: Process | None = None,
    until: datetime | None = None,
) -> Membership:
    """Give a user a role for an organisation, on one process or on all it is a party to.

    Raises Invalid where that kind of organisation does not have the role, Conflict where the user holds it already.
    """
    if Party(organisation.kind) not in ROLE_PARTIES[role]:
        raise Invalid("role_party", f"A {organisation.get_kind_display()} has no {Role(role).label}.", "role")
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                user=user,
                organisation=organisation,
                role=role,
                process=process,
                granted_at=at,
                granted_by=by,
                until=until,
            )
    except IntegrityError:
        raise Conflict("membership_exists", f"{user.username} holds this role already.", "role") from None
    for found in covered(membership):
        access.resync(found, Role(role))
    facts = _facts(membership)
    if until:
        facts["until"] = until
    _record(membership, "access.granted", facts, by, at)
    return membership


@transaction.atomic
def revoke(*, membership: Membership, by: User | None, at: datetime) -> None:
    """Take a role back; what it opened is closed at once. Revoking twice changes nothing."""
    ended = Membership.objects.filter(pk=membership.pk, revoked_at__isnull=True).update(
        revoked_at=at, revoked_by=by
    )
    if not ended:
        return
    for found in covered(membership):
        access.resync(found, Role(membership.role))
    _record(membership, "access.revoked", _facts(membership), by, at)


def expire(*, at: datetime) -> int:
    """Revoke every membership whose time is over; returns how many. A sweep: it may run twice."""
    due = Membership.objects.filter(revoked_at__isnull=True, until__lte=at).order_by("pk")
    expired = list(due.select_related("organisation", "process__client", "user"))
    for membership in expired:
        revoke(membership=membership, by=None, at=at)
    return len(expired)


def _record(membership: Membership, action: str, facts: dict, by: User | None, at: datetime) -> None:
    log = _log(membership)
    recording.record(
        log=log,
        action=action,
        actor=actor(by),
        target=Target("membership", str(membership.pk)),
        facts=facts,
        at=at,
        client="" if log == logs.PLATFORM else log,
        process=membership.process.code if membership.process else "",
    )


@transaction.atomic
def grant_authority(
    *,
    user: User,
    process: Process,
    kind: Authority,
    evidence: str,
    by: User | None,
    at: datetime,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    calendar: BusinessCalendar | None = None,
) -> AuthorityGrant:
    """K4: give a named person authority on a process, with the evidence for it; `calendar` says when he is on call for
    it, and without one he is around the clock."""
    authority = AuthorityGrant.objects.create(
        user=user,
        process=process,
        kind=kind,
        evidence=evidence,
        valid_from=valid_from or at,
        valid_until=valid_until,
        calendar=calendar,
        granted_at=at,
        granted_by=by,
    )
    facts = {"user": user.pk, "kind": kind, "evidence": evidence, "valid_from": valid_from or at}
    if valid_until:
        facts["valid_until"] = valid_until
    if calendar:
        facts["on_call"] = calendar.name
    _record_authority(authority, "authority.granted", facts, by, at)
    return authority


@transaction.atomic
def revoke_authority(*, authority: AuthorityGrant, by: User | None, at: datetime) -> None:
    """Take an authority back. Revoking twice changes nothing."""
    ended = AuthorityGrant.objects.filter(pk=authority.pk, revoked_at__isnull=True).update(
        revoked_at=at, revoked_by=by
    )
    if ended:
        _record_authority(
            authority, "authority.revoked", {"user": authority.user_id, "kind": authority.kind}, by, at
        )


def _record_authority(
    authority: AuthorityGrant, action: str, facts: dict, by: User | None, at: datetime
) -> None:
    log = authority.process.client.log_key
    recording.record(
        log=log,
        action=action,
        actor=actor(by),
        target=Target("authority", str(authority.pk)),
        facts=facts,
        at=at,
        client=log,
        process=authority.process.code,
    )
