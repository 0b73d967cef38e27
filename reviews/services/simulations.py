"""Asking what rules would have done, and taking the question back; the counting is done in the background (B8)."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.errors import Conflict, Invalid
from contracts.models import User
from reviews import permissions
from reviews.domain.transitions import SIMULATION, before
from reviews.enums import OPEN_SIMULATIONS, SimulationKind, SimulationState
from reviews.models import RuleSet, RuleSimulation
from reviews.selectors import rulesets, simulations
from reviews.services import nudges, rule_drafts, rule_events, simulation_files

TASK = "reviews.run_simulations"
USUAL = timedelta(days=30)
LONGEST = timedelta(days=400)
# How many one person may have under way.
UNDER_WAY = 3


def ask_period(
    *, ruleset_id: UUID, by: User, at: datetime, since: datetime | None = None, until: datetime | None = None
) -> RuleSimulation:
    """Ask what a draft or proposal would have done from `since` on and before `until`: by default in the last 30 days.

    Raises NotVisible and NotAllowed, Invalid for a period that is empty or too long, Conflict for rules that are not
    waiting to be decided about, and while three of the person's simulations are under way.
    """
    until = min(until or at, at)
    since = since or until - USUAL
    if since >= until:
        raise Invalid("period_empty", "Nothing of this period has happened yet.", "since")
    if until - since > LONGEST:
        raise Invalid("period_too_long", f"Choose {LONGEST.days} days at most.", "since")
    with transaction.atomic():
        ruleset = _allowed(ruleset_id, by)
        return _ask(ruleset, by, at, {"kind": SimulationKind.PERIOD, "since": since, "until": until})


def ask_file(
    *, ruleset_id: UUID, name: str, chunks: Iterable[bytes], by: User, at: datetime
) -> RuleSimulation:
    """Ask what the rules would do with the interactions in a file, which is kept until they were counted.

    Raises as `ask_period`, and Invalid for a file that is too large, empty, or of another kind.
    """
    suffix = simulation_files.kind_of(name)
    with transaction.atomic():
        ruleset = _allowed(ruleset_id, by)
        simulation = _ask(ruleset, by, at, {"kind": SimulationKind.FILE})
        kept = f"{simulation.pk}{suffix}"
        RuleSimulation.objects.filter(pk=simulation.pk).update(file=kept)
        simulation.file = kept
        simulation_files.keep(kept, chunks)
    return simulation


def cancel(*, simulation_id: UUID, by: User, at: datetime) -> RuleSimulation:
    """Take the question back; a worker that counts notices with its next page. Conflict where it is over already."""
    simulation = simulations.found(simulation_id)
    permissions.check_can_simulate(by, simulation.ruleset)
    with transaction.atomic():
        won = RuleSimulation.objects.filter(
            pk=simulation.pk, state__in=before(SIMULATION, SimulationState.CANCELLED)
        ).update(state=SimulationState.CANCELLED, holder=None, finished_at=at)
        if not won:
            raise Conflict("over", "It is not under way any more.")
        facts = {"version": simulation.ruleset.version, "simulation": simulation.pk}
        rule_events.record(simulation.ruleset, "rules.simulation_cancelled", facts, by, at)
    simulation_files.remove(simulation.file)
    return simulations.found(simulation.pk)


def _allowed(ruleset_id: UUID, by: User) -> RuleSet:
    rule_drafts.hold(ruleset_id)
    ruleset = rulesets.found(ruleset_id)
    permissions.check_can_simulate(by, ruleset)
    if ruleset.state not in rulesets.OPEN:
        raise Conflict("not_open", "Only a draft or a proposal can be simulated.")
    if not ruleset.rules.exists():
        raise Invalid("rules_empty", "There is no rule in this draft.", "rules")
    # One person's questions stand in a line of their own, so that two at once cannot both be the third.
    User.objects.select_for_update(no_key=True).filter(pk=by.pk).order_by("pk").values_list("pk").first()
    if RuleSimulation.objects.filter(requested_by=by, state__in=OPEN_SIMULATIONS).count() >= UNDER_WAY:
        raise Conflict(
            "enough_under_way", f"{UNDER_WAY} of your simulations are under way: wait for one, or cancel one."
        )
    return ruleset


def _ask(ruleset: RuleSet, by: User, at: datetime, what: dict[str, Any]) -> RuleSimulation:
    process = ruleset.process
    base = rulesets.active(process)
    terms = rulesets.terms(ruleset, rulesets.schema(process))
    simulation = RuleSimulation.objects.create(
        process=process,
        ruleset=ruleset,
        base=base,
        rules=[asdict(rule) for rule in terms.rules],
        digest=rule_events.digest(ruleset),
        requested_by=by,
        requested_at=at,
        held_until=at,
        **what,
    )
    facts = {
        "version": ruleset.version,
        "rules_digest": simulation.digest,
        "base_version": base.version if base else None,
        "simulation": simulation.pk,
        "kind": simulation.kind,
        "since": simulation.since,
        "until": simulation.until,
    }
    rule_events.record(ruleset, "rules.simulation_requested", facts, by, at)
    nudges.after_commit(TASK)
    return simulation
