"""Test calls up an escalation path (C7): a drill, and the call at each level it reached."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.domain.ids import new_id
from reviews.enums import CallEnd, DrillState

_PEOPLE_END = [DrillState.ANSWERED, DrillState.CANCELLED]


class EscalationDrill(models.Model):
    """One trial of one row of the matrix: who is there, and how soon.

    `path` is the row as it stood when the drill began, of that version of the matrix: a later change does not move it.
    `due_at` is when the call at `level` moves on; null when the drill is over.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="drills")
    state = models.CharField(max_length=10, choices=DrillState.choices(), default=DrillState.RUNNING)
    trigger_class = models.CharField(max_length=30)
    severity = models.PositiveSmallIntegerField(null=True)
    path = models.JSONField()
    path_version = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="drill_one_running", fields=["process"], condition=Q(state=DrillState.RUNNING)
            ),
            # A person answers it or calls it off; that nobody answered, the clock says.
            models.CheckConstraint(
                name="drill_end_is_signed",
                condition=Q(state=DrillState.RUNNING, ended_at__isnull=True, ended_by__isnull=True)
                | Q(state__in=_PEOPLE_END, ended_at__isnull=False, ended_by__isnull=False)
                | Q(state=DrillState.UNANSWERED, ended_at__isnull=False, ended_by__isnull=True),
            ),
        ]
        indexes = [
            models.Index(name="drill_clock", fields=["due_at"], condition=Q(state=DrillState.RUNNING)),
            models.Index(name="drill_recent", fields=["process", "-started_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.process_id} {self.started_at:%Y-%m-%d} {self.state}"


class EscalationDrillCall(models.Model):
    """The call at one level: to whom, since when, and what became of it. Without a person nobody was there to call."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    drill = models.ForeignKey(EscalationDrill, on_delete=models.PROTECT, related_name="calls")
    level = models.PositiveSmallIntegerField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="drill_calls"
    )
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=10, choices=CallEnd.choices(), blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="drill_call_once_a_level", fields=["drill", "level"]),
            models.UniqueConstraint(
                name="drill_call_one_open", fields=["drill"], condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="drill_call_answered_by_the_called",
                # A comparison with NULL is no refusal, so that neither is NULL is said as well.
                condition=Q(
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                    person__isnull=False,
                    answered_by=F("person"),
                    end=CallEnd.ANSWERED,
                )
                | (Q(answered_at__isnull=True, answered_by__isnull=True) & ~Q(end=CallEnd.ANSWERED)),
            ),
            models.CheckConstraint(
                name="drill_call_end_is_dated",
                condition=Q(ended_at__isnull=True, end="") | Q(ended_at__isnull=False, end__in=list(CallEnd)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drill_id} L{self.level}"
