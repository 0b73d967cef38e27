"""How long what is kept: classes of records, the law of each jurisdiction, and what is due at a moment.

Pure data and arithmetic. Periods are counted in days from when an event was recorded, by the clock, which nobody can
choose. The periods stand here as the product's defaults with their sources; a client's counsel confirms them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

# The longest a tree keeps a text: contract and three years more end before it.
_TEN_YEARS = 3_653
_EIGHT_YEARS = 2_922
_SEVEN_YEARS = 2_557
_THREE_YEARS = 1_096
_TWO_YEARS = 731
# "At least six months", counted so that no six months are longer.
_SIX_MONTHS = 184
_MONTH = 31


class RecordClass(StrEnum):
    """What is kept apart: the texts of the events, and the personal values sealed beside them."""

    TRAIL = "trail"
    PERSONAL = "personal"

    @property
    def label(self) -> str:
        return _CLASS_LABELS[self]

    @property
    def meaning(self) -> str:
        return _CLASS_MEANINGS[self]


_CLASS_LABELS = {RecordClass.TRAIL: "Texts of the trail", RecordClass.PERSONAL: "Personal values"}
_CLASS_MEANINGS = {
    RecordClass.TRAIL: "what the AI was given and put out, what people decided, and by which rule; "
    "the proofs stay when the text goes",
    RecordClass.PERSONAL: "the original texts and other values about people, sealed apart from the trail",
}


@dataclass(frozen=True, slots=True)
class Period:
    """How long a class of records is kept at least and at most, in days; by which law at least, and why no longer."""

    floor: int
    ceiling: int
    basis: str
    limit: str = "not longer than is needed: ten years is the limit of the product"


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A law under which records are kept."""

    code: str
    name: str
    periods: dict[RecordClass, Period]


_STORAGE = (
    "GDPR, Article 5(1)(e): no longer than is needed; a month at least, to answer who asks (Article 12(3))"
)
_NO_LONGER = "GDPR, Article 5(1)(e): no longer than is needed"

JURISDICTIONS: dict[str, Jurisdiction] = {
    one.code: one
    for one in (
        Jurisdiction(
            "EU",
            "the European Union",
            {
                RecordClass.TRAIL: Period(
                    _SIX_MONTHS,
                    _TEN_YEARS,
                    "AI Act, Articles 19(1) and 26(6): logs are kept for at least six months",
                ),
                RecordClass.PERSONAL: Period(_MONTH, _THREE_YEARS, _STORAGE, _NO_LONGER),
            },
        ),
        Jurisdiction(
            "DE",
            "Germany",
            {
                RecordClass.TRAIL: Period(
                    _EIGHT_YEARS,
                    _TEN_YEARS,
                    "AO, section 147(3), and HGB, section 257(4): vouchers are kept for eight years",
                ),
                RecordClass.PERSONAL: Period(_MONTH, _THREE_YEARS, _STORAGE, _NO_LONGER),
            },
        ),
        Jurisdiction(
            "IE",
            "Ireland",
            {
                RecordClass.TRAIL: Period(
                    _SEVEN_YEARS,
                    _TEN_YEARS,
                    "Statute of Limitations 1957, section 11: six years for a claim, and one more",
                ),
                RecordClass.PERSONAL: Period(_MONTH, _SEVEN_YEARS, _STORAGE, _NO_LONGER),
            },
        ),
        Jurisdiction(
            "JP",
            "Japan",
            {
                RecordClass.TRAIL: Period(
                    _TWO_YEARS, _TEN_YEARS, "Records of customer support: 24 months by agreement"
                ),
                RecordClass.PERSONAL: Period(
                    _MONTH,
                    _TWO_YEARS,
                    "APPI, Article 22: deleted without delay once it is not needed",
                    "APPI, Article 22: deleted without delay once it is not needed",
                ),
            },
        ),
        Jurisdiction(
            "SG",
            "Singapore",
            {
                RecordClass.TRAIL: Period(
                    _TWO_YEARS, _TEN_YEARS, "Records of customer support: 24 months by agreement"
                ),
                RecordClass.PERSONAL: Period(
                    _MONTH,
                    _TWO_YEARS,
                    "PDPA 2012, section 25: not kept once its purpose is served",
                    "PDPA 2012, section 25: not kept once its purpose is served",
                ),
            },
        ),
    )
}

