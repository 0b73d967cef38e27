"""Counting simulations in the background: each by one worker at a time, from the beginning where one died, and whole.

Nothing of a simulation that was not finished can be seen: its figures and its changes are written in one transaction.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from audit.domain.ids import new_id
from audit.errors import Refused
from reviews.domain.rule_terms import Effect, Rule, RuleSetTerms
from reviews.domain.simulated_figures import Figures
from reviews.enums import OPEN_SIMULATIONS, SimulationState
from reviews.models import RuleSimulation, SimulatedChange
from reviews.selectors import handling, rulesets, simulations, snapshots
from reviews.services import rule_events, rules, simulated_lines, simulated_period, simulation_files
from reviews.services.simulated_period import Beat

Clock = Callable[[], datetime]
# A worker that says nothing for so long is taken for dead, and another one begins anew.
LEASE = timedelta(seconds=60)
BEAT = timedelta(seconds=1)
ATTEMPTS = 3
GAVE_UP = "It broke off {count} times. The operator finds the reason among the messages of the worker."

logger = logging.getLogger(__name__)


class _Lost(Exception):
    """Somebody cancelled the simulation, or another worker has it now."""


def sweep(*, clock: Clock) -> int:
    """Count everything that waits, oldest question first; returns how many were finished. May run twice and beside
    itself."""
    _tidy(clock())
    finished = 0
    while (simulation := _claim(clock())) is not None:
        finished += _run(simulation, clock)
    return finished


def _tidy(at: datetime) -> None:
    known = RuleSimulation.objects.filter(state__in=OPEN_SIMULATIONS).exclude(file="")
    for name in simulation_files.orphans(set(known.values_list("file", flat=True)), at):
        simulation_files.remove(name)


def _claim(at: datetime) -> RuleSimulation | None:
    """The oldest simulation that nobody counts, held by this call from now on; None where there is none."""
    free = RuleSimulation.objects.filter(state__in=OPEN_SIMULATIONS, held_until__lte=at)
    for simulation in free.order_by("requested_at", "pk"):
        same = RuleSimulation.objects.filter(
            pk=simulation.pk,
            state=simulation.state,
            held_until=simulation.held_until,
            holder=simulation.holder,
        )
        if simulation.attempts >= ATTEMPTS:
            _end(same, simulation, Refused("gave_up", GAVE_UP.format(count=ATTEMPTS)), at)
            continue
        won = same.update(
            state=SimulationState.RUNNING,
            holder=new_id(),
            held_until=at + LEASE,
            attempts=F("attempts") + 1,
            seen=0,
        )
        if won:
            return simulations.found(simulation.pk)
    return None


def _run(simulation: RuleSimulation, clock: Clock) -> bool:
    """Count one; False where it broke off, failed, or is somebody else's by now."""
    try:
        figures, result = _counted(simulation, clock)
        _finish(simulation, figures, result, clock())
    except _Lost:
        return False
    except Refused as refusal:
        _end(_held(simulation), simulation, refusal, clock())
        return False
    except Exception:
        # What is wrong with one must not keep the others waiting; it is begun anew, and given up in the end.
        logger.exception("The simulation %s broke off", simulation.pk)
        _held(simulation).update(held_until=clock())
        return False
    simulation_files.remove(simulation.file)
    return True


def _counted(simulation: RuleSimulation, clock: Clock) -> tuple[Figures, dict[str, Any]]:
    snapshot = snapshots.current(simulation.process_id)
    base = simulation.base
    candidate = RuleSetTerms(
        version=simulation.ruleset.version,
        rules=tuple(Rule(**{**rule, "effect": Effect(rule["effect"])}) for rule in simulation.rules),
        schema=snapshot.schema,
    )
    trial = simulated_period.trial(
        snapshot, candidate, rulesets.terms(base, snapshot.schema) if base else None
    )
    figures = Figures(trial)
    beat = _beat(simulation, clock)
    told: dict[str, Any] = {}
    if simulation.since is not None and simulation.until is not None:
        simulated_period.count(snapshot, trial, figures, simulation.since, simulation.until, beat)
    else:
        told["file"] = simulated_lines.count(
            snapshot, trial, figures, simulation.file, simulation.requested_at, beat
        )
    measures = handling.measured(snapshot.process, snapshot.calendar, simulation.requested_at)
    result = figures.result(measures, minutes=snapshot.review_minutes, calendar=snapshot.calendar)
    return figures, {**result, **told, "currency": snapshot.currency, "zone": snapshot.calendar.time_zone}


