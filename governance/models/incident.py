"""Incidents: what went wrong in a way that is reported, opened by what the trail tells."""

from django.db import models

from audit.domain.ids import new_id
from governance.domain.incidents import IncidentKind, IncidentState


class Incident(models.Model):
    """One incident on a process. What happens again with the same subject is the same incident, opened once.

    `source_event` is the event of the trail that opened it, `occurred_at` when that happened.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="incidents")
    kind = models.CharField(max_length=20, choices=IncidentKind.choices())
    subject = models.CharField(max_length=200)
    severity = models.PositiveSmallIntegerField()
    told = models.TextField()
    state = models.CharField(max_length=20, choices=IncidentState.choices(), default=IncidentState.REPORTED)
    source_event = models.UUIDField(unique=True)
    occurred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="incident_once", fields=["process", "kind", "subject"]),
            models.CheckConstraint(
                name="incident_severity_in_scale", condition=models.Q(severity__gte=1, severity__lte=4)
            ),
        ]
        indexes = [models.Index(name="incident_newest", fields=["process", "-occurred_at", "-id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
