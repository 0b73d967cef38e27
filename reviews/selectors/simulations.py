"""Simulations of rules, as pages, the API and the life of a rule set read them."""

from uuid import UUID

from django.db.models import QuerySet

from audit.errors import NotVisible
from contracts.models import User
from reviews import permissions
from reviews.enums import ChangeKind, SimulationState
from reviews.models import RuleSet, RuleSimulation, SimulatedChange
from reviews.selectors import rulesets

PAGE = 10
CHANGES = 25
MISSED = "missed"
# Of so many simulations one is looked for that counts as a trial.
_LOOKED_AT = 20


def latest_done(ruleset: RuleSet) -> RuleSimulation | None:
    """The newest finished simulation of a version. Its `digest` says for which rules: a draft may have changed since."""
    return _done(ruleset).first()


def latest_trial(ruleset: RuleSet) -> RuleSimulation | None:
    """The newest finished one that counts as a trial of the rules."""
    return next((simulation for simulation in _done(ruleset)[:_LOOKED_AT] if simulation.is_trial), None)


def _done(ruleset: RuleSet) -> QuerySet[RuleSimulation]:
    return _asked(ruleset).filter(state=SimulationState.DONE)


def found(simulation_id: UUID) -> RuleSimulation:
    """A simulation by its key, for a service that looks at rights itself. Raises NotVisible for an unknown one."""
    simulation = (
        RuleSimulation.objects.select_related(
            "ruleset__process__client", "ruleset__author", "base", "requested_by"
        )
        .filter(pk=simulation_id)
        .first()
    )
    if simulation is None:
        raise NotVisible("not_found", "There is no such simulation that you can see.")
    return simulation


def version(*, user: User, code: str, number: int) -> RuleSet:
    """A version whose simulations the person may see. NotVisible or NotAllowed."""
    ruleset = rulesets.version(user=user, code=code, number=number)
    permissions.check_can_simulate(user, ruleset)
    return ruleset


def of_version(ruleset: RuleSet) -> list[RuleSimulation]:
    """The newest simulations of a version, without what was found."""
    return list(_asked(ruleset).defer("rules", "result")[:PAGE])


def newest(ruleset: RuleSet) -> RuleSimulation | None:
    """The newest simulation of a version, finished or not."""
    return _asked(ruleset).first()


def _asked(ruleset: RuleSet) -> QuerySet[RuleSimulation]:
    rows = RuleSimulation.objects.filter(ruleset=ruleset).select_related("base", "requested_by")
    return rows.order_by("-requested_at", "-pk")


def one(*, user: User, code: str, number: int, simulation_id: UUID) -> RuleSimulation:
    """One simulation of a version the person may see. NotVisible for any other."""
    ruleset = version(user=user, code=code, number=number)
    simulation = (
        RuleSimulation.objects.filter(pk=simulation_id, ruleset=ruleset)
        .select_related("base", "requested_by")
        .first()
    )
    if simulation is None:
        raise NotVisible("not_found", "There is no such simulation that you can see.")
    simulation.ruleset, simulation.process = ruleset, ruleset.process
    return simulation


def changes(
    simulation: RuleSimulation, *, kind: str = "", after: int = 0, size: int = CHANGES
) -> tuple[list[SimulatedChange], int | None]:
    """A page of the listed changes in their order, and after which rank the next one begins.

    `kind` is a kind of change, or `missed` for what a person once corrected, escalated or QA failed.
    """
    rows = SimulatedChange.objects.filter(simulation=simulation, rank__gt=after)
    if kind == MISSED:
        rows = rows.exclude(missed="")
    elif kind in set(ChangeKind):
        rows = rows.filter(kind=kind)
    page = list(rows.select_related("interaction").order_by("rank")[: size + 1])
    return page[:size], page[size - 1].rank if len(page) > size else None
