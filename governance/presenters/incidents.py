"""Incidents as their templates show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from governance.domain.incidents import IncidentKind, IncidentState
from governance.models import Incident

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
    state: str
    at: datetime


@dataclass(frozen=True)
class Page:
    row: Row
    process_name: str
    told: str
    next: str
    changes_url: str


def rows(incidents: Sequence[Incident]) -> list[Row]:
    return [_row(one) for one in incidents]


def _row(one: Incident) -> Row:
    return Row(
        url=reverse("governance:incident", args=[one.pk]),
        kind=IncidentKind(one.kind).label,
        subject=one.subject,
        process=one.process.code,
        severity=_SEVERITIES[one.severity],
        state=IncidentState(one.state).label,
        at=one.occurred_at,
    )


def page(one: Incident) -> Page:
    """One incident, with what is to be done and where."""
    undeclared = one.kind == IncidentKind.UNDECLARED_MODEL
    return Page(
        row=_row(one),
        process_name=one.process.name,
        told=one.told,
        next="People look at everything on this process until somebody who decides settles it under Model changes."
        if undeclared
        else "Every item from there is kept apart until its source is mended.",
        changes_url=reverse("contracts:changes", args=[one.process.code]) if undeclared else "",
    )
