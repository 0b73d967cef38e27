"""Audits of bias as people read them: the AI and the people beside each other, and nothing of fewer than ten."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.models import Process
from contracts.presenters.parts import State
from governance.domain.bias import ENOUGH, SMALLEST
from governance.models import BiasAudit

SUPPRESSED = f"under {SMALLEST}"


@dataclass(frozen=True)
class ProcessRow:
    code: str
    name: str
    url: str
    last: datetime | None
    state: State | None


@dataclass(frozen=True)
class AuditRow:
    url: str
    attribute: str
    since: date
    until: date
    at: datetime
    by: str
    state: State


@dataclass(frozen=True)
class Cell:
    """A share of one group: the figure, what it rests on, how it compares, and where it lies from 0 to 100."""

    share: str
    of: str
    against: str
    flagged: bool
    x: float


@dataclass(frozen=True)
class LineRow:
    group: str
    ai: Cell
    people: Cell
    changed: Cell
    overturned: Cell


@dataclass(frozen=True)
class AuditPage:
    code: str
    name: str
    row: AuditRow
    lines: list[LineRow]
    smallest: int
    enough: int


def process_row(process: Process, newest: BiasAudit | None) -> ProcessRow:
    return ProcessRow(
        code=process.code,
        name=process.name,
        url=reverse("governance:bias_process", args=[process.code]),
        last=timezone.localtime(newest.audited_at) if newest else None,
        state=_state(newest) if newest else None,
    )


def audit_row(audit: BiasAudit) -> AuditRow:
    return AuditRow(
        url=reverse("governance:bias_result", args=[audit.pk]),
        attribute=audit.attribute.replace("_", " ").capitalize(),
        since=audit.since,
        until=audit.until,
        at=timezone.localtime(audit.audited_at),
        by=audit.audited_by.name if audit.audited_by else _("The monthly schedule"),
        state=_state(audit),
    )


def audit_page(audit: BiasAudit) -> AuditPage:
    return AuditPage(
        code=audit.process.code,
        name=audit.process.name,
        row=audit_row(audit),
        lines=[
            LineRow(
                line["group"],
                *(_cell(line[name]) for name in ("ai", "people", "changed", "overturned")),
            )
            for line in audit.lines
        ],
        smallest=SMALLEST,
        enough=ENOUGH,
    )


def _state(audit: BiasAudit) -> State:
    return (
        State(_("A group fares differently"), "bad", "warn")
        if audit.flagged
        else State(_("Nothing flagged"), "good", "check")
    )


def _cell(share: Mapping[str, Any]) -> Cell:
    if share["of"] is None:
        return Cell(SUPPRESSED, "", "", False, 0)
    against = ""
    if share["ratio"] is not None:
        against = _("ratio %(ratio).2f, z %(z).2f") % {"ratio": share["ratio"], "z": share["z"]}
    elif not share["enough"]:
        against = _("too few to compare")
    return Cell(
        share=f"{share['share'] * 100:.1f} %",
        of=_("of %(n)s") % {"n": f"{share['of']:,}"},
        against=against,
        flagged=share["flagged"],
        x=round(share["share"] * 100, 1),
    )
