"""Simulations: what other rules would have done with the interactions of the past, asked for and counted in the background."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.domain.ids import new_id
from reviews.enums import OPEN_SIMULATIONS, ChangeKind, SimulationKind, SimulationState

# What counts as a trial of rules: four weeks at least, up to the day before it was asked for. A file may hold one line
# that somebody chose, and a quiet hour shows nothing.
TRIED_FOR, TRIED_UNTIL = timedelta(days=28), timedelta(days=1)


class RuleSimulation(models.Model):
    """One trial of a version of the rules against the version in force.

    `rules` and `digest` are the rules as they were when it was asked for: a draft may change after that. `base` is the
    version they are compared with. `holder` is the worker that counts, until `held_until`. `result` holds the figures
    and is written once; a simulation of a draft goes with its draft.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="simulations")
    ruleset = models.ForeignKey("reviews.RuleSet", on_delete=models.CASCADE, related_name="simulations")
    base = models.ForeignKey("reviews.RuleSet", null=True, on_delete=models.PROTECT, related_name="+")
    rules = models.JSONField()
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=SimulationKind.choices())
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    file = models.CharField(max_length=80, blank=True, default="")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=SimulationState.choices(), default=SimulationState.REQUESTED
    )
    error = models.CharField(max_length=300, blank=True, default="")
    seen = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    holder = models.UUIDField(null=True)
    held_until = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="simulation_state_known", condition=Q(state__in=list(SimulationState))
            ),
            models.CheckConstraint(
                name="simulation_done_has_result",
                condition=Q(state=SimulationState.DONE, result__isnull=False)
                | (~Q(state=SimulationState.DONE) & Q(result__isnull=True)),
            ),
            models.CheckConstraint(
                name="simulation_over_is_dated",
                condition=Q(state__in=OPEN_SIMULATIONS, finished_at__isnull=True)
                | (~Q(state__in=OPEN_SIMULATIONS) & Q(finished_at__isnull=False, holder__isnull=True)),
            ),
            models.CheckConstraint(
                name="simulation_of_period_or_file",
                condition=Q(kind=SimulationKind.PERIOD, since__lt=F("until"), file="")
                | Q(kind=SimulationKind.FILE, since__isnull=True, until__isnull=True),
            ),
        ]
        indexes = [
            models.Index(name="simulation_of_version", fields=["ruleset", "-requested_at", "-id"]),
            models.Index(
                name="simulation_to_run",
                fields=["held_until"],
                condition=Q(state__in=OPEN_SIMULATIONS),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ruleset} {self.state}"

    @property
    def is_trial(self) -> bool:
        """Whether it moves a proposal on."""
        if self.since is None or self.until is None:
            return False
        return self.until - self.since >= TRIED_FOR and self.requested_at - self.until <= TRIED_UNTIL

    @property
    def figures(self) -> dict[str, Any]:
        """The figures of one that is done; of any other there are none."""
        return self.result or {}


class SimulatedChange(models.Model):
    """One interaction that would have gone another way. `rank` orders them: corrections that would have been missed first.

    Of a file there is the line alone; nothing of what stood in it is kept.
    """

    id = models.BigAutoField(primary_key=True)
    simulation = models.ForeignKey(RuleSimulation, on_delete=models.CASCADE, related_name="changes")
    rank = models.PositiveIntegerField()
    interaction = models.ForeignKey(
        "reviews.Interaction", null=True, on_delete=models.PROTECT, related_name="+"
    )
    line = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=16, choices=ChangeKind.choices())
    missed = models.CharField(max_length=10, blank=True, default="")
    before = models.CharField(max_length=16)
    before_queue = models.CharField(max_length=8, blank=True)
    after = models.CharField(max_length=16)
    after_queue = models.CharField(max_length=8, blank=True)
    fired_before = models.JSONField(default=list)
    fired_after = models.JSONField(default=list)
    amount = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="simulated_change_rank_once", fields=["simulation", "rank"]),
            models.CheckConstraint(
                name="simulated_change_is_of_something",
                condition=Q(interaction__isnull=False, line__isnull=True)
                | Q(interaction__isnull=True, line__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="simulated_change_kind", fields=["simulation", "kind", "rank"]),
        ]

    def __str__(self) -> str:
        return f"{self.simulation_id} {self.rank}"
