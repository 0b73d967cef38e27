"""Certificates (L8): what they certify, how long they hold, when somebody is told, and what cannot be a certificate."""

from dataclasses import dataclass
from datetime import date, timedelta

from audit.errors import Invalid
from contracts.enums import Labelled

# Days before the end at which those who supervise the vendor are told.
THRESHOLDS = (90, 30, 0)
# A bridge letter speaks for the gap until the next report, and for no longer.
LONGEST_BRIDGE = timedelta(days=92)
_LONGEST = timedelta(days=366 * 5)
_EARLIEST = date(2000, 1, 1)


class CertificateKind(Labelled):
    SOC2_I = "soc2_i"
    SOC2_II = "soc2_ii"
    ISO27001 = "iso27001"
    ISO42001 = "iso42001"
    CMMI = "cmmi"
    PCI = "pci"

    @property
    def label(self) -> str:
        return {
            "soc2_i": "SOC 2 Type I",
            "soc2_ii": "SOC 2 Type II",
            "iso27001": "ISO 27001",
            "iso42001": "ISO 42001",
            "cmmi": "CMMI",
            "pci": "PCI DSS",
        }[self.value]


# Reports on what was: an auditor looks at no period that is not over.
REPORTS = frozenset({CertificateKind.SOC2_I, CertificateKind.SOC2_II})


class Standing(Labelled):
    """Whether it holds today; the words are those of its tile."""

    VALID = "valid"
    EXPIRING = "expiring"
    BRIDGED = "bridged"
    EXPIRED = "expired"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {"valid": "In force", "expiring": "Expires soon", "bridged": "Bridged by a letter"}.get(
            self.value, super().label
        )


@dataclass(frozen=True)
class Paper:
    """A certificate as somebody enters it."""

    kind: str
    scope: str
    auditor: str
    period_from: date
    period_to: date
    expires_on: date
    level: int | None = None
    exceptions: str = ""
    bridge_until: date | None = None


def check(paper: Paper, today: date) -> None:
    """Raises Invalid, with the field, for dates that cannot be, and for a kind, level or text that is missing."""
    if paper.kind not in set(CertificateKind):
        raise Invalid("kind", "Choose the kind from the list.", "kind")
    if paper.kind == CertificateKind.CMMI and paper.level not in range(1, 6):
        raise Invalid("level", "CMMI has the levels 1 to 5: say which.", "level")
    if paper.kind != CertificateKind.CMMI and paper.level is not None:
        raise Invalid("level", "Only CMMI has levels.", "level")
    for name, words in (("scope", "what it covers"), ("auditor", "who audited")):
        if not getattr(paper, name).strip():
            raise Invalid(name, f"Say {words}.", name)
    _check_dates(paper, today)


def _check_dates(paper: Paper, today: date) -> None:
    if paper.period_from < _EARLIEST:
        raise Invalid("period_from", "The period begins before the year 2000.", "period_from")
    if paper.period_from > today:
        raise Invalid("period_from", "The period has not begun yet.", "period_from")
    if paper.period_to < paper.period_from:
        raise Invalid("period_to", "The period ends before it begins.", "period_to")
    if paper.kind in REPORTS and paper.period_to > today:
        raise Invalid("period_to", "A report speaks of a period that is over.", "period_to")
    if paper.kind == CertificateKind.SOC2_II and paper.period_to == paper.period_from:
        raise Invalid("period_to", "A Type II report speaks of a period, not of one day.", "period_to")
    if paper.expires_on < paper.period_to:
        raise Invalid("expires_on", "It expires before its period ends.", "expires_on")
    if paper.expires_on - paper.period_from > _LONGEST:
        raise Invalid("expires_on", "No certificate holds longer than five years.", "expires_on")
    bridge = paper.bridge_until
    if bridge is not None and not timedelta(0) < bridge - paper.expires_on <= LONGEST_BRIDGE:
        raise Invalid(
            "bridge_until",
            "A bridge letter begins when the certificate expires and holds for three months at most.",
            "bridge_until",
        )


def standing(expires_on: date, bridge_until: date | None, today: date) -> Standing:
    """How a certificate stands that was neither replaced nor withdrawn. It still holds on the day it expires."""
    if today > expires_on:
        return Standing.BRIDGED if bridge_until is not None and today <= bridge_until else Standing.EXPIRED
    return Standing.EXPIRING if (expires_on - today).days <= THRESHOLDS[0] else Standing.VALID


def due(expires_on: date, today: date) -> list[int]:
    """The thresholds that are reached, the nearest last."""
    left = (expires_on - today).days
    return [days for days in THRESHOLDS if left <= days]


def in_words(expires_on: date, today: date) -> str:
    left = (expires_on - today).days
    if left == 0:
        return "expires today"
    days = "1 day" if abs(left) == 1 else f"{abs(left):,} days"
    return f"expires in {days}" if left > 0 else f"expired {days} ago"
