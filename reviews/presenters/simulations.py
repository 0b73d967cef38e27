"""Simulations in words: how far one is, what would change, and what its figures assume."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from contracts import access
from contracts.domain.money import money
from contracts.models import User
from contracts.presenters.parts import State
from reviews import permissions
from reviews.enums import (
    OPEN_SIMULATIONS,
    ChangeKind,
    Disposition,
    QueueKind,
    SimulationKind,
    SimulationState,
)
from reviews.models import RuleSet, RuleSimulation, SimulatedChange
from reviews.presenters import simulation_charts, simulation_figures, words
from reviews.presenters.simulation_charts import Chart

_STATES = {
    SimulationState.REQUESTED: ("info", "clock"),
    SimulationState.RUNNING: ("info", "clock"),
    SimulationState.DONE: ("good", "check"),
    SimulationState.CANCELLED: ("neutral", "dot"),
    SimulationState.FAILED: ("bad", "bad"),
}


@dataclass(frozen=True)
class Change:
    """One interaction that would go another way."""

    name: str
    url: str
    kind: str
    missed: str
    before: str
    after: str
    rules: str
    amount: str
    at: datetime


@dataclass(frozen=True)
class Filter:
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Line:
    """A simulation in the list of all that were made of a version."""

    url: str
    state: State
    about: str
    by: str
    at: datetime
    current: bool


@dataclass(frozen=True)
class Shown:
    """One simulation: under way, over without a result, or with all its figures."""

    id: UUID
    url: str
    state: State
    about: str
    by: str
    at: datetime
    live: bool = False
    percent: int | None = None
    detail: str = ""
    cancel_url: str = ""
    error: str = ""
    warnings: list[str] = field(default_factory=list)
    digest: str = ""
    done: bool = False
    empty: bool = False
    figures: list[simulation_figures.Figure] = field(default_factory=list)
    kinds: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    chart: Chart | None = None
    queues: list[tuple[str, ...]] = field(default_factory=list)
    rules: list[tuple[str, ...]] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    wrong_lines: list[tuple[str, str, str]] = field(default_factory=list)
    wrong: int = 0


@dataclass(frozen=True)
class Box:
    """The newest result in short, for the page of the version."""

    url: str
    about: str = ""
    sentence: str = ""
    warnings: list[str] = field(default_factory=list)
    figures: list[simulation_figures.Figure] = field(default_factory=list)


def box(ruleset: RuleSet, newest: RuleSimulation | None, active: RuleSet | None, digest: str) -> Box:
    """The newest finished simulation of a version; `digest` is that of its rules as they are now."""
    url = reverse("reviews:rules_simulation", args=[ruleset.process.code, ruleset.version])
    if newest is None:
        return Box(url, sentence="Not simulated yet: nobody knows what these rules would have done.")
    return Box(
        url,
        about(newest),
        warnings=_warnings(newest, active, digest),
        figures=simulation_figures.figures(newest),
    )


def state(value: str) -> State:
    hue, icon = _STATES[SimulationState(value)]
    return State(SimulationState(value).label, hue, icon)


def line(simulation: RuleSimulation, ruleset: RuleSet, current: UUID | None) -> Line:
    return Line(
        url=_url("one", ruleset, simulation.pk),
        state=state(simulation.state),
        about=about(simulation),
        by=simulation.requested_by.name,
        at=simulation.requested_at,
        current=simulation.pk == current,
    )


def about(simulation: RuleSimulation) -> str:
    """What it was tried on, and against which rules."""
    base = f"against v{simulation.base.version}" if simulation.base else "against no rules at all"
    if simulation.kind == SimulationKind.FILE or simulation.since is None or simulation.until is None:
        return f"An uploaded file, {base}"
    since, until = (
        date_format(timezone.localtime(moment), "j M Y, H:i")
        for moment in (simulation.since, simulation.until)
    )
    return f"{since} to {until}, {base}"


def shown(simulation: RuleSimulation, ruleset: RuleSet, active: RuleSet | None, digest: str) -> Shown:
    """A simulation as its page shows it; `digest` is that of the rules as they are now."""
    common: dict[str, Any] = {
        "id": simulation.pk,
        "url": _url("one", ruleset, simulation.pk),
        "state": state(simulation.state),
        "about": about(simulation),
        "by": simulation.requested_by.name,
        "at": simulation.requested_at,
        "digest": simulation.digest[:12],
        "warnings": _warnings(simulation, active, digest),
    }
    if simulation.state in OPEN_SIMULATIONS:
        return Shown(
            **common,
            live=True,
            percent=min(99, simulation.seen * 100 // simulation.total) if simulation.total else None,
            detail=_progress(simulation),
            cancel_url=_url("cancel", ruleset, simulation.pk),
        )
    if simulation.state != SimulationState.DONE:
        sentence = simulation.error or "It was cancelled: nothing was kept."
        return Shown(**common, error=sentence)
    result = simulation.figures
    file = result.get("file") or {}
    return Shown(
        **common,
        done=True,
        empty=not result["seen"],
        figures=simulation_figures.figures(simulation),
        kinds=simulation_figures.kinds(result),
        chart=simulation_charts.by_hour(result, simulation.since, simulation.until),
        queues=simulation_figures.queues(result),
        rules=[
            (one["code"], one["name"], _count(one["before"]), _count(one["after"])) for one in result["rules"]
        ],
        assumptions=simulation_figures.assumptions(simulation, result),
        wrong=file.get("refused", 0),
        wrong_lines=[
            (f"{one['line']:,}", one["field"], one["sentence"]) for one in file.get("explained", [])
        ],
    )


def changes(
    rows: Sequence[SimulatedChange], currency: str, reader: User, simulation: RuleSimulation
) -> list[Change]:
    """The rows of the list; each opens its story where the reader may see it."""
    first = next((row.interaction for row in rows if row.interaction), None)
    visible = False
    if first is not None:
        first.process = simulation.process
        visible, _ = access.allowed(permissions.check_can_see_story, reader, first)
    return [_change(row, currency, visible) for row in rows]


def _change(row: SimulatedChange, currency: str, visible: bool) -> Change:
    url = reverse(settings.STORY_ROUTE, args=[row.interaction_id]) if visible and row.interaction_id else ""
    return Change(
        name=words.short_id(row.interaction_id) if row.interaction_id else f"Line {row.line:,}",
        url=url,
        kind=ChangeKind(row.kind).label,
        missed=simulation_figures.MISSED.get(row.missed, ""),
        before=_way(row.before, row.before_queue),
        after=_way(row.after, row.after_queue),
        rules=simulation_figures.arrow(
            ", ".join(row.fired_before) or "none", ", ".join(row.fired_after) or "none"
        ),
        amount=money(row.amount, currency) if row.amount is not None else "",
        at=row.happened_at,
    )


def filters(result: dict[str, Any], base: str, kind: str) -> list[Filter]:
    """The kinds of change there are, each with its number."""
    found = [Filter(f"All ({result['changed']:,})", base, not kind)]
    if result["missed"]:
        count = sum(result["missed"].values())
        found.append(Filter(f"Would have been missed ({count:,})", f"{base}?kind=missed", kind == "missed"))
    return found + [
        Filter(f"{one.label} ({count:,})", f"{base}?kind={one.value}", kind == one)
        for one in ChangeKind
        if (count := result["kinds"][one]["count"])
    ]


def _url(name: str, ruleset: RuleSet, simulation: UUID) -> str:
    return reverse(
        f"reviews:rules_simulation_{name}", args=[ruleset.process.code, ruleset.version, simulation]
    )


def _progress(simulation: RuleSimulation) -> str:
    if simulation.state == SimulationState.REQUESTED:
        return "It waits for a worker."
    if simulation.kind == SimulationKind.FILE:
        return "The file is read."
    return f"{simulation.seen:,} of {simulation.total:,} interactions"


def _warnings(simulation: RuleSimulation, active: RuleSet | None, digest: str) -> list[str]:
    found = []
    if simulation.digest != digest:
        found.append(
            "These rules were changed after this simulation: its figures are of the rules as they were."
        )
    if simulation.base_id != (active.pk if active else None):
        now = f"v{active.version} is in force" if active else "no rules are in force"
        found.append(f"It compares with other rules than those in force: now {now}.")
    return found


def _count(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"


def _way(disposition: str, queue: str) -> str:
    label = {
        Disposition.AUTO_RELEASED: "Straight through",
        Disposition.QUARANTINED: "Quarantined",
    }.get(Disposition(disposition))
    return label or f"{QueueKind(queue).label} queue"
