"""The page of a case: what one reader sees of it, what he may do, and why not where he may not."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from audit import presenters as trail
from audit.presenters import Line
from contracts.domain.halting import KEEPS_BACK
from contracts.presenters.parts import State
from reviews.domain import blindness
from reviews.enums import CaseState, EscalationState
from reviews.models import Recall
from reviews.presenters import buttons, deciders, outputs, values, words
from reviews.presenters.buttons import Button
from reviews.presenters.values import Part
from reviews.selectors import halted, snapshots
from reviews.selectors.cases import Desk
from reviews.selectors.queues import COUNTED

# How the reader stands to the case.
WORKING, LAPSED, FREE, READING = "working", "lapsed", "free", "reading"


@dataclass(frozen=True)
class Panel:
    """A piece of evidence; `url` records that it was opened."""

    name: str
    title: str
    url: str
    required: bool
    opened_at: datetime | None
    open: bool
    content: Part | None
    body_template: str = "reviews/_evidence_body.html"


@dataclass(frozen=True)
class Sop:
    title: str
    url: str
    number: int
    changed: str
    summary: str
    steps: list[str]


@dataclass(frozen=True)
class CasePage:
    id: UUID
    short: str
    process: str
    step: str
    severity: State
    state: State
    standing: str
    sentence: str
    why: list[str]
    decides: list[str]
    sent_up: str
    clocks: list[str]
    question: str
    answer: str
    due: str
    overdue: bool
    lease_ends: datetime | None
    lease_seconds: int
    left: str
    ai_scope: str
    human_scope: str
    input: Part
    redacted: str
    reveal_reason: str
    panels: list[Panel]
    missing: list[str]
    story: list[Line]
    blind: str
    sop: Sop | None
    ai: outputs.Ai | None
    given: list[outputs.Given]
    edited: list[outputs.Edited] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    asides: list[Button] = field(default_factory=list)
    own: bool = False
    restored: str = ""
    acknowledge_url: str = ""
    halt: str = ""
    recalled_url: str = ""
    recall_url: str = ""
    escalated: bool = False
    package: list[tuple[str, str]] = field(default_factory=list)

    @property
    def working(self) -> bool:
        return self.standing == WORKING


def case_page(desk: Desk, version: outputs.Version, *, open_panel: str = "") -> CasePage:
    """The page of a case for its reader."""
    case, interaction, at = desk.case, desk.case.interaction, desk.at
    hidden_ai, hidden = hides_ai(desk), hides_verdicts(desk)
    standing = _standing(desk)
    panels = [_panel(desk, entry, open_panel) for entry in interaction.step.evidence]
    missing = [panel.title for panel in panels if panel.required and panel.opened_at is None]
    return CasePage(
        id=case.pk,
        short=words.short_id(case.pk),
        process=case.process.name,
        step=interaction.step.name,
        severity=words.severity(case.severity),
        state=words.case_state(case.state),
        standing=standing,
        sentence=_sentence(desk, standing),
        why=deciders.why(desk, hidden_ai),
        decides=deciders.decides(desk),
        sent_up=deciders.sent_up(desk),
        clocks=deciders.clocks(desk),
        question=deciders.question(desk),
        answer=case.answer,
        due=words.clock(case.due_at, at),
        overdue=case.due_at < at and case.state not in {CaseState.DECIDED, CaseState.CLOSED},
        lease_ends=desk.claim.expires_at if desk.claim else None,
        lease_seconds=settings.LEASE_SECONDS,
        left=words.bounded(desk.left, COUNTED),
        ai_scope=interaction.step.ai_scope,
        human_scope=interaction.step.human_scope,
        input=values.part(interaction.input),
        redacted=_redacted(desk),
        reveal_reason=desk.may["reveal"],
        panels=panels,
        missing=missing,
        story=_story(desk, hidden),
        blind=_blind(desk, hidden_ai=hidden_ai, hidden=hidden),
        sop=_sop(desk),
        ai=None if hidden_ai else outputs.ai_of(desk),
        given=[] if hidden else [outputs.given_of(interaction, decision) for decision in desk.decisions],
        edited=[outputs.edited_of(desk, version, name, bound) for name, bound in version.fields],
        buttons=buttons.deciding(missing, own=version.own),
        asides=buttons.asides(desk),
        own=version.own,
        restored=_restored(desk, version),
        acknowledge_url=_acknowledge_url(desk),
        halt=_halt(desk),
        recalled_url="" if desk.to_score else _recalled_url(desk),
        recall_url=reverse("reviews:recall_new", args=[interaction.pk]) if desk.may["recall"] == "" else "",
        escalated=case.state == CaseState.ESCALATED,
        package=[] if hidden or hidden_ai else deciders.package(desk),
    )


def _recalled_url(desk: Desk) -> str:
    recall: Recall | None = getattr(desk.case.interaction, "recall", None)
    return reverse("reviews:recall", args=[recall.pk]) if recall else ""


def hides_ai(desk: Desk) -> bool:
    return blindness.ai_output_hidden(
        category=desk.case.interaction.category, state=desk.case.state, decided=desk.mine is not None
    )


def hides_verdicts(desk: Desk) -> bool:
    return blindness.verdicts_hidden(
        state=desk.case.state,
        second_round=desk.case.first_reviewer_id is not None,
        decided=desk.mine is not None,
        to_score=desk.to_score,
    )


# ── How the reader stands to it ──────────────────────────────────────────────────────────────────────────────


def _standing(desk: Desk) -> str:
    if desk.may["work"] == "":
        return WORKING
    if desk.mine is not None:
        return READING
    claimable = desk.may["claim"] == "" or _in_limbo(desk)
    if desk.lapsed is not None and claimable:
        return LAPSED
    return FREE if claimable else READING


def _in_limbo(desk: Desk) -> bool:
    """The lease ran out and the sweep has not come by yet: the case still names the reader as the one at work."""
    case = desk.case
    return case.state == CaseState.IN_REVIEW and case.owner_id == desk.reader.pk and desk.claim is None


def _sentence(desk: Desk, standing: str) -> str:
    """What the page says above everything where the reader cannot simply work."""
    case = desk.case
    if standing == LAPSED and desk.lapsed is not None:
        kept = "Your draft is kept." if desk.draft else "Nothing you opened is lost."
        ended = words.clock(desk.lapsed.expires_at, desk.at)
        return f"Your lease ended at {ended}. {kept} Claim the case again to go on."
    if standing == FREE:
        return "Nobody is working on this case."
    if standing == WORKING:
        return ""
    return {
        CaseState.IN_REVIEW: f"{case.owner.name} is working on this case." if case.owner else "",
        CaseState.ESCALATED: f"This case is with {case.owner.name}." if case.owner else "",
        CaseState.AWAITING_INFORMATION: "This case waits for an answer of the AI agent.",
        CaseState.DECIDED: _decided(desk),
        CaseState.CLOSED: "This case is closed: its outcome was released.",
    }.get(CaseState(case.state), desk.may["claim"])


def _acknowledge_url(desk: Desk) -> str:
    escalation = desk.escalation
    if (
        escalation is None
        or escalation.owner_id != desk.reader.pk
        or escalation.state != EscalationState.OPEN
    ):
        return ""
    return reverse("reviews:acknowledge", args=[escalation.pk])


def _decided(desk: Desk) -> str:
    after = desk.case.interaction.release_after
    if after is None or after <= desk.at:
        return "This case is decided and about to be released."
    return f"This case is decided. It is released at {timezone.localtime(after).strftime('%H:%M:%S %Z')}."


def _restored(desk: Desk, version: outputs.Version) -> str:
    if version.sent or desk.draft is None or not any(str(value) for value in desk.draft.content.values()):
        return ""
    return words.clock(desk.draft.saved_at, desk.at)


# ── Left: what happened ──────────────────────────────────────────────────────────────────────────────────────


def _redacted(desk: Desk) -> str:
    report = desk.case.interaction.redaction
    if report.get("attested"):
        return "redacted by the sender"
    found = sum(int(count) for count in (report.get("counts") or {}).values())
    return f"{found} {'passage' if found == 1 else 'passages'} redacted" if found else "nothing to redact"


def _panel(desk: Desk, entry: dict, open_panel: str) -> Panel:
    interaction = desk.case.interaction
    names = entry.get("fields") or [entry["name"]]
    return Panel(
        name=entry["name"],
        title=entry.get("label", entry["name"]),
        url=reverse("reviews:evidence", args=[desk.case.pk, entry["name"]]),
        required=desk.snapshot.evidence_required and entry["name"] in desk.step.evidence,
        opened_at=desk.opened.get(entry["name"]),
        open=entry["name"] == open_panel,
        content=values.named([interaction.attributes, interaction.input], names),
    )


def _story(desk: Desk, hidden: bool) -> list[Line]:
    """The story without details, the newest last; a verdict that the reader must not know is told only as given."""
    given = "Gave a decision" if desk.to_score else "Gave the first review"
    lines = []
    for event in desk.events:
        line = trail.present(event)
        what = line.what
        if hidden and event.action in blindness.VERDICT_EVENTS:
            if event.action != "review.decided":
                continue
            what = given
        lines.append(Line(when=line.when, who=_who(desk, line), what=what))
    return lines


def _who(desk: Desk, line: Line) -> str:
    person = desk.people.get(line.actor_id)
    if person is None:
        return line.who
    return f"{person.name}, {words.role(line.role)}" if line.role else person.name


def _blind(desk: Desk, *, hidden_ai: bool, hidden: bool) -> str:
    if hidden_ai:
        return "This step belongs to people: what the AI put out is shown once your own decision is recorded."
    if desk.to_score:
        return "You may score this interaction: what was decided is shown once it is scored."
    if hidden:
        return "Second review: the first verdict is shown once yours is in."
    return ""


def _sop(desk: Desk) -> Sop | None:
    document, version = desk.case.interaction.step.sop, desk.sop
    if document is None or version is None:
        return None
    return Sop(
        title=f"{document.code} {document.title}",
        url=reverse("contracts:document", args=[document.pk]),
        number=version.number,
        changed=words.days_ago(version.published_at, desk.at) if version.published_at else "not dated",
        summary=version.summary,
        steps=[str(step) for step in version.steps],
    )


def _halt(desk: Desk) -> str:
    """What a halt in force means for this case."""
    found = halted.over(snapshots.terms_of(desk.case), desk.case.interaction)
    if found is None:
        return ""
    kept = found.degree in KEEPS_BACK
    meaning = (
        "what you decide is kept and goes out when the halt is over"
        if kept
        else "what you decide goes out as always"
    )
    drill = "A drill: " if found.drill else ""
    return f"{drill}{found.by} halted {found.name}: {meaning}. Undo and claims go on."
