"""The function map as its page shows it: a chart of quadrants with its table, and what departs from what was declared."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from contracts.domain import function_map as domain
from contracts.domain.function_map import Dependency, Impact, Involvement, MapTier
from contracts.models import Process
from contracts.services import function_map as services
from governance.selectors.function_map import Row

_CELL, _LEFT, _TOP, _SIDE = 64, 40, 16, 5
_TIERS = {MapTier.HIGH: "warn", MapTier.LIMITED: "info", MapTier.MINIMAL: "neutral"}


@dataclass(frozen=True)
class StepLine:
    number: int
    name: str
    code: str
    dependency: str
    declared: str
    measured: str
    touch: str
    impact: str
    quadrant: str
    means: str
    tier: str
    hue: str
    why: str
    by: str
    at: datetime | None
    signed_by: str
    signed_at: datetime | None
    overdue: bool
    mismatch: str
    url: str


@dataclass(frozen=True)
class Point:
    """A step in the chart: a numbered circle; hollow, with a line to the full one, where it was declared."""

    number: int
    name: str
    x: int
    y: int
    declared_y: int
    departs: bool


@dataclass(frozen=True)
class Tick:
    at: int
    text: str


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    left: int
    top: int
    size: int
    middle: int
    middle_y: int
    points: list[Point]
    across: list[Tick]
    upward: list[Tick]


@dataclass(frozen=True)
class MapPage:
    code: str
    name: str
    lines: list[StepLine]
    chart: Chart
    mismatches: list[str]
    unmapped: int
    waiting: int
    digest: str


def page(process: Process, rows: list[Row], at: datetime) -> MapPage:
    lines = [_line(process, number, row, at) for number, row in enumerate(rows, start=1)]
    return MapPage(
        code=process.code,
        name=process.name,
        lines=lines,
        chart=_chart(rows),
        mismatches=[line.mismatch for line in lines if line.mismatch],
        unmapped=sum(row.mapped is None for row in rows),
        waiting=sum(row.mapped is not None and row.mapped.signed_at is None for row in rows),
        digest=services.digest(process),
    )


def _line(process: Process, number: int, row: Row, at: datetime) -> StepLine:
    mapped, touch = row.mapped, row.measured.touch
    share = "too few to say" if touch is None else f"{touch:.0%} of {row.measured.total:,}"
    due = mapped is not None and at - mapped.mapped_at > timedelta(days=domain.REVIEW_DAYS)
    quadrant, tier = row.quadrant, row.tier
    return StepLine(
        number=number,
        name=row.step.name,
        code=row.step.code,
        dependency=f"{mapped.dependency} · {Dependency(mapped.dependency).label}" if mapped else "–",
        declared=f"{mapped.involvement} · {Involvement(mapped.involvement).label}" if mapped else "–",
        measured="–" if row.found is None else f"{row.found.value} · {row.found.label}",
        touch=share,
        impact=Impact(mapped.impact).label if mapped else "–",
        quadrant=quadrant.label if quadrant else "Not mapped",
        means=quadrant.means if quadrant else "",
        tier=tier.label if tier else "",
        hue=_TIERS[tier] if tier else "neutral",
        why=mapped.why if mapped else "",
        by=mapped.mapped_by.name if mapped else "",
        at=mapped.mapped_at if mapped else None,
        signed_by=mapped.signed_by.name if mapped and mapped.signed_by else "",
        signed_at=mapped.signed_at if mapped else None,
        overdue=due,
        mismatch=row.mismatch,
        url=reverse("governance:function_map_step", args=[process.code, row.step.code]),
    )


def _chart(rows: list[Row]) -> Chart:
    size = _CELL * _SIDE
    taken: dict[tuple[int, int], int] = {}
    points = []
    for number, row in enumerate(rows, start=1):
        if row.mapped is None or row.people is None:
            continue
        spot = (row.mapped.dependency, row.people.value)
        shift = taken[spot] = taken.get(spot, -1) + 1
        # Several in one cell stand beside each other, three in a row.
        along = _LEFT + spot[0] * _CELL + 14 + (shift % 3) * 18
        down = shift // 3 * 20
        points.append(
            Point(
                number=number,
                name=row.step.name,
                x=along,
                y=_level(spot[1]) + down,
                declared_y=_level(row.mapped.involvement) + down,
                departs=bool(row.mismatch),
            )
        )
    return Chart(
        width=_LEFT + size + 8,
        height=_TOP + size + 40,
        left=_LEFT,
        top=_TOP,
        size=size,
        middle=_LEFT + domain.HIGH * _CELL,
        middle_y=_TOP + (_SIDE - domain.HIGH) * _CELL,
        points=points,
        across=[Tick(_LEFT + one.value * _CELL + _CELL // 2, str(one.value)) for one in Dependency],
        upward=[Tick(_level(one.value) + 12, str(one.value)) for one in Involvement],
    )


def _level(value: int) -> int:
    return _TOP + (_SIDE - 1 - value) * _CELL + _CELL // 2 - 8
