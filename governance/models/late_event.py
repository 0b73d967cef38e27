"""Events whose moments lie too far apart, made of the trail by the projection `late` and by nobody else."""

from django.db import models


class LateEvent(models.Model):
    """One event that was written more than five seconds after it happened, or before it."""

    event = models.UUIDField(primary_key=True)
    log = models.TextField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["log", "-recorded_at", "-event"], name="late_event_newest")]

    def __str__(self) -> str:
        return f"{self.log} {self.event}"
