"""Test calls in words: when the next is due, who answered, at which level, in what time (C7)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from contracts import access
from contracts.domain import escalation_matrix
from contracts.domain.matrix_lint import row_in_words
from contracts.models import EscalationMatrix, Process, User
from contracts.presenters.parts import State
from reviews import permissions
from reviews.domain import drills, keysets
from reviews.enums import CallEnd, DrillState
from reviews.models import EscalationDrill, EscalationDrillCall
from reviews.presenters import words
from reviews.presenters.rule_life import Button
from reviews.selectors.drills import Standing
from reviews.services.drills import RUNS

_STATES = {
    DrillState.RUNNING: ("info", "clock"),
    DrillState.ANSWERED: ("good", "check"),
    DrillState.UNANSWERED: ("bad", "bad"),
    DrillState.CANCELLED: ("neutral", "dot"),
}
_LATE = State("Answered late", "warn", "clock")
_CALLED = State("Is being called", "info", "clock")
_ENDS = {
    CallEnd.ANSWERED: State("Answered", "good", "check"),
    CallEnd.UNANSWERED: State("Did not answer in time", "bad", "bad"),
    CallEnd.NOBODY: State("Nobody else was there to call", "bad", "bad"),
    CallEnd.CANCELLED: State("Called off", "neutral", "dot"),
}


@dataclass(frozen=True)
class Line:
    """A drill in a list."""

    url: str
    row: str
    at: datetime
    state: State
    answered_by: str
    level: str
    took: str


@dataclass(frozen=True)
class CallLine:
    """The call at one level."""

    level: str
    person: str
    role: str
    at: datetime
    limit: datetime
    state: State
    took: str


@dataclass(frozen=True)
class MyCall:
    """A test call that waits for the reader."""

    process: str
    level: str
    url: str
    answer_url: str
    limit: str


@dataclass(frozen=True)
class Box:
    """How the path of a process stands, with its newest drills for those who may read them."""

    code: str
    name: str
    url: str
    last: datetime | None
    due: datetime | None
    overdue: bool
    reviewed: datetime | None
    review_by: date | None
    review_overdue: bool
    start: Button
    readable: bool
    lines: list[Line] = field(default_factory=list)
    next_url: str = ""


@dataclass(frozen=True)
class DrillPage:
    code: str
    name: str
    url: str
    row: str
    version: int
    by: str
    at: datetime
    state: State
    running: bool
    outcome: str
    calls: list[CallLine]
    answer_url: str
    cancel: Button


def box(
    process: Process,
    matrix: EscalationMatrix | None,
    standing: Standing,
    reader: User,
    at: datetime,
    rows: Sequence[EscalationDrill],
    *,
    more: bool = False,
) -> Box:
    """`matrix` is the version in force."""
    url = reverse("reviews:matrix_drills", args=[process.code])
    approved = (matrix.decided_at or matrix.activated_at) if matrix else None
    review_by = escalation_matrix.review_due(matrix.review_by, approved) if matrix else None
    last = rows[-1] if more else None
    start = Button(url, *access.allowed(permissions.check_can_start_drill, reader, process))
    if start.allowed and any(drill.state == DrillState.RUNNING for drill in rows):
        start = Button(url, False, RUNS)
    return Box(
        code=process.code,
        name=process.name,
        url=url,
        last=standing.last,
        due=standing.due,
        overdue=standing.overdue(at),
        reviewed=approved,
        review_by=review_by,
        review_overdue=review_by is not None and review_by < at.date(),
        start=start,
        readable=access.allowed(permissions.check_can_see_drills, reader, process)[0],
        lines=[_line(drill) for drill in rows],
        next_url=f"?{urlencode({'after': keysets.write(last.started_at, last.pk)})}" if last else "",
    )


def _line(drill: EscalationDrill) -> Line:
    answered = _answered(drill)
    return Line(
        url=_url(drill),
        row=_row(drill),
        at=drill.started_at,
        state=_state(drill),
        answered_by=answered.person.name if answered and answered.person else "",
        level=_level(drill, answered.level)["name"] if answered else "",
        took=_took(answered) if answered else "",
    )


def page(drill: EscalationDrill, reader: User) -> DrillPage:
    calls = list(drill.calls.all())
    called = any(call.person_id == reader.pk and call.ended_at is None for call in calls)
    code = drill.process.code
    return DrillPage(
        code=code,
        name=drill.process.name,
        url=_url(drill),
        row=_row(drill),
        version=drill.path_version,
        by=drill.started_by.name,
        at=drill.started_at,
        state=_state(drill),
        running=drill.state == DrillState.RUNNING,
        outcome=_outcome(drill),
        calls=[_call(drill, call) for call in calls],
        answer_url=reverse("reviews:matrix_drill_answer", args=[code, drill.pk]) if called else "",
        cancel=Button(
            reverse("reviews:matrix_drill_cancel", args=[code, drill.pk]),
            *access.allowed(permissions.check_can_start_drill, reader, drill.process),
        ),
    )


def mine(calls: Sequence[EscalationDrillCall], at: datetime) -> list[MyCall]:
    return [
        MyCall(
            process=call.drill.process.name,
            level=_level(call.drill, call.level)["name"],
            url=_url(call.drill),
            answer_url=reverse("reviews:matrix_drill_answer", args=[call.drill.process.code, call.drill_id]),
            limit=words.limit(call.due_at, at),
        )
        for call in calls
    ]


def _call(drill: EscalationDrill, call: EscalationDrillCall) -> CallLine:
    level = _level(drill, call.level)
    state = _ENDS[CallEnd(call.end)] if call.end else _CALLED
    return CallLine(
        level=f"{call.level} · {level['name']}",
        person=call.person.name if call.person else "",
        role=words.role(level["role"]) if str(call.person_id) == level["person"] else "deputy",
        at=call.started_at,
        limit=call.due_at,
        state=_LATE if call.answered_at and call.answered_at > call.due_at else state,
        took=_took(call),
    )


def _outcome(drill: EscalationDrill) -> str:
    """The whole drill in a sentence; empty while it runs."""
    if drill.ended_at is None:
        return ""
    whole = words.took(drills.seconds(drill.started_at, drill.ended_at))
    answered = _answered(drill)
    if answered and answered.person:
        return (
            f"{answered.person.name} answered at level {answered.level} after {_took(answered)}, {whole} after"
            " the drill began."
        )
    if drill.state == DrillState.CANCELLED:
        return f"Called off by {drill.ended_by.name if drill.ended_by else 'nobody'} after {whole}. It counts as none."
    return f"Nobody answered up to the last level, for {whole}. Somebody has to be reachable: go over the matrix."


def _answered(drill: EscalationDrill) -> EscalationDrillCall | None:
    return next((call for call in drill.calls.all() if call.answered_at), None)


def _took(call: EscalationDrillCall) -> str:
    return words.took(drills.seconds(call.started_at, call.answered_at)) if call.answered_at else ""


def _level(drill: EscalationDrill, number: int) -> dict[str, Any]:
    return next(level for level in drill.path if level["level"] == number)


def _row(drill: EscalationDrill) -> str:
    return row_in_words((drill.trigger_class, drill.severity)).capitalize()


def _state(drill: EscalationDrill) -> State:
    state = DrillState(drill.state)
    return State(state.label, *_STATES[state])


def _url(drill: EscalationDrill) -> str:
    return reverse("reviews:matrix_drill", args=[drill.process.code, drill.pk])
