"""Runs of the drills in tampering, on copies of a log."""

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id


class DrillRun(models.Model):
    """One run: asked for, under way while `ended_at` is empty, and then what it found. Nobody asked for a run that an
    operator started by a command.

    `control` and `outcomes` are what the tools said, as `audit.domain.drills.Outcome`; `problem` is why it could not be
    done. `heartbeat_at` is the worker's last sign of life.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    log = models.TextField()
    entries = models.PositiveIntegerField()
    first = models.PositiveBigIntegerField(default=0)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    heartbeat_at = models.DateTimeField(null=True)
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=0)
    doing = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True, default="")
    control = models.JSONField(null=True)
    outcomes = models.JSONField(default=list)
    left_out = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["log", "-requested_at", "-id"], name="drill_run_newest")]
        constraints = [
            models.UniqueConstraint(
                name="drill_run_one_at_a_time", fields=["log"], condition=models.Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.log} {self.requested_at}"
