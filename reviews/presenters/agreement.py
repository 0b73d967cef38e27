"""How far auditors agree: κ by process and line, the auditors themselves, and a calibration session."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from contracts.models import Process
from contracts.presenters.parts import State
from reviews.domain import double_scoring
from reviews.domain.double_scoring import Agreed
from reviews.domain.qa_kinds import CalibrationCause
from reviews.enums import Mark
from reviews.models import CalibrationSession
from reviews.presenters import words
from reviews.presenters.disputes import ENOUGH, Rate, rate
from reviews.selectors import calibrations as selector
from reviews.selectors.second_scores import Auditor, Standing, process_scorecard

_WORDS = {
    "poor": "bad",
    "slight": "bad",
    "fair": "bad",
    "moderate": "warn",
    "substantial": "good",
    "almost perfect": "good",
}


@dataclass(frozen=True)
class Kappa:
    """κ as it is shown: with its interval and word, or why nothing is said."""

    pairs: int
    alike: Rate
    value: str
    low: str
    high: str
    state: State


def kappa(agreed: Agreed, evaluations: int) -> Kappa:
    """Said from ten evaluations on that were scored twice."""
    enough = evaluations >= ENOUGH
    value = agreed.kappa.share
    if not enough:
        state = State(f"insufficient: {evaluations} scored twice", "neutral", "dot")
    elif value is None:
        state = State("undefined: both always said the same", "neutral", "dot")
    else:
        state = State(agreed.word, _WORDS[agreed.word], "warn" if agreed.low else "check")
    told = enough and value is not None
    return Kappa(
        pairs=agreed.pairs,
        alike=rate(agreed.alike, agreed.pairs),
        value=f"{value:.3f}" if told else "",
        low=f"{agreed.kappa.low:.2f}" if told else "",
        high=f"{agreed.kappa.high:.2f}" if told else "",
        state=state,
    )


@dataclass(frozen=True)
class SessionRow:
    url: str
    opened_at: datetime
    why: str
    state: State


@dataclass(frozen=True)
class Agreement:
    code: str
    name: str
    share: Rate
    pairs: int
    overall: Kappa | None
    lines: list[tuple[str, Kappa]]
    sessions: list[SessionRow]
    open_url: str


def agreement(standing: Standing) -> Agreement:
    running = any(session.held_at is None for session in standing.sessions)
    return Agreement(
        code=standing.process.code,
        name=standing.process.name,
        share=rate(standing.month_twice, standing.month),
        pairs=standing.pairs,
        overall=kappa(standing.overall, standing.pairs) if standing.overall else None,
        lines=[(text, kappa(agreed, agreed.pairs)) for text, agreed in standing.lines],
        sessions=[_session_row(session) for session in standing.sessions],
        open_url=reverse("reviews:calibrate", args=[standing.process.code])
        if standing.may_open and not running
        else "",
    )


def _session_row(session: CalibrationSession) -> SessionRow:
    return SessionRow(
        url=reverse("reviews:calibration", args=[session.pk]),
        opened_at=session.opened_at,
        why=_why(session),
        state=_state(session),
    )


def _why(session: CalibrationSession) -> str:
    if session.cause == CalibrationCause.KAPPA:
        return f"κ {session.kappa:.2f} over {session.pairs} pairs"
    return f"Opened by {session.opened_by.name}" if session.opened_by else ""


def _state(session: CalibrationSession) -> State:
    return State("Held", "good", "check") if session.held_at else State("To be held", "warn", "clock")


@dataclass(frozen=True)
class AuditorRow:
    name: str
    scored: int
    alike: Rate
    marks: Rate
    overturned: Rate


def auditors(process: Process, rows: Sequence[Auditor]) -> tuple[str, str, list[AuditorRow]]:
    """The code and name of a process with its auditors."""
    told = [
        AuditorRow(
            name=row.user.name,
            scored=row.scored,
            alike=rate(row.alike, row.compared),
            marks=rate(row.marks_alike, row.marks),
            overturned=rate(row.overturned, row.adjudicated),
        )
        for row in rows
    ]
    return process.code, process.name, told


@dataclass(frozen=True)
class Line:
    """A line on which auditors differ: what each gave, and what they agreed, or the field to say it in."""

    text: str
    marks: list[tuple[str, str]]
    field: Any
    agreed: str


@dataclass(frozen=True)
class Talked:
    """An evaluation of a session with the lines that there is to talk about."""

    url: str
    short: str
    lines: list[Line]


@dataclass(frozen=True)
class SessionPage:
    id: UUID
    code: str
    name: str
    why: str
    about: str
    state: State
    opened_at: datetime
    evaluations: list[Talked]
    variances: list[tuple[str, str]]
    participants: list[str]
    decision: str
    held_by: str
    held_at: datetime | None


def session_page(session: CalibrationSession, form: Any) -> SessionPage:
    texts = {item.code: item.text for item in process_scorecard(session.process)}
    people = selector.people(session)
    differing: dict[str, list[str]] = {evaluation: [] for evaluation in session.marks}
    for evaluation, code in double_scoring.disputed_lines(session.marks):
        differing[evaluation].append(code)
    return SessionPage(
        id=session.pk,
        code=session.process.code,
        name=session.process.name,
        why=_why(session),
        about=texts.get(session.line, session.line) or "all lines",
        state=_state(session),
        opened_at=session.opened_at,
        evaluations=[
            Talked(
                url=reverse("reviews:evaluation", args=[evaluation]),
                short=words.short_id(UUID(evaluation)),
                lines=[
                    Line(
                        text=texts.get(code, code),
                        marks=[
                            (people[auditor].name, Mark(given[code]).label)
                            for auditor, given in sorted(session.marks[evaluation].items())
                            if code in given
                        ],
                        field=form[double_scoring.agreed_name(evaluation, code)] if form else None,
                        agreed=_label(session.agreed.get(evaluation, {}).get(code, "")),
                    )
                    for code in codes
                ],
            )
            for evaluation, codes in differing.items()
        ],
        variances=[
            (texts.get(code, code), f"{value:.3f}")
            for code, value in double_scoring.variances(session.marks).items()
        ],
        participants=[person.name for person in session.participants.order_by("name", "pk")],
        decision=session.decision,
        held_by=session.held_by.name if session.held_by else "",
        held_at=session.held_at,
    )


def _label(mark: str) -> str:
    return Mark(mark).label if mark else ""
