"""Incidents as their templates show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from governance.domain.incidents import IncidentKind, IncidentState
from governance.models import Incident
from reviews.presenters.words import State

_SEVERITIES = {
    1: "1 · harm or reportable",
    2: "2 · money or privacy at risk",
    3: "3 · service affected",
    4: "4 · question",
}


@dataclass(frozen=True)
class Row:
    url: str
    kind: str
    subject: str
    process: str
    severity: str
    state: State
    at: datetime


@dataclass(frozen=True)
class Page:
    row: Row
    id: UUID
    process_name: str
    told: str
    next: str
    changes_url: str
    open: bool
    may_close: tuple[bool, str]
    done: str
    closed_by: str
    closed_at: datetime | None


def rows(incidents: Sequence[Incident]) -> list[Row]:
    return [_row(one) for one in incidents]


def _row(one: Incident) -> Row:
    return Row(
        url=reverse("governance:incident", args=[one.pk]),
        kind=IncidentKind(one.kind).label,
        subject=one.subject,
        process=one.process.code,
        severity=_SEVERITIES[one.severity],
        state=State(
            IncidentState(one.state).label,
            *(("bad", "warn") if one.state == IncidentState.REPORTED else ("good", "check")),
        ),
        at=one.occurred_at,
    )


def page(one: Incident, may_close: tuple[bool, str]) -> Page:
    """One incident, with what is to be done and where."""
    undeclared = one.kind == IncidentKind.UNDECLARED_MODEL
    return Page(
        row=_row(one),
        id=one.pk,
        process_name=one.process.name,
        told=one.told,
        next="People look at everything on this process until somebody who decides settles it under Model changes."
        if undeclared
        else "Every item from there is kept apart until its source is mended.",
        changes_url=reverse("contracts:changes", args=[one.process.code]) if undeclared else "",
        open=one.state == IncidentState.REPORTED,
        may_close=may_close,
        done=one.done,
        closed_by=one.closed_by.name if one.closed_by else "",
        closed_at=one.closed_at,
    )
