"""The clocks of a case: one for each ledger it runs in, its pauses, and whether it was kept (U1, U3, U5)."""

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id
from contracts.domain.sla_kinds import Ledger
from contracts.enums import Party
from reviews.domain.clock_kinds import ClockState

_LATE = [ClockState.RUNNING, ClockState.MISSED]


class CaseClock(models.Model):
    """How long one case may take under one agreement. `terms` holds what was agreed since when, so that a change of terms keeps
    what has passed: `[{since, minutes, calendar}]`, the last of version `version` of the service levels. `due_at` follows from
    them and from the pauses, and is null where nothing is agreed.

    `responsible` is the party that held the case when its time was up; `excluded` says why that does not count.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("reviews.Case", on_delete=models.PROTECT, related_name="clocks")
    process = models.ForeignKey(
        "contracts.Process", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    ledger = models.CharField(max_length=4, choices=Ledger.choices())
    level = models.CharField(max_length=120, blank=True)
    terms = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=ClockState.choices(), default=ClockState.RUNNING)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    risk_at = models.DateTimeField(null=True)
    warned = models.BooleanField(default=False)
    stopped_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    responsible = models.CharField(max_length=16, choices=Party.choices(), blank=True)
    excluded = models.CharField(max_length=200, blank=True)
    # Whether it stands in the account of its day.
    counted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="clock_once",
                fields=["case", "ledger"],
                condition=models.Q(ledger__in=[Ledger.SLA, Ledger.OLA]),
            ),
            models.UniqueConstraint(
                name="clock_one_with_the_vendor",
                fields=["case"],
                condition=models.Q(ledger=Ledger.UC, stopped_at__isnull=True),
            ),
            models.CheckConstraint(
                name="clock_stopped_when_it_is_over",
                condition=models.Q(state=ClockState.RUNNING, stopped_at__isnull=True)
                | (~models.Q(state=ClockState.RUNNING) & models.Q(stopped_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="clock_breach_names_who_answers",
                condition=models.Q(breached_at__isnull=True) | ~models.Q(responsible=""),
            ),
        ]
        indexes = [
            # What the sweeps look for, and nothing else: a million clocks that are neither due nor at risk cost nothing.
            models.Index(
                name="clock_due",
                fields=["due_at"],
                condition=models.Q(breached_at__isnull=True, state__in=_LATE),
            ),
            models.Index(
                name="clock_at_risk",
                fields=["risk_at"],
                condition=models.Q(warned=False, state=ClockState.RUNNING),
            ),
            models.Index(
                name="clock_of_version",
                fields=["process", "version"],
                condition=models.Q(state=ClockState.RUNNING),
            ),
            models.Index(
                name="clock_to_count",
                fields=["process", "stopped_at"],
                condition=models.Q(counted=False, stopped_at__isnull=False),
            ),
            models.Index(
                name="clock_breached",
                fields=["process", "-breached_at", "-id"],
                condition=models.Q(breached_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.ledger}"


class ClockPause(models.Model):
    """The clocks of a case stood still, and why: said by a person, also afterwards, and never without an end in sight."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("reviews.Case", on_delete=models.PROTECT, related_name="clock_pauses")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_early_at = models.DateTimeField(null=True)
    ended_early_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="pause_ends_after_it_begins", condition=models.Q(ends_at__gte=models.F("begins_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.begins_at}"
