"""The three layers of governance as their page shows them: a checklist with signs, and the gaps with where to fill them."""

from dataclasses import dataclass

from django.urls import reverse

from contracts import access
from contracts.domain.roles import MANAGE_SAMPLE, VIEW_BOARD, VIEW_CASES, VIEW_CONTRACTS, VIEW_PROCESS
from contracts.models import Process, User
from contracts.presenters.parts import State
from governance.domain import layers
from governance.domain.layers import Artefact, Found, Layer, Row, Subject

_STATES = {
    Found.PRESENT: State("There", "good"),
    Found.PARTIAL: State("In part", "warn"),
    Found.MISSING: State("Missing", "bad"),
    Found.NOT_ASKED: State("Not asked", "neutral"),
}
_CONTRACTS = ("contracts:process_contracts", VIEW_CONTRACTS)
_AUTHORITY = ("contracts:authority", VIEW_CONTRACTS)
# Where each artefact is kept: the page, which takes the code of the process, and who may open it. What the people of an
# organisation hold is given to them by whoever manages it, so it leads nowhere here.
_KEPT: dict[tuple[Subject, Layer], tuple[str, str]] = {
    **{(subject, Layer.CONTRACTUAL): _CONTRACTS for subject in Subject},
    (Subject.AI_USE, Layer.PROCESS): ("governance:function_map", VIEW_CONTRACTS),
    (Subject.AI_USE, Layer.ORGANISATIONAL): _AUTHORITY,
    (Subject.DECISIONS, Layer.PROCESS): ("contracts:raci", VIEW_PROCESS),
    (Subject.DECISIONS, Layer.ORGANISATIONAL): _AUTHORITY,
    (Subject.OVERSIGHT, Layer.PROCESS): ("reviews:rules_active", VIEW_PROCESS),
    (Subject.ESCALATION, Layer.PROCESS): ("reviews:matrix_active", VIEW_PROCESS),
    (Subject.ESCALATION, Layer.ORGANISATIONAL): ("reviews:matrix_drills", VIEW_CASES),
    (Subject.HALT, Layer.PROCESS): ("governance:gate", VIEW_PROCESS),
    (Subject.HALT, Layer.ORGANISATIONAL): ("governance:gate", VIEW_PROCESS),
    (Subject.QUALITY, Layer.PROCESS): ("reviews:sampling_plan", MANAGE_SAMPLE),
    (Subject.PERFORMANCE, Layer.PROCESS): ("contracts:service_levels", VIEW_CONTRACTS),
    (Subject.CHANGES, Layer.PROCESS): ("contracts:notice_terms", VIEW_PROCESS),
    (Subject.CHANGES, Layer.ORGANISATIONAL): _AUTHORITY,
    (Subject.DATA, Layer.PROCESS): ("contracts:data_flow", VIEW_CONTRACTS),
    (Subject.DATA, Layer.ORGANISATIONAL): ("contracts:certificates", VIEW_CONTRACTS),
    (Subject.LIABILITY, Layer.PROCESS): ("contracts:answers", VIEW_CONTRACTS),
    (Subject.FAIRNESS, Layer.PROCESS): ("governance:bias_process", VIEW_BOARD),
    (Subject.VENDORS, Layer.PROCESS): ("contracts:questionnaires", VIEW_CONTRACTS),
}
# Pages of all processes at once.
_GENERAL = {"contracts:certificates", "contracts:questionnaires"}


@dataclass(frozen=True, slots=True)
class Cell:
    layer: str
    state: State
    sentence: str
    gap: bool
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    subject: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Gap:
    subject: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Count:
    layer: str
    there: int
    asked: int


@dataclass(frozen=True, slots=True)
class LayersPage:
    code: str
    name: str
    counts: list[Count]
    gaps: list[Gap]
    lines: list[Line]


def page(user: User, process: Process, rows: list[Row]) -> LayersPage:
    held = access.codenames(user, process)

    def cell(subject: Subject, layer: Layer, artefact: Artefact) -> Cell:
        route, codename = _KEPT.get((subject, layer), ("", ""))
        arguments = [] if route in _GENERAL else [process.code]
        url = reverse(route, args=arguments) if codename in held else ""
        return Cell(layer.label, _STATES[artefact.found], artefact.sentence, artefact.gap, url)

    return LayersPage(
        code=process.code,
        name=process.name,
        counts=[Count(layer.label, there, asked) for layer, (there, asked) in layers.counts(rows).items()],
        gaps=[
            Gap(subject.label, cell(subject, layer, artefact))
            for subject, layer, artefact in layers.gaps(rows)
        ],
        lines=[
            Line(row.subject.label, [cell(row.subject, layer, artefact) for layer, artefact in row.layers])
            for row in rows
        ],
    )
