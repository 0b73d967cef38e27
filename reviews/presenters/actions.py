"""Corrective actions and findings in words: whose, by when, how far (F11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from contracts import access
from contracts.models import Process, User
from contracts.presenters.parts import State
from reviews import permissions
from reviews.domain import keysets
from reviews.enums import ActionState
from reviews.models import CorrectiveAction, Evaluation, RecalibrationFinding
from reviews.presenters import words
from reviews.presenters.cases import Choice
from reviews.presenters.rule_life import Button
from reviews.selectors.consequences import Filters

NOBODY = "nobody yet"
_STATES = {
    ActionState.OPEN: ("warn", "clock"),
    ActionState.DONE: ("info", "person"),
    ActionState.VERIFIED: ("good", "check"),
}


@dataclass(frozen=True)
class Row:
    short: str
    url: str
    process: str
    step: str
    what: str
    owner: str
    state: State
    due: str
    overdue: bool


@dataclass(frozen=True)
class FindingRow:
    url: str
    process: str
    text: str
    times: int
    since: datetime
    until: datetime
    found: datetime
    open: bool


@dataclass(frozen=True)
class ActionsPage:
    rows: list[Row]
    findings: list[FindingRow]
    closed: list[FindingRow]
    processes: list[Choice]
    states: list[Choice]
    mine: bool
    overdue: bool
    filtered: bool
    first_url: str
    next_url: str
    clear_url: str


@dataclass(frozen=True)
class ActionPage:
    short: str
    process: str
    step: str
    state: State
    items: list[str]
    owner: str
    due: str
    overdue: bool
    opened: datetime
    evaluation_url: str
    recall_url: str
    case_url: str
    done: str
    done_by: str
    done_at: datetime | None
    returned: str
    verified_by: str
    verified_at: datetime | None
    finish: Button
    assign: Button
    verify: Button
    give_back: Button
    open: bool
    waits: bool


@dataclass(frozen=True)
class Scored:
    short: str
    url: str
    step: str
    at: datetime | None


@dataclass(frozen=True)
class FindingPage:
    process: str
    text: str
    item: str
    since: datetime
    until: datetime
    found: datetime
    scored: list[Scored]
    changed: str
    closed_by: str
    closed_at: datetime | None
    close: Button


def listing(
    rows: Sequence[CorrectiveAction],
    findings: Sequence[RecalibrationFinding],
    closed: Sequence[RecalibrationFinding],
    processes: Sequence[Process],
    filters: Filters,
    at: datetime,
    *,
    more: bool,
    first: bool,
) -> ActionsPage:
    here = reverse("reviews:actions")
    kept = {
        "process": filters.process,
        "state": filters.state,
        "mine": "on" if filters.mine else "",
        "overdue": "on" if filters.overdue else "",
    }
    query = {name: value for name, value in kept.items() if value}
    last = rows[-1] if rows and more else None
    next_url = ""
    if last:
        next_url = f"{here}?{urlencode({**query, 'after': keysets.write(last.due_at, last.pk)})}"
    return ActionsPage(
        rows=[_row(action, at) for action in rows],
        findings=[_finding_row(one) for one in findings],
        closed=[_finding_row(one) for one in closed],
        processes=[Choice(one.code, one.name, one.code == filters.process) for one in processes],
        states=[Choice(value, label, value == filters.state) for value, label in ActionState.choices()],
        mine=filters.mine,
        overdue=filters.overdue,
        filtered=bool(query),
        first_url="" if first else f"{here}?{urlencode(query)}" if query else here,
        next_url=next_url,
        clear_url=here,
    )


def _row(action: CorrectiveAction, at: datetime) -> Row:
    return Row(
        short=words.short_id(action.interaction_id),
        url=reverse("reviews:action", args=[action.pk]),
        process=action.process.name,
        step=action.interaction.step.name,
        what="; ".join(one["text"] for one in action.items) or "A critical fail",
        owner=action.owner.name if action.owner else NOBODY,
        state=_state(action),
        due=words.limit(action.due_at, at) if action.state == ActionState.OPEN else "",
        overdue=_overdue(action, at),
    )


def _finding_row(finding: RecalibrationFinding) -> FindingRow:
    return FindingRow(
        url=reverse("reviews:finding", args=[finding.pk]),
        process=finding.process.name,
        text=finding.text,
        times=len(finding.evaluations),
        since=finding.since,
        until=finding.until,
        found=finding.created_at,
        open=finding.closed_at is None,
    )


def page(action: CorrectiveAction, reader: User, at: datetime) -> ActionPage:
    case = getattr(action.interaction, "case", None)
    checks = {
        "finish": permissions.check_can_finish,
        "assign": permissions.check_can_assign,
        "verify": permissions.check_can_verify,
        "return": permissions.check_can_verify,
    }
    buttons = {
        name: Button(
            reverse(f"reviews:action_{name}", args=[action.pk]), *access.allowed(check, reader, action)
        )
        for name, check in checks.items()
    }
    return ActionPage(
        short=words.short_id(action.interaction_id),
        process=f"{action.process.code} · {action.process.name}",
        step=action.interaction.step.name,
        state=_state(action),
        items=[one["text"] for one in action.items],
        owner=action.owner.name if action.owner else NOBODY,
        due=words.limit(action.due_at, at),
        overdue=_overdue(action, at),
        opened=action.created_at,
        evaluation_url=reverse("reviews:evaluation", args=[action.evaluation_id]),
        recall_url=reverse("reviews:recall", args=[action.recall_id]) if action.recall_id else "",
        case_url=reverse("reviews:case", args=[case.pk]) if case else "",
        done=action.done if action.state != ActionState.OPEN else "",
        done_by=action.done_by.name if action.done_by else "",
        done_at=action.done_at,
        returned=action.returned if action.state == ActionState.OPEN else "",
        verified_by=action.verified_by.name if action.verified_by else "",
        verified_at=action.verified_at,
        finish=buttons["finish"],
        assign=buttons["assign"],
        verify=buttons["verify"],
        give_back=buttons["return"],
        open=action.state == ActionState.OPEN,
        waits=action.state == ActionState.DONE,
    )


def finding(finding: RecalibrationFinding, scored: Sequence[Evaluation], reader: User) -> FindingPage:
    return FindingPage(
        process=f"{finding.process.code} · {finding.process.name}",
        text=finding.text,
        item=finding.item,
        since=finding.since,
        until=finding.until,
        found=finding.created_at,
        scored=[
            Scored(
                words.short_id(one.interaction_id),
                reverse("reviews:evaluation", args=[one.pk]),
                one.interaction.step.name,
                one.submitted_at,
            )
            for one in scored
        ],
        changed=finding.changed,
        closed_by=finding.closed_by.name if finding.closed_by else "",
        closed_at=finding.closed_at,
        close=Button(
            reverse("reviews:finding_close", args=[finding.pk]),
            *access.allowed(permissions.check_can_close_finding, reader, finding),
        ),
    )


def _state(action: CorrectiveAction) -> State:
    state = ActionState(action.state)
    return State(state.label, *_STATES[state])


def _overdue(action: CorrectiveAction, at: datetime) -> bool:
    return action.state == ActionState.OPEN and action.due_at < at
