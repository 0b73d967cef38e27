"""Model changes as their templates show them: where they stand, what they need next and from whom.

An AI vendor reads which party acted, never which person of another organisation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse

from contracts.domain import change_impact
from contracts.domain.change_kinds import ChangeClass, ChangeKind, ChangeState, Impact, Proof
from contracts.enums import Party
from contracts.models import ChangeEvidence, ChangeMove, FreezePeriod, ModelChange, UndeclaredVersion, User
from contracts.permissions import changes as permissions
from contracts.presenters import change_acts
from contracts.presenters.parts import State

_HUES = {
    ChangeState.REJECTED: ("bad", "bad"),
    ChangeState.OBJECTION: ("warn", "warn"),
    ChangeState.ROLLED_BACK: ("warn", "warn"),
    ChangeState.EMERGENCY_DEPLOYED: ("bad", "warn"),
    ChangeState.APPROVED: ("good", "check"),
    ChangeState.DEPLOYED: ("good", "check"),
    ChangeState.CLOSED: ("neutral", "check"),
    ChangeState.RATIFIED: ("neutral", "check"),
}
_ACTIONS = {
    "drafted": "Drafted",
    "notified": "Notice given",
    "notice_late": "The notice is late: a breach",
    "classified": "Classed",
    "tested": "Test begun",
    "evidenced": "Shown",
    "submitted": "Given to those who approve",
    "approved": "Approved",
    "objected": "Objected to",
    "vetoed": "Vetoed",
    "rejected": "Rejected",
    "withdrawn": "Withdrawn",
    "scheduled": "Scheduled",
    "deployed": "Deployed",
    "watched": "Watch begun",
    "closed": "Closed",
    "rolled_back": "Rolled back",
    "emergency_deployed": "Told after it was deployed in an emergency",
    "ratified": "Ratified",
    "ratification_overdue": "Not ratified in time",
}
_PARTIES = {Party.CLIENT: "the client", Party.PROVIDER: "the provider", Party.AI_VENDOR: "the AI vendor"}


@dataclass(frozen=True)
class Row:
    url: str
    number: int
    process: str
    reference: str
    model: str
    what: str
    change_class: str
    impact: str
    state: State
    planned_at: datetime | None
    late: bool
    next: str


@dataclass(frozen=True)
class Line:
    when: datetime
    what: str
    who: str
    details: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Evidence:
    proof: str
    enough: bool
    figures: str
    summary: str
    shortfall: str
    who: str
    at: datetime


@dataclass(frozen=True)
class Needed:
    """What has to be shown, and whether it is."""

    label: str
    done: bool


@dataclass(frozen=True)
class ChangePage:
    number: int
    reference: str
    model: str
    vendor: str
    process: str
    process_name: str
    process_url: str
    state: State
    late: bool
    change_class: str
    impact: str
    decides: str
    next: str
    content: list[tuple[str, str]]
    planned_at: datetime | None
    earliest_at: datetime | None
    scheduled_for: datetime | None
    objection_until: datetime | None
    ratify_until: datetime | None
    watch_until: datetime | None
    figures: list[tuple[str, str]]
    needed: list[Needed]
    evidence: list[Evidence]
    story: list[Line]
    acts: list[change_acts.Act]


@dataclass(frozen=True)
class Frozen:
    name: str
    begins: date
    ends: date
    where: str
    url: str


@dataclass(frozen=True)
class Undeclared:
    id: UUID
    reference: str
    step: str
    at: datetime
    url: str


def chip(state: str) -> State:
    hue, icon = _HUES.get(ChangeState(state), ("info", "info"))
    return State(ChangeState(state).label, hue, icon)


def rows(changes: Sequence[ModelChange]) -> list[Row]:
    return [
        Row(
            url=reverse("contracts:change", args=[change.pk]),
            number=change.number,
            process=change.process.code,
            reference=change.reference,
            model=change.model.name,
            what=ChangeKind(change.kind).label,
            change_class=ChangeClass(change.change_class).label,
            impact=Impact(change.impact).label if change.impact else "",
            state=chip(change.state),
            planned_at=change.planned_at,
            late=change.notice_late,
            next=needs(change),
        )
        for change in changes
    ]


def needs(change: ModelChange, missing: Sequence[Proof] = ()) -> str:
    """What a change waits for, and for whom, in words."""
    state = ChangeState(change.state)
    if state == ChangeState.CLIENT_REVIEW:
        return _approval(change)
    if state == ChangeState.EMERGENCY_DEPLOYED:
        until = f" by {change.ratify_until:%-d %b %Y %H:%M} UTC" if change.ratify_until else ""
        return f"{_whom(change).capitalize()} ratifies it{until}; until then people look at all it puts out."
    if state == ChangeState.IN_TEST and missing:
        names = ", ".join(proof.label.lower() for proof in missing)
        return f"The AI vendor or the provider still shows: {names}."
    if state == ChangeState.SCHEDULED and change.scheduled_for:
        return f"It is deployed {change.scheduled_for:%-d %b %Y %H:%M} UTC or later, by somebody who decides."
    if state == ChangeState.WATCH and change.watch_until:
        return f"It is under watch until {change.watch_until:%-d %b %Y}; then it is closed with its figures."
    return {
        ChangeState.DRAFT: "Whoever drafted it sends it.",
        ChangeState.NOTIFIED: "The provider or the client classes it.",
        ChangeState.CLASSIFIED: "The AI vendor or the provider tests it, or gives it to those who approve.",
        ChangeState.IN_TEST: "Everything is shown: it can be given to those who approve.",
        ChangeState.OBJECTION: "The AI vendor answers the objection with another test, or withdraws it.",
        ChangeState.APPROVED: "Somebody who decides says when it is deployed.",
        ChangeState.DEPLOYED: "The watch begins by itself.",
    }.get(state, "Nothing: it is over.")


def _approval(change: ModelChange) -> str:
    if change.objection_until:
        return f"The client may object until {change.objection_until:%-d %b %Y %H:%M} UTC; without a word it is approved then."
    waits = f"{_whom(change).capitalize()} approves it."
    silence = change.impact == Impact.HIGH
    return f"{waits} Silence is not consent." if silence else waits


def _whom(change: ModelChange) -> str:
    parties = sorted(permissions.missing_approvals(change))
    return " and ".join(_PARTIES[party] for party in parties) or "the client"


def page(
    change: ModelChange,
    user: User,
    at: datetime,
    *,
    moves: Sequence[ChangeMove],
    evidence: Sequence[ChangeEvidence],
    missing: Sequence[Proof],
) -> ChangePage:
    wanted = change_impact.proofs(Impact(change.impact or Impact.HIGH), ChangeClass(change.change_class))
    chain = change_impact.chain(Impact(change.impact or Impact.HIGH), Party(change.decides or Party.CLIENT))
    who = " and ".join(sorted(_PARTIES[party] for party in chain.approvers))
    return ChangePage(
        number=change.number,
        reference=change.reference,
        model=change.model.name,
        vendor=change.model.vendor.name,
        process=change.process.code,
        process_name=change.process.name,
        process_url=reverse("contracts:changes", args=[change.process.code]),
        state=chip(change.state),
        late=change.notice_late,
        change_class=ChangeClass(change.change_class).label,
        impact=Impact(change.impact).label if change.impact else "",
        decides=who if change.impact else "",
        next=needs(change, missing),
        content=_content(change),
        planned_at=change.planned_at,
        earliest_at=change.earliest_at,
        scheduled_for=change.scheduled_for,
        objection_until=change.objection_until,
        ratify_until=change.ratify_until,
        watch_until=change.watch_until,
        figures=figures(change),
        needed=[Needed(proof.label, proof not in missing) for proof in wanted],
        evidence=[_evidence(one, user) for one in evidence],
        story=[_line(move, user) for move in moves],
        acts=change_acts.acts(change, user, at),
    )


def _content(change: ModelChange) -> list[tuple[str, str]]:
    window = ""
    if change.test_from and change.test_until:
        window = f"{change.test_from:%-d %b %Y} to {change.test_until:%-d %b %Y}"
    told = [
        ("What changes", ChangeKind(change.kind).label),
        ("Steps", ", ".join(change.steps)),
        ("Why", change.reason),
        ("What will be different", change.behaviour),
        ("Evaluated", change.evaluation),
        ("Data", change.data_handling),
        ("Can be tested", window),
        ("Taken back", change.rollback_plan),
        ("Questions", change.contact),
    ]
    return [(label, value) for label, value in told if value]


def figures(change: ModelChange) -> list[tuple[str, str]]:
    """How much people changed before and after, where a change is closed."""
    pairs = [
        ("Before", change.before_decided, change.before_changed),
        ("After", change.after_decided, change.after_changed),
    ]
    return [(label, rate(changed or 0, decided)) for label, decided, changed in pairs if decided is not None]


def rate(changed: int, decided: int) -> str:
    """A deviation rate with what it is a rate of."""
    if not decided:
        return "nothing was decided"
    return f"{100 * changed / decided:.1f} % ({changed:,} of {decided:,})"


def _evidence(one: ChangeEvidence, user: User) -> Evidence:
    parts = []
    if one.cases is not None:
        parts.append(f"{one.cases:,} cases")
    if one.before is not None and one.after is not None:
        parts.append(f"ADR {one.before.normalize():f} % before, {one.after.normalize():f} % after")
    if one.share is not None:
        parts.append(f"{one.share.normalize():f} % of what came in")
    if one.since and one.until:
        parts.append(f"{one.since:%-d %b} to {one.until:%-d %b %Y}")
    elif one.until:
        parts.append(f"{one.until:%-d %b %Y}")
    return Evidence(
        proof=Proof(one.proof).label,
        enough=one.enough,
        figures=" · ".join(parts),
        summary=one.summary,
        shortfall=one.shortfall,
        who=named(one.shown_by, user),
        at=one.shown_at,
    )


def _line(move: ChangeMove, user: User) -> Line:
    what = _ACTIONS.get(move.action, move.action.replace("_", " "))
    if move.action == "evidenced":
        return Line(move.moved_at, f"{what}: {move.note.lower()}", named(move.moved_by, user))
    details = [("In words", move.note)] if move.note else []
    return Line(move.moved_at, what, named(move.moved_by, user), details)


def named(person: User | None, reader: User) -> str:
    """Who acted, as this reader may know: an AI vendor learns of others which party they are of."""
    if person is None:
        return "by the clock"
    foreign = person.organisation_id != reader.organisation_id
    if permissions.is_vendor(reader) and foreign:
        return person.organisation.name if person.organisation else "another party"
    return person.name


def frozen(code: str, freezes: Sequence[FreezePeriod], user: User) -> list[Frozen]:
    """The days ahead; the address at which one is lifted for the party that set it alone."""
    return [
        Frozen(
            one.name,
            one.begins,
            one.ends,
            "this process" if one.process_id else "every process of the client",
            reverse("contracts:freeze_lift", args=[code, one.pk])
            if one.set_by.organisation_id == user.organisation_id
            else "",
        )
        for one in freezes
    ]


def undeclared(code: str, found: Sequence[UndeclaredVersion]) -> list[Undeclared]:
    return [
        Undeclared(
            one.pk,
            one.reference,
            one.step,
            one.noticed_at,
            reverse("contracts:undeclared_settle", args=[code, one.pk]),
        )
        for one in found
    ]
