"""Certificates as their pages show them: a tile each, red, amber or green by sign and word."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from contracts import access
from contracts.domain import certificates as domain
from contracts.domain.certificates import CertificateKind, Standing
from contracts.domain.finding_kinds import FindingKind
from contracts.models import Certificate, Finding, User
from contracts.permissions import vendors as permissions
from contracts.presenters import words
from contracts.presenters.parts import Button, State
from contracts.selectors import certificates as selector

_HUES = {
    Standing.VALID: ("good", "check"),
    Standing.EXPIRING: ("warn", "clock"),
    Standing.BRIDGED: ("warn", "clock"),
    Standing.EXPIRED: ("bad", "bad"),
    Standing.REPLACED: ("neutral", "arrow"),
    Standing.WITHDRAWN: ("neutral", "pause"),
}


@dataclass(frozen=True)
class Tile:
    name: str
    number: str
    url: str
    label: str
    hue: str
    icon: str


@dataclass(frozen=True)
class CertificateRow:
    name: str
    url: str
    organisation: str
    auditor: str
    period: str
    expires: date
    state: State


@dataclass(frozen=True)
class CertificatePage:
    row: CertificateRow
    ends: str
    scope: str
    exceptions: str
    bridge: date | None
    added: datetime
    added_by: str
    next_url: str
    earlier_url: str
    withdrawn: datetime | None
    withdrawn_by: str
    why: str
    stands: bool
    replace: Button
    withdraw: Button


@dataclass(frozen=True)
class FindingLine:
    kind: str
    sentence: str
    url: str
    opened: datetime
    ended: datetime | None


def name(one: Certificate) -> str:
    kind = CertificateKind(one.kind).label
    return f"{kind} level {one.level}" if one.level else kind


def tile(one: Certificate, today: date) -> Tile:
    state = _state(one, today)
    return Tile(
        name=f"{name(one)} · {one.organisation.name}",
        number=domain.in_words(one.expires_on, today),
        url=reverse("contracts:certificate", args=[one.pk]),
        label=state.label,
        hue=state.hue,
        icon=state.icon,
    )


def _state(one: Certificate, today: date) -> State:
    found = selector.standing(one, today)
    return State(found.label, *_HUES[found])


def row(one: Certificate, today: date) -> CertificateRow:
    return CertificateRow(
        name=name(one),
        url=reverse("contracts:certificate", args=[one.pk]),
        organisation=one.organisation.name,
        auditor=one.auditor,
        period=f"{one.period_from:%d %b %Y} – {one.period_to:%d %b %Y}",
        expires=one.expires_on,
        state=_state(one, today),
    )


def page(one: Certificate, user: User, today: date) -> CertificatePage:
    allowed, reason = access.allowed(permissions.check_can_keep_certificates, user, one.organisation)
    earlier = getattr(one, "replaces", None)
    return CertificatePage(
        row=row(one, today),
        ends=domain.in_words(one.expires_on, today),
        scope=one.scope,
        exceptions=one.exceptions,
        bridge=one.bridge_until,
        added=one.added_at,
        added_by=words.name(one.added_by),
        next_url=reverse("contracts:certificate", args=[one.successor_id]) if one.successor_id else "",
        earlier_url=reverse("contracts:certificate", args=[earlier.pk]) if earlier else "",
        withdrawn=one.withdrawn_at,
        withdrawn_by=words.name(one.withdrawn_by),
        why=one.withdrawn_why,
        stands=not one.successor_id and not one.withdrawn_at,
        replace=Button(reverse("contracts:certificate_replace", args=[one.pk]), allowed, reason),
        withdraw=Button(reverse("contracts:certificate_withdraw", args=[one.pk]), allowed, reason),
    )


def finding(one: Finding) -> FindingLine:
    return FindingLine(FindingKind(one.kind).label, one.sentence, one.link, one.created_at, one.ended_at)