# Why personal data is erased on request, by a code that stands in the trail.
LEGAL_BASES: dict[str, str] = {
    "gdpr_17_1_a": "GDPR, Article 17(1)(a): no longer needed",
    "gdpr_17_1_b": "GDPR, Article 17(1)(b): consent withdrawn",
    "gdpr_17_1_c": "GDPR, Article 17(1)(c): the person objects",
    "gdpr_17_1_d": "GDPR, Article 17(1)(d): processed unlawfully",
    "gdpr_17_1_e": "GDPR, Article 17(1)(e): the law demands it",
    "appi_35": "APPI, Article 35 (Japan): the person asks that its use ends",
    "pdpa_25": "PDPA 2012, section 25 (Singapore): its purpose is served",
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between what a period must lie, and which law says so on either side."""

    floor: int
    floor_of: Jurisdiction
    ceiling: int
    ceiling_of: Jurisdiction


def bounds(record_class: RecordClass, codes: Collection[str]) -> Bounds:
    """The strictest floor and the strictest ceiling of these jurisdictions. Where a floor stands above a ceiling it
    wins: what one law says must be kept is kept. ValueError for no jurisdiction, LookupError for an unknown one."""
    if not codes:
        raise ValueError("A period is set under a jurisdiction")
    laws = [_known(code) for code in sorted(codes)]
    floor_of = max(laws, key=lambda law: law.periods[record_class].floor)
    ceiling_of = min(laws, key=lambda law: law.periods[record_class].ceiling)
    floor, ceiling = floor_of.periods[record_class].floor, ceiling_of.periods[record_class].ceiling
    return Bounds(floor, floor_of, max(floor, ceiling), ceiling_of if ceiling >= floor else floor_of)


def refusal(record_class: RecordClass, days: int, codes: Collection[str]) -> str:
    """Why these days cannot be the period, naming floor, ceiling and their laws; nothing where they can."""
    span = bounds(record_class, codes)
    if span.floor <= days <= span.ceiling:
        return ""
    side = "shorter than the floor" if days < span.floor else "longer than the ceiling"
    return (
        f"{days} days are {side}. {record_class.label} are kept for {span.floor} days at least "
        f"({span.floor_of.name}: {span.floor_of.periods[record_class].basis}) and {span.ceiling} days at most "
        f"({span.ceiling_of.name}: {span.ceiling_of.periods[record_class].limit})."
    )


def _known(code: str) -> Jurisdiction:
    try:
        return JURISDICTIONS[code]
    except KeyError:
        raise LookupError(f"There is no jurisdiction {code!r}") from None


def period(record_class: RecordClass, set_days: dict[str, int]) -> int | None:
    """For how many days records are kept under what was set for each jurisdiction: the longest of these, never below
    the strictest floor, never above the strictest ceiling. None where nothing was set: then everything is kept."""
    if not set_days:
        return None
    span = bounds(record_class, set_days)
    return min(max(*set_days.values(), span.floor), span.ceiling)


def cutoff(at: datetime, days: int) -> datetime:
    """What was recorded before this moment is past its period."""
    return at - timedelta(days=days)


# ── Holds ────────────────────────────────────────────────────────────────────────────────────────────────────


class HoldScope(StrEnum):
    """What a legal hold covers."""

    LOG = "log"
    MATTER = "matter"
    SUBJECT = "subject"

    @property
    def label(self) -> str:
        return _SCOPE_LABELS[self]


_SCOPE_LABELS = {
    HoldScope.LOG: "Everything of the client",
    HoldScope.MATTER: "One interaction",
    HoldScope.SUBJECT: "One subject",
}


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold in force; `key` is the correlation id of a matter, or the opaque key of a subject."""

    scope: HoldScope
    key: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that is kept: when it was recorded, and whom and what matter it concerns, where that is known."""

    recorded_at: datetime
    subject: str = ""
    matter: UUID | None = None


def covers(hold: Hold, kept: Kept) -> bool:
    match hold.scope:
        case HoldScope.LOG:
            return True
        case HoldScope.SUBJECT:
            return kept.subject == hold.key
        case HoldScope.MATTER:
            return kept.matter is not None and str(kept.matter) == hold.key


def is_due(kept: Kept, *, days: int | None, holds: Iterable[Hold], at: datetime) -> bool:
    """Whether it is to go now: its period is over and no hold covers it. Without a period it stays."""
    if days is None or kept.recorded_at >= cutoff(at, days):
        return False
    return not any(covers(hold, kept) for hold in holds)
