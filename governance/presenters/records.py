"""How long records are kept, as a reader sees it."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from audit.domain.retention import JURISDICTIONS, HoldScope, RecordClass
from audit.models import LegalHold
from contracts.models import User
from governance.selectors.records import ClassTerms, Records, Subject

ALL_KEPT = "No period is set: everything is kept."


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One period as it was set, and the law under which it was."""

    law: str
    days: str
    basis: str
    allowed: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ClassCard:
    """A class of records: for how long it is kept, and why."""

    id: str
    label: str
    meaning: str
    period: str
    rows: list[PolicyRow]


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold as its keepers see it. `why_not` is why the reader may not lift it; empty where he may."""

    id: str
    covers: str
    key: str
    reason: str
    placed_at: datetime
    placed_by: str
    lifted_at: datetime | None
    lifted_by: str
    lift_reason: str
    lift_url: str
    why_not: str


@dataclass(frozen=True, slots=True)
class RecordsPage:
    """The records of one client."""

    log: str
    client: str
    keeps: bool
    classes: list[ClassCard]
    purge: str
    held: str
    pruned: str
    pruned_at: datetime | None
    holds: list[HoldRow]


@dataclass(frozen=True, slots=True)
class SubjectCard:
    """What an erasure would take of one subject. `refusal` says why it cannot be now."""

    key: str
    text: str
    since: datetime | None
    nothing: bool
    refusal: str


def page(found: Records, user: User) -> RecordsPage:
    return RecordsPage(
        log=found.client.log_key,
        client=found.client.name,
        keeps=found.keeps,
        classes=[_card(terms, found.names) for terms in found.terms],
        purge=_purge(found),
        held=_held(found.held),
        pruned=_pruned(found),
        pruned_at=found.pruning.pruned_at if found.pruning else None,
        holds=[_hold(hold, found, user) for hold in found.holds],
    )


def _card(terms: ClassTerms, names: dict[str, str]) -> ClassCard:
    period = ALL_KEPT
    if terms.days is not None and terms.bounds is not None:
        least, most = terms.bounds.floor_of.name, terms.bounds.ceiling_of.name
        laws = (
            f"by the law of {least}"
            if least == most
            else f"at least by the law of {least}, at most by that of {most}"
        )
        period = f"Kept for {terms.days:,} days. Allowed are {terms.bounds.floor:,} to {terms.bounds.ceiling:,} days, {laws}."
    return ClassCard(
        terms.record_class.value,
        terms.record_class.label,
        terms.record_class.meaning,
        period,
        [
            _policy(
                terms.record_class,
                one.jurisdiction,
                one.keep_days,
                one.set_at,
                names.get(one.set_by, one.set_by),
            )
            for one in terms.policies
        ],
    )


def _policy(record_class: RecordClass, code: str, days: int, at: datetime, by: str) -> PolicyRow:
    law = JURISDICTIONS.get(code)
    allowed, basis = ("–", "–")
    if law is not None:
        period = law.periods[record_class]
        allowed, basis = f"{period.floor:,} to {period.ceiling:,} days", period.basis
    return PolicyRow(law.name.removeprefix("the ") if law else code, f"{days:,} days", basis, allowed, at, by)


def _purge(found: Records) -> str:
    due = found.due
    if due.days is None:
        return "Personal values are kept until a period is set for them."
    took = f"The next purge, within a day, takes {_count(due.values, 'personal value')}"
    return (
        f"{took}; {_count(due.held, 'value')} past the period stay under legal hold."
        if due.held
        else f"{took}."
    )


def _held(count: int) -> str:
    return f"{_count(count, 'legal hold')} in force" if count else "No legal hold is in force"


def _pruned(found: Records) -> str:
    if found.pruning is None:
        return ""
    return (
        f"The texts of {_count(found.pruning.entries_in_all, 'entry', 'entries')} before entry "
        f"{found.pruning.end_index:,} were removed when their period was over; their hashes and proofs remain."
    )


def _hold(hold: LegalHold, found: Records, user: User) -> HoldRow:
    why_not = ""
    if hold.placed_by == str(user.pk):
        why_not = "You placed this hold: somebody else who keeps these records lifts it."
    return HoldRow(
        id=str(hold.pk),
        covers=HoldScope(hold.scope).label,
        key=hold.key,
        reason=hold.reason,
        placed_at=hold.placed_at,
        placed_by=found.names.get(hold.placed_by, hold.placed_by),
        lifted_at=hold.lifted_at,
        lifted_by=found.names.get(hold.lifted_by, hold.lifted_by),
        lift_reason=hold.lift_reason,
        lift_url=reverse("governance:records_lift", args=[found.client.log_key, hold.pk]),
        why_not=why_not,
    )


def subject_card(found: Subject) -> SubjectCard:
    holding = found.holding
    text = f"{_count(holding.values, 'personal value')} in {_count(holding.events, 'event')}"
    refusal = ""
    if found.holds:
        told = "; ".join(hold.reason for hold in found.holds)
        refusal = f"A legal hold covers this, so nothing of it is erased until the hold is lifted ({told})."
    return SubjectCard(found.key, text, holding.since, holding.values == 0, refusal)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
