"""Incidents: what went wrong in a way that is reported, opened by what the trail tells."""

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id
from governance.domain.incidents import IncidentKind, IncidentState


class Incident(models.Model):
    """One incident on a process. What happens again with the same subject is the same incident until it is closed.

    `source_event` is the event of the trail that opened it, `occurred_at` when that happened. Somebody who decides closes it and
    says what was done.
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
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    done = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="incident_open_once",
                fields=["process", "kind", "subject"],
                condition=models.Q(state=IncidentState.REPORTED),
            ),
            models.CheckConstraint(
                name="incident_closing_is_signed",
                condition=models.Q(
                    state=IncidentState.REPORTED, closed_at__isnull=True, closed_by__isnull=True, done=""
                )
                | (
                    models.Q(state=IncidentState.CLOSED, closed_at__isnull=False, closed_by__isnull=False)
                    & ~models.Q(done="")
                ),
            ),
            models.CheckConstraint(
                name="incident_severity_in_scale", condition=models.Q(severity__gte=1, severity__lte=4)
            ),
        ]
        indexes = [models.Index(name="incident_newest", fields=["process", "-occurred_at", "-id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
