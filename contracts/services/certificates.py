"""The register of certificates (L8): added, replaced by the next one, withdrawn; and watched as they run out."""

import logging
from datetime import date, datetime
from uuid import UUID

from django.db import DatabaseError, transaction
from django.urls import reverse

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid
from contracts import access
from contracts.domain import certificates as domain
from contracts.domain.certificates import CertificateKind, Paper, Standing
from contracts.domain.finding_kinds import FindingKind
from contracts.domain.roles import SUPERVISE_VENDORS
from contracts.models import Certificate, CertificateAlert, Organisation, Process, User
from contracts.permissions import vendors as permissions
from contracts.selectors import certificates as selector
from contracts.services import findings, notifications, vendor_trail

SHORTEST_WHY = 10

logger = logging.getLogger(__name__)


@transaction.atomic
def add(*, organisation: Organisation, paper: Paper, by: User, at: datetime) -> Certificate:
    """Put a certificate into the register. Raises Invalid, with the field, for dates that cannot be."""
    permissions.check_can_keep_certificates(by, organisation)
    made = _create(organisation, paper, by, at)
    _record(made, "certificate.added", _facts(made), by, at)
    _follow(organisation, at)
    return made


@transaction.atomic
def replace(*, certificate_id: UUID, paper: Paper, by: User, at: datetime) -> Certificate:
    """Put the next one of the same kind in the place of one. Raises Conflict where that was replaced or withdrawn."""
    old = selector.loaded(certificate_id)
    permissions.check_can_keep_certificates(by, old.organisation)
    if paper.kind != old.kind:
        raise Invalid("kind", "Another kind is another certificate: add it instead.", "kind")
    made = _create(old.organisation, paper, by, at)
    done = Certificate.objects.filter(pk=old.pk, successor__isnull=True, withdrawn_at__isnull=True).update(
        successor=made
    )
    if not done:
        raise Conflict("certificate_moved", "It was replaced or withdrawn meanwhile: look at it again.")
    _record(made, "certificate.replaced", {**_facts(made), "replaces": old.pk}, by, at)
    _follow(old.organisation, at)
    return made


@transaction.atomic
def withdraw(*, certificate_id: UUID, why: str, by: User, at: datetime) -> Certificate:
    """Say that a certificate is none any more. Raises Conflict where it was replaced or withdrawn."""
    found = selector.loaded(certificate_id)
    permissions.check_can_keep_certificates(by, found.organisation)
    why = " ".join(why.split())
    if not SHORTEST_WHY <= len(why) <= 300:
        raise Invalid("why", f"Say why in {SHORTEST_WHY} to 300 characters.", "why")
    done = Certificate.objects.filter(pk=found.pk, successor__isnull=True, withdrawn_at__isnull=True).update(
        withdrawn_at=at, withdrawn_by=by, withdrawn_why=why
    )
    if not done:
        raise Conflict("certificate_moved", "It was replaced or withdrawn meanwhile: look at it again.")
    found.refresh_from_db()
    facts = {"kind": found.kind, "organisation": found.organisation.slug}
    concerned = selector.concerned(found.organisation)
    target = Target("certificate", str(found.pk))
    vendor_trail.record(concerned, "certificate.withdrawn", target, facts, by, at, {"why": why})
    _follow(found.organisation, at)
    return found


def watch(*, at: datetime) -> int:
    """Tell of certificates that run out, and find those that did; returns how many were told of.

    A sweep: it may run twice and beside itself, and nobody is told twice of the same threshold.
    """
    told = 0
    for certificate in selector.running_out(at.date()):
        try:
            with transaction.atomic():
                told += _alert(certificate, at)
        except DatabaseError:
            # One that fails must not keep the others: the next sweep tries it again.
            logger.exception("Nobody could be told of the certificate %s", certificate.pk)
    for organisation in selector.holders():
        with transaction.atomic():
            _follow(organisation, at)
    return told


def _alert(certificate: Certificate, at: datetime) -> bool:
    """Tell of the nearest threshold that is reached; what lies behind it is not told any more."""
    new = False
    for days in domain.due(certificate.expires_on, at.date()):
        _, made = CertificateAlert.objects.get_or_create(certificate=certificate, days=days)
        new, nearest = made, days
    if not new:
        return False
    concerned = selector.concerned(certificate.organisation)
    facts = {
        "kind": certificate.kind,
        "organisation": certificate.organisation.slug,
        "expires_on": certificate.expires_on.isoformat(),
        "days": nearest,
    }
    target = Target("certificate", str(certificate.pk))
    vendor_trail.record(concerned, "certificate.running_out", target, facts, None, at)
    name = f"{CertificateKind(certificate.kind).label} of {certificate.organisation.name}"
    for person in _supervisors(concerned):
        notifications.notify(
            user=person,
            subject=f"{name} {domain.in_words(certificate.expires_on, at.date())}",
            body="Ask for the next one, or for a bridge letter, and put it into the register.",
            link=reverse("contracts:certificate", args=[certificate.pk]),
            at=at,
        )
    return True


def _supervisors(concerned: list[Process]) -> list[User]:
    found = {
        person.pk: person for process in concerned for person in access.holders(process, SUPERVISE_VENDORS)
    }
    return [found[pk] for pk in sorted(found)]


def _follow(organisation: Organisation, at: datetime) -> None:
    """What has expired is a finding on every process the organisation works on, until it holds again."""
    expired: dict[str, str] = {}
    for one in selector.standing_of(organisation):
        if domain.standing(one.expires_on, one.bridge_until, at.date()) == Standing.EXPIRED:
            day: date = one.expires_on
            expired[f"{one.pk}"] = (
                f"{CertificateKind(one.kind).label} of {organisation.name} expired on {day:%-d %b %Y}"
            )
    for process in selector.concerned(organisation):
        findings.follow(
            process=process,
            kind=FindingKind.CERTIFICATE,
            prefix=f"{organisation.slug}:",
            found=expired,
            link=reverse("contracts:certificates"),
            at=at,
        )


def _create(organisation: Organisation, paper: Paper, by: User, at: datetime) -> Certificate:
    domain.check(paper, at.date())
    return Certificate.objects.create(
        organisation=organisation,
        kind=paper.kind,
        level=paper.level,
        scope=paper.scope.strip(),
        auditor=paper.auditor.strip(),
        period_from=paper.period_from,
        period_to=paper.period_to,
        expires_on=paper.expires_on,
        exceptions=paper.exceptions.strip(),
        bridge_until=paper.bridge_until,
        added_at=at,
        added_by=by,
    )


def _facts(one: Certificate) -> dict:
    return {
        "kind": one.kind,
        "level": one.level,
        "organisation": one.organisation.slug,
        "period_from": one.period_from.isoformat(),
        "period_to": one.period_to.isoformat(),
        "expires_on": one.expires_on.isoformat(),
        "bridge_until": one.bridge_until.isoformat() if one.bridge_until else None,
        "exceptions": bool(one.exceptions),
    }


def _record(one: Certificate, action: str, facts: dict, by: User, at: datetime) -> None:
    concerned = selector.concerned(one.organisation)
    vendor_trail.record(concerned, action, Target("certificate", str(one.pk)), facts, by, at)
