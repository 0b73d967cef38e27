"""What was kept and what was late, added up from the trail by the projection `clocks` and by nobody else."""

from django.db import models


class ClockRollup(models.Model):
    """The clocks of one ledger and service level that ended on one day (UTC); corrections are subtracted.

    `log` and `process` are keys and point at nothing: what was counted outlives what it was counted of.
    """

    id = models.BigAutoField(primary_key=True)
    log = models.TextField()
    process = models.TextField()
    day = models.DateField()
    ledger = models.TextField()
    level = models.TextField()
    met = models.IntegerField(default=0)
    missed = models.IntegerField(default=0)
    excluded = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="clock_rollup_once", fields=["log", "process", "day", "ledger", "level"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process} {self.day} {self.level}"
