"""What the triggers of a process cost and brought, and how soon its rules governed: sums of rollups, so that the number
of queries and their cost stay the same as data grows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Sum

from audit.errors import NotVisible
from audit.selectors import projections
from audit.selectors.projections import Standing
from contracts import access
from contracts.domain.roles import VIEW_BOARD
from contracts.models import Process, User
from governance.domain import rule_costs, telemetry
from governance.models import RuleActivation, RuleRollup
from reviews.enums import RuleSetState
from reviews.models import Rule

ACTIVATIONS = 20


@dataclass(frozen=True)
class Cost:
    """One trigger: its counts, and the rule as it stands in the rules in force; None for another reason, or for a rule
    that is no longer among them."""

    in_force: Rule | None
    rule: bool
    code: str
    hits: int
    sole: int
    decided: int
    changed: int
    seconds: int
    share_ms: int
    sole_seconds: int

    @property
    def candidate(self) -> bool:
        """Whether the rule may be tuned: in force, not required by law, and never of use so far."""
        rule = self.in_force
        if rule is None or rule.legal_lock:
            return False
        return rule_costs.never_changed(decided=self.decided, changed=self.changed)


@dataclass(frozen=True)
class Costs:
    process: Process
    days: int
    triggers: list[Cost]
    activations: list[RuleActivation]
    counted: Standing | None


def of(*, user: User, code: str, at: datetime, days: int = rule_costs.DAYS) -> Costs:
    """The costs of the last `days` days (UTC, today among them), the dearest trigger first. NotVisible for strangers."""
    process = access.processes(user, VIEW_BOARD).select_related("client").filter(code=code).first()
    if process is None:
        raise NotVisible("not_found", "There is no such board that you can see.")
    log, since = process.client.log_key, telemetry.day_of(at) - timedelta(days=days - 1)
    sums = {f"all_{name}": Sum(name) for name in rule_costs.COUNTS}
    rows = (
        RuleRollup.objects.filter(log=log, process=code, day__gte=since, day__lte=telemetry.day_of(at))
        .order_by()
        .values_list("rule", "code")
        .annotate(**sums)
    )
    in_force = _in_force(process)
    triggers = [Cost(in_force.get(row[1]) if row[0] else None, *row) for row in rows]
    triggers.sort(key=lambda one: (-one.share_ms, -one.hits, one.rule, one.code))
    triggers += _silent(in_force, {one.code for one in triggers if one.rule})
    activations = RuleActivation.objects.filter(log=log, process=code).order_by("-activated_at", "-pk")
    standing = projections.standings(rule_costs.PROJECTION, [log]).get(log)
    return Costs(process, days, triggers, list(activations[:ACTIVATIONS]), standing)


def _in_force(process: Process) -> dict[str, Rule]:
    rules = Rule.objects.filter(ruleset__process=process, ruleset__state=RuleSetState.ACTIVE)
    return {rule.code: rule for rule in rules.order_by("position", "pk")}


def _silent(in_force: dict[str, Rule], heard: Collection[str]) -> list[Cost]:
    """Rules in force that never fired: they cost nothing and show nothing."""
    nothing = (0,) * len(rule_costs.COUNTS)
    return [Cost(rule, True, code, *nothing) for code, rule in in_force.items() if code not in heard]
