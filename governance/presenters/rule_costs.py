"""The control-cost panel (G9): what each reason for looking costs, what it brings, and which rules might be tuned."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from governance.domain import rule_activations, rule_costs
from governance.models import RuleActivation
from governance.presenters import board
from governance.selectors.rule_costs import Cost, Costs
from reviews.domain import estimates

_OTHERS = {
    "STEP_D2": "The step: a person decides every case (D2)",
    "STEP_D3": "The step: people only (D3)",
    "ADVERSE": "The outcome is adverse",
    "CONFIDENCE_MISSING": "The AI did not say how sure it is",
    "FAILSAFE": "Something could not be judged",
}
_NOT_A_RULE = "No rule asks for it, so rules cannot change it."
_NOTES = {
    "FAILSAFE": "A fact was missing or stale, or a check failed: whatever is in doubt goes to a person."
}


@dataclass(frozen=True)
class Line:
    """One trigger. `unchanged` is the share of decided hits that changed nothing, with its 95 % interval."""

    code: str
    name: str
    note: str
    locked: bool
    candidate: bool
    hits: str
    sole: str
    decided: str
    changed: str
    unchanged: str
    low: str
    high: str
    minutes: str
    per_item: str
    saved: str
    share: int


@dataclass(frozen=True)
class Governed:
    """One time rules came into force: how soon they governed."""

    version: int | None
    url: str
    way: str
    at: datetime
    first: str
    late: str
    latency: str
    prompt: bool


@dataclass(frozen=True)
class CostsPage:
    code: str
    name: str
    days: int
    periods: list[tuple[int, str, bool]]
    notice: str
    hours: str
    cases: str
    unchanged: str
    candidates: list[Line]
    lines: list[Line]
    activations: list[Governed]
    p95: str
    enough: int
    draft_url: str
    may_draft: bool
    draft_reason: str


def page(costs: Costs, *, at: datetime, draft: tuple[bool, str]) -> CostsPage:
    whole = sum(one.share_ms for one in costs.triggers)
    lines = [_line(one, whole) for one in costs.triggers]
    code = costs.process.code
    governed = [_governed(row, code) for row in costs.activations]
    return CostsPage(
        code=code,
        name=costs.process.name,
        days=costs.days,
        periods=_periods(costs.days),
        notice=board.notice(costs.counted, at),
        hours=_hours(whole),
        cases=f"{sum(one.sole for one in costs.triggers):,}",
        unchanged=_unchanged(costs.triggers),
        candidates=[line for line in lines if line.candidate],
        lines=lines,
        activations=governed,
        p95=_seconds(rule_activations.p95([_latency(row) for row in costs.activations])),
        enough=rule_costs.ENOUGH,
        draft_url=reverse("governance:rule_costs_draft", args=[code]),
        may_draft=draft[0],
        draft_reason=draft[1],
    )


def _periods(days: int) -> list[tuple[int, str, bool]]:
    return [(one, f"{one} days", one == days) for one in rule_costs.PERIODS]


def _line(one: Cost, whole: int) -> Line:
    rule = one.in_force
    if not one.rule:
        name = _OTHERS.get(one.code, one.code.replace("_", " ").capitalize())
        note = _NOTES.get(one.code, _NOT_A_RULE)
    elif rule is None:
        name, note = "", "Not in the rules in force any more."
    else:
        name, note = rule.name, ""
    interval = estimates.wilson(one.decided - one.changed, one.decided)
    known = interval.share is not None
    return Line(
        code=one.code if one.rule else "",
        name=name,
        note=note,
        locked=rule is not None and rule.legal_lock,
        candidate=one.candidate,
        hits=f"{one.hits:,}",
        sole=f"{one.sole:,}",
        decided=f"{one.decided:,}",
        changed=f"{one.changed:,}",
        unchanged=f"{100 * interval.share:.1f}" if known and interval.share is not None else board.NOTHING,
        low=f"{100 * interval.low:.1f}" if known else "",
        high=f"{100 * interval.high:.1f}" if known else "",
        minutes=_minutes(one.share_ms / 60_000),
        per_item=_minutes(one.seconds / 60 / one.decided) if one.decided else board.NOTHING,
        saved=_minutes(one.sole_seconds / 60),
        share=round(100 * one.share_ms / whole) if whole else 0,
    )


def _unchanged(triggers: Collection[Cost]) -> str:
    decided, changed = sum(one.decided for one in triggers), sum(one.changed for one in triggers)
    return f"{100 * (decided - changed) / decided:.0f} %" if decided else board.NOTHING


def _governed(row: RuleActivation, code: str) -> Governed:
    return Governed(
        version=row.version,
        url=reverse("reviews:rules_version", args=[code, row.version]) if row.version else "",
        way=row.way,
        at=row.activated_at,
        first=_seconds(row.first_at - row.activated_at) if row.first_at else "none yet",
        late=f"{row.late:,}",
        latency=_seconds(_latency(row)),
        prompt=row.late == 0,
    )


def _latency(row: RuleActivation) -> timedelta:
    return row.earlier_at - row.activated_at if row.earlier_at else timedelta(0)


def _seconds(length: timedelta | None) -> str:
    if length is None:
        return board.NOTHING
    seconds = length.total_seconds()
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"


def _minutes(minutes: float) -> str:
    return f"{minutes:,.0f} min" if minutes >= 10 else f"{minutes:.1f} min"


def _hours(milliseconds: int) -> str:
    return f"{milliseconds / 3_600_000:,.1f} h"
