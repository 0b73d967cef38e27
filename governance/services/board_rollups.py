"""The projection `board`: what events tell is added up by day, so that a board sums some hundred rows and counts none.

Called by `audit.services.projecting` alone, inside the transaction that moves the cursor. What an event does not carry
itself is read from an earlier event of the same log, never from the tables of the business.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from audit.models import Event
from audit.services.projecting import Projection
from governance.domain import telemetry
from governance.domain.telemetry import Cell
from governance.models import DayRollup, SampleRollup, ScoreRollup, UndoableDecision
from governance.selectors import earlier_events
from governance.services import adding_up

VERSION = 1
_RECEIVED, _ROUTED = "intake.received", "routing.decided"
_DECIDED, _WITHDRAWN, _RELEASED = "review.decided", "review.withdrawn", "release.released"
_SCORED, _AUTO_SCORED = "qa.submitted", "autoqa.scored"
_COUNTED = {_RECEIVED, _ROUTED, _DECIDED, _WITHDRAWN, _RELEASED, _SCORED, _AUTO_SCORED}


class _SampleCell(NamedTuple):
    """Scored together: what came in on one day and was drawn with one probability."""

    process: str
    day: date
    pi: Decimal


class _ScoreCell(NamedTuple):
    """Scored by automatic QA: what went out on one day."""

    process: str
    day: date


@dataclass
class _Batch:
    """What the events of one batch add up to, before any row is written."""

    log: str
    arrived: dict[str, Event]
    routed: dict[str, Event]
    undoable: dict[UUID, UndoableDecision]
    gone: list[UUID] = field(default_factory=list)
    counts: defaultdict[Cell, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    samples: defaultdict[_SampleCell, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    scores: defaultdict[_ScoreCell, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def apply(log: str, events: Sequence[Event]) -> None:
    """Add the next events of a log to the rollups. LookupError for an event whose beginning is not in the trail."""
    counted = [event for event in events if event.action in _COUNTED and telemetry.counts(event.content)]
    if not counted:
        return
    batch = _Batch(log, _arrivals(counted), _routings(counted), _undoable(log, counted))
    for event in counted:
        _TAKERS[event.action](batch, event)
    _write(batch)


def clear(log: str) -> None:
    """Drop everything that was added up of a log."""
    for model in (DayRollup, SampleRollup, ScoreRollup, UndoableDecision):
        model.objects.filter(log=log).delete()


# ── What the events add ──────────────────────────────────────────────────────────────────────────────────────


def _received(batch: _Batch, event: Event) -> None:
    batch.counts[_cell(event)]["received"] += 1


def _decided_on_arrival(batch: _Batch, event: Event) -> None:
    arrived = _earlier(batch.arrived, event.object_id, _RECEIVED)
    batch.counts[_cell(arrived)].update(telemetry.of_routing(event.facts))


def _decided(batch: _Batch, event: Event) -> None:
    facts = event.facts
    if not facts["is_final"]:
        return
    cell, added = _cell(event), telemetry.of_decision(facts)
    interaction = UUID(event.object_id)
    if interaction in batch.undoable:
        raise LookupError(f"There is a final decision on {interaction} already")
    batch.undoable[interaction] = UndoableDecision(
        event=event.uid,
        log=batch.log,
        interaction=interaction,
        changed=bool(added["changed"]),
        cosmetic=bool(added["cosmetic"]),
        replayed=bool(added["replayed"]),
        **cell._asdict(),
    )
    batch.counts[cell].update(added)


def _withdrawn(batch: _Batch, event: Event) -> None:
    row = _standing(batch, event)
    cell = _cell_of(row)
    taken = {"decided": 1, "changed": row.changed, "cosmetic": row.cosmetic, "replayed": row.replayed}
    batch.counts[cell].subtract(taken)
    batch.counts[cell.on(event.occurred_at)]["withdrawn"] += 1


def _released(batch: _Batch, event: Event) -> None:
    row = _standing(batch, event)
    cell = _cell_of(row)
    batch.counts[cell.on(event.occurred_at)]["released"] += 1


def _scored(batch: _Batch, event: Event) -> None:
    """A score counts on the day its interaction came in, so that it stands beside what it is a sample of."""
    facts = event.facts
    routed = _earlier(batch.routed, event.content["object"]["parent_id"], _ROUTED)
    # Targeted picks have no probability and never enter an estimate.
    if not routed.facts["released"] or facts["pi"] is None:
        return
    cell = _SampleCell(routed.content["process"], telemetry.day_of(routed.occurred_at), Decimal(facts["pi"]))
    batch.samples[cell].update({"scored": 1, "wrong": int(bool(facts["output_wrong"]))})


def _auto_scored(batch: _Batch, event: Event) -> None:
    for row in event.facts["days"]:
        cell = _ScoreCell(event.content["process"], date.fromisoformat(row["day"]))
        batch.scores[cell]["scored"] += row["scored"]


_TAKERS = {
    _RECEIVED: _received,
    _ROUTED: _decided_on_arrival,
    _DECIDED: _decided,
    _WITHDRAWN: _withdrawn,
    _RELEASED: _released,
    _SCORED: _scored,
    _AUTO_SCORED: _auto_scored,
}


def _cell(event: Event) -> Cell:
    return telemetry.cell(event.content["process"], event.facts, event.occurred_at)


def _cell_of(row: UndoableDecision) -> Cell:
    return Cell(row.process, row.day, row.step, row.tier, row.language)


def _standing(batch: _Batch, event: Event) -> UndoableDecision:
    """The decision that is withdrawn or released; from now on it cannot be taken back any more."""
    row = batch.undoable.pop(UUID(event.object_id), None)
    if row is None:
        raise LookupError(f"The decision on {event.object_id} was not counted")
    batch.gone.append(row.event)
    return row


# ── What earlier events said ─────────────────────────────────────────────────────────────────────────────────


def _arrivals(events: Sequence[Event]) -> dict[str, Event]:
    """How the interactions that are routed here came in."""
    wanted = {event.object_id for event in events if event.action == _ROUTED}
    return earlier_events.last(wanted, _RECEIVED, events)


def _routings(events: Sequence[Event]) -> dict[str, Event]:
    """How the interactions that are scored here were routed."""
    wanted = {event.content["object"]["parent_id"] for event in events if event.action == _SCORED}
    return earlier_events.last(wanted, _ROUTED, events)


def _earlier(found: dict[str, Event], interaction: str, action: str) -> Event:
    if interaction not in found:
        raise LookupError(f"The trail has no {action} of {interaction}")
    return found[interaction]


def _undoable(log: str, events: Sequence[Event]) -> dict[UUID, UndoableDecision]:
    """The decisions that events of the batch may take back, release or contradict."""
    about = {UUID(event.object_id) for event in events if event.action in {_DECIDED, _WITHDRAWN, _RELEASED}}
    rows = UndoableDecision.objects.filter(log=log, interaction__in=about)
    return {row.interaction: row for row in rows}


# ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────


def _write(batch: _Batch) -> None:
    adding_up.add(DayRollup, batch.log, Cell._fields, batch.counts, telemetry.COUNTS)
    adding_up.add(SampleRollup, batch.log, _SampleCell._fields, batch.samples, ("scored", "wrong"))
    adding_up.add(ScoreRollup, batch.log, _ScoreCell._fields, batch.scores, ("scored",))
    UndoableDecision.objects.filter(event__in=batch.gone).delete()
    UndoableDecision.objects.bulk_create(row for row in batch.undoable.values() if row._state.adding)


PROJECTION = Projection(telemetry.PROJECTION, VERSION, apply, clear)