def _held(simulation: RuleSimulation) -> QuerySet[RuleSimulation]:
    return RuleSimulation.objects.filter(
        pk=simulation.pk, state=SimulationState.RUNNING, holder=simulation.holder
    )


def _beat(simulation: RuleSimulation, clock: Clock) -> Beat:
    """Look with each page whether it is still this worker's, and write down once a second how far it is."""
    last: datetime | None = None

    def beat(seen: int, total: int) -> None:
        nonlocal last
        now = clock()
        if last is not None and now - last < BEAT:
            if not _held(simulation).exists():
                raise _Lost
            return
        last = now
        if not _held(simulation).update(seen=seen, total=total, held_until=now + LEASE):
            raise _Lost

    return beat


@transaction.atomic
def _finish(simulation: RuleSimulation, figures: Figures, result: dict[str, Any], at: datetime) -> None:
    changes = figures.changes()
    won = _held(simulation).update(
        state=SimulationState.DONE,
        seen=figures.seen,
        total=figures.seen,
        result={**result, "listed": len(changes)},
        finished_at=at,
        holder=None,
    )
    if not won:
        raise _Lost
    SimulatedChange.objects.bulk_create(
        [
            SimulatedChange(
                simulation=simulation,
                rank=rank,
                interaction_id=judged.id,
                line=judged.line,
                kind=judged.kind,
                missed=missed,
                before=judged.before.disposition,
                before_queue=judged.before.queue,
                after=judged.after.disposition,
                after_queue=judged.after.queue,
                fired_before=list(judged.fired_before),
                fired_after=[figures.trial.candidate.rules[place].code for place in judged.fired_after],
                amount=judged.amount,
                happened_at=judged.at,
            )
            for rank, (judged, missed) in enumerate(changes, start=1)
        ],
        batch_size=500,
    )
    straight = result["kinds"]["newly_straight"]
    facts = {
        "version": simulation.ruleset.version,
        "rules_digest": simulation.digest,
        "base_version": simulation.base.version if simulation.base else None,
        "simulation": simulation.pk,
        "seen": figures.seen,
        "changed": result["changed"],
        "newly_straight": straight["count"],
        "newly_straight_value": straight["total"],
        "newly_reviewed": result["kinds"]["newly_reviewed"]["count"],
        "missed": sum(figures.missed.values()),
    }
    rule_events.record(simulation.ruleset, "rules.simulation_done", facts, simulation.requested_by, at)
    if not simulation.is_trial:
        return
    active = rulesets.active(simulation.process)
    if simulation.base_id == (active.pk if active else None) and simulation.digest == rule_events.digest(
        simulation.ruleset
    ):
        rules.simulated(
            ruleset_id=simulation.ruleset_id, base=simulation.base, by=simulation.requested_by, at=at
        )


def _end(rows: QuerySet[RuleSimulation], simulation: RuleSimulation, why: Refused, at: datetime) -> None:
    """It failed, for a reason its asker can read; not where it is somebody else's by now."""
    with transaction.atomic():
        if not rows.update(
            state=SimulationState.FAILED, holder=None, error=why.sentence[:300], finished_at=at
        ):
            return
        # The sentence may quote the file, so it stays with the simulation.
        facts = {"version": simulation.ruleset.version, "simulation": simulation.pk, "cause": why.code}
        rule_events.record(simulation.ruleset, "rules.simulation_failed", facts, None, at)
    simulation_files.remove(simulation.file)
