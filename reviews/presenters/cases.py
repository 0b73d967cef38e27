"""The list of cases."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from contracts.presenters.parts import State
from reviews.domain import keysets
from reviews.enums import CaseState
from reviews.models import Case
from reviews.presenters import words
from reviews.selectors.cases import CaseList, Filters


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Row:
    short: str
    url: str
    process: str
    step: str
    state: State
    severity: State
    owner: str
    opened: datetime
    due: str


@dataclass(frozen=True)
class CasesPage:
    rows: list[Row]
    processes: list[Choice]
    states: list[Choice]
    mine: bool
    filtered: bool
    any_at_all: bool
    first_url: str
    next_url: str
    clear_url: str


def case_list(found: CaseList, filters: Filters, at: datetime, *, first: bool) -> CasesPage:
    here = reverse("reviews:cases")
    kept = {"process": filters.process, "state": filters.state, "mine": "on" if filters.mine else ""}
    query = {name: value for name, value in kept.items() if value}
    next_url = ""
    if found.more:
        last = found.cases[-1]
        next_url = f"{here}?{urlencode({**query, 'after': keysets.write(last.opened_at, last.pk)})}"
    return CasesPage(
        rows=[_row(case, at) for case in found.cases],
        processes=[
            Choice(process.code, process.name, process.code == filters.process) for process in found.processes
        ],
        states=[Choice(value, label, value == filters.state) for value, label in CaseState.choices()],
        mine=filters.mine,
        filtered=bool(query),
        any_at_all=found.any_at_all,
        first_url="" if first else f"{here}?{urlencode(query)}" if query else here,
        next_url=next_url,
        clear_url=here,
    )


def _row(case: Case, at: datetime) -> Row:
    return Row(
        short=words.short_id(case.pk),
        url=reverse("reviews:case", args=[case.pk]),
        process=case.process.name,
        step=case.interaction.step.name,
        state=words.case_state(case.state),
        severity=words.severity_short(case.severity),
        owner=case.owner.name if case.owner else "",
        opened=case.opened_at,
        due="" if case.state in {CaseState.DECIDED, CaseState.CLOSED} else words.clock(case.due_at, at),
    )
