"""Simulations in the state a test needs, reached by the services."""

from datetime import datetime, timedelta
from typing import Any

from contracts.models import User
from reviews.models import RuleSet, RuleSimulation, SimulatedChange
from reviews.services import intake, rule_drafts, simulating, simulations
from reviews.services.rule_drafts import RuleInput
from tests import worlds
from tests.worlds import Desk


def post(desk: Desk, at: datetime, **changes: Any) -> intake.Receipt:
    """One invoice as it comes in."""
    posted = worlds.payload(desk, **changes)
    return intake.accept(payloads=[posted], agent=desk.agent, key=desk.key, at=at)[0]


def drafted(desk: Desk, at: datetime, wanted: list[RuleInput], by: User | None = None) -> RuleSet:
    """A draft that holds these rules and no others."""
    by = by or desk.admin
    draft = rule_drafts.draft(process=desk.process, by=by, at=at)
    old = set(draft.rules.values_list("code", flat=True))
    for rule in wanted:
        rule_drafts.put_rule(ruleset_id=draft.pk, rule=rule, by=by, at=at)
    for code in sorted(old - {rule.code for rule in wanted}):
        rule_drafts.remove_rule(ruleset_id=draft.pk, code=code, by=by, at=at)
    draft.refresh_from_db()
    return draft


def asked(ruleset: RuleSet, by: User, at: datetime, **period: datetime) -> RuleSimulation:
    return simulations.ask_period(ruleset_id=ruleset.pk, by=by, at=at, **period)


def done(ruleset: RuleSet, by: User, at: datetime, **period: datetime) -> RuleSimulation:
    """A simulation that was counted at once."""
    simulation = asked(ruleset, by, at, **period)
    return run(simulation, at)


def run(simulation: RuleSimulation, at: datetime) -> RuleSimulation:
    """Count what waits, as a worker would a moment later."""
    simulating.sweep(clock=lambda: at + timedelta(seconds=1))
    simulation.refresh_from_db()
    return simulation


def listed(simulation: RuleSimulation) -> dict[str, tuple[str, str, str]]:
    """The changes by interaction or line: kind, before and after."""
    return {
        str(change.interaction_id or change.line): (change.kind, change.before, change.after)
        for change in SimulatedChange.objects.filter(simulation=simulation)
    }
