"""The report of what escalations taught: by process and month, and the cases behind each number (C6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from contracts.models import Process
from reviews.domain import keysets
from reviews.enums import EscalationReason, Learning
from reviews.models import Escalation
from reviews.presenters import words
from reviews.selectors.learning import Taught


@dataclass(frozen=True)
class Number:
    """A count and the list that makes it; none where there is nothing to list."""

    count: int
    url: str
    label: str


@dataclass(frozen=True)
class Month:
    begins: datetime
    numbers: list[Number]
    total: Number


@dataclass(frozen=True)
class ProcessReport:
    code: str
    name: str
    months: list[Month]


@dataclass(frozen=True)
class Report:
    tags: list[str]
    processes: list[ProcessReport]


@dataclass(frozen=True)
class Line:
    short: str
    url: str
    step: str
    learning: str
    reason: str
    question: str
    closed: datetime
    by: str


@dataclass(frozen=True)
class Listing:
    code: str
    name: str
    month: datetime
    tag: str
    lines: list[Line]
    all_url: str
    first_url: str
    next_url: str


def report(processes: Sequence[Process], counts: Sequence[Taught]) -> Report:
    """Every process with the months in which something was closed, newest first."""
    by_month: dict[object, dict[datetime, dict[Learning, int]]] = {}
    for row in counts:
        by_month.setdefault(row.process, {}).setdefault(row.month, {})[row.learning] = row.closed
    return Report(
        tags=[tag.label for tag in Learning],
        processes=[
            ProcessReport(
                code=process.code,
                name=process.name,
                months=[
                    _month(process, begins, found)
                    for begins, found in sorted(by_month.get(process.pk, {}).items(), reverse=True)
                ],
            )
            for process in processes
        ],
    )


def _month(process: Process, begins: datetime, found: dict[Learning, int]) -> Month:
    numbers = [
        Number(found.get(tag, 0), _url(process.code, begins, tag) if tag in found else "", tag.label)
        for tag in Learning
    ]
    return Month(begins, numbers, Number(sum(found.values()), _url(process.code, begins), "All closed"))


def listing(
    process: Process,
    month: datetime,
    tag: Learning | None,
    found: Sequence[Escalation],
    *,
    more: bool,
    first: bool,
) -> Listing:
    last = found[-1] if found and more else None
    here = _url(process.code, month, tag)
    return Listing(
        code=process.code,
        name=process.name,
        month=month,
        tag=tag.label if tag else "",
        lines=[_line(escalation) for escalation in found],
        all_url=_url(process.code, month) if tag else "",
        first_url="" if first else here,
        next_url=_url(process.code, month, tag, after=keysets.write(last.resolved_at, last.pk))
        if last and last.resolved_at
        else "",
    )


def _line(escalation: Escalation) -> Line:
    assert escalation.resolved_at is not None  # noqa: S101 — only closed ones are listed
    return Line(
        short=words.short_id(escalation.case_id),
        url=reverse("reviews:case", args=[escalation.case_id]),
        step=escalation.case.interaction.step.name,
        learning=Learning(escalation.learning).label,
        reason=EscalationReason(escalation.reason).label,
        question=escalation.question,
        closed=escalation.resolved_at,
        by=escalation.resolved_by.name if escalation.resolved_by else "",
    )


def _url(code: str, month: datetime, tag: Learning | None = None, *, after: str = "") -> str:
    asked = {name: value for name, value in (("tag", tag or ""), ("after", after)) if value}
    address = reverse("reviews:learning_list", args=[code, f"{month:%Y-%m}"])
    return f"{address}?{urlencode(asked)}" if asked else address
