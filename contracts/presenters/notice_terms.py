"""What was agreed about notices of model changes, in words: how long before, class by class, and on what it rests."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from contracts.domain.change_kinds import DataClass
from contracts.domain.change_lead import LeadTimes
from contracts.models import NoticeTerms
from contracts.selectors import informal
from contracts.services.notice_terms import LONGEST


@dataclass(frozen=True)
class TermLine:
    """A class of change, when it has to be told, and what that is for."""

    label: str
    due: str
    why: str


@dataclass(frozen=True)
class NoticeTermsPage:
    agreed: bool
    lines: list[TermLine]
    data: list[str]
    redacted_until: date | None
    lapsed: bool
    who: str
    at: datetime | None
    clause: str
    reads_contracts: bool


def page(
    terms: NoticeTerms | None, times: LeadTimes, today: date, *, reads_contracts: bool
) -> NoticeTermsPage:
    """The clause is shown to those who read contracts."""
    until = terms.redacted_until if terms else None
    return NoticeTermsPage(
        agreed=terms is not None,
        lines=_lines(times),
        data=[DataClass(one).label for one in terms.data] if terms else [],
        redacted_until=until,
        lapsed=until is not None and until < today,
        who=terms.agreed_by.name if terms else "",
        at=terms.agreed_at if terms else None,
        clause=informal.clause_words(terms.clause) if terms and reads_contracts else "",
        reads_contracts=reads_contracts,
    )


def initial(terms: NoticeTerms | None, times: LeadTimes) -> dict[str, Any]:
    """What the form begins with: what holds now."""
    said: dict[str, Any] = {name: getattr(times, name) for name in LONGEST}
    if terms is not None:
        said |= {
            "handles": terms.data,
            "redacted_until": terms.redacted_until,
            "clause": str(terms.clause_id or ""),
        }
    return said


def _lines(times: LeadTimes) -> list[TermLine]:
    return [
        TermLine("Major", f"{_days(times.major_days)} before", "Another version, or another way to decide"),
        TermLine(
            "Minor", f"{_days(times.minor_days, 'business ')} before", "The same model, a little different"
        ),
        TermLine("Configuration", f"{_days(times.config_days, 'business ')} before", "Prompts and settings"),
        TermLine("Retirement", f"{_days(times.retirement_days)} before", "A version that ends"),
        TermLine(
            "Emergency",
            f"{times.emergency_hours} {'hour' if times.emergency_hours == 1 else 'hours'} after, at the latest",
            f"Ratified within {_days(times.ratify_days, 'business ')}, or rolled back",
        ),
        TermLine(
            "Objection",
            f"within {_days(times.objection_days, 'business ')}",
            "Where the provider decides and the impact is medium; then silence is consent",
        ),
        TermLine("Watch", f"{_days(times.watch_days)} after", "QA looks at more of it"),
    ]


def _days(count: int, kind: str = "") -> str:
    return f"{count} {kind}{'day' if count == 1 else 'days'}"
