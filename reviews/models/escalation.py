"""Escalations: a case on its way up the path, and each level it stood at."""

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id
from reviews.enums import EscalationReason, EscalationState, Learning


class Escalation(models.Model):
    """A case handed up. `path` is the path as it stood when it opened, of that version of the matrix: a
    later change does not move it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("reviews.Case", on_delete=models.PROTECT, related_name="escalations")
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="escalations")
    state = models.CharField(max_length=14, choices=EscalationState.choices(), default=EscalationState.OPEN)
    reason = models.CharField(max_length=16, choices=EscalationReason.choices())
    question = models.TextField(blank=True)
    package = models.JSONField(default=dict)
    path = models.JSONField(default=list)
    path_version = models.PositiveIntegerField(default=1)
    level = models.PositiveSmallIntegerField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="escalations")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True)
    ack_due_at = models.DateTimeField()
    resolve_due_at = models.DateTimeField()
    # The next instant at which the clock moves it up; null when nothing is above it.
    promote_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    # C6: what it taught, said by whoever closed it.
    learning = models.CharField(max_length=12, choices=Learning.choices(), blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="escalation_closed_with_learning",
                condition=models.Q(resolved_at__isnull=True, learning="")
                | models.Q(resolved_at__isnull=False, learning__in=list(Learning)),
            ),
            models.UniqueConstraint(
                name="escalation_one_running", fields=["case"], condition=models.Q(resolved_at__isnull=True)
            ),
            models.CheckConstraint(
                name="escalation_resolution_is_signed",
                condition=~models.Q(state=EscalationState.RESOLVED)
                | models.Q(resolved_at__isnull=False, resolved_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="escalation_clock", fields=["promote_at"], condition=models.Q(resolved_at__isnull=True)
            ),
            # The report of what escalations taught, month by month.
            models.Index(
                name="escalation_closed",
                fields=["process", "-resolved_at", "-id"],
                condition=models.Q(resolved_at__isnull=False),
            ),
            models.Index(
                name="escalation_mine",
                fields=["owner", "opened_at"],
                condition=models.Q(resolved_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} L{self.level}"


class EscalationStep(models.Model):
    """One stand at one level: who had it, from when, until when it should have been acknowledged and resolved."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="steps")
    level = models.PositiveSmallIntegerField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ack_due_at = models.DateTimeField()
    resolve_due_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="escalation_step_one_open",
                fields=["escalation"],
                condition=models.Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.escalation_id} L{self.level}"
