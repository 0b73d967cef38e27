"""What follows from failures in QA: corrective actions with an owner, and findings that a process has to be recalibrated (F11)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.domain.ids import new_id
from reviews.enums import ActionState

_PERSON = settings.AUTH_USER_MODEL


class CorrectiveAction(models.Model):
    """What has to be mended after a critical fail: whose it is, by when, what was done, and who looked that it helps.

    `owner` is empty only where nobody holds a role that may own one. `returned` is why it was last given back by whoever
    was to verify it. `reminded` is how far reminders have gone: 1 the owner was told that it is late, 2 others with him.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="actions")
    interaction = models.ForeignKey("reviews.Interaction", on_delete=models.PROTECT, related_name="actions")
    evaluation = models.OneToOneField("reviews.Evaluation", on_delete=models.PROTECT, related_name="action")
    recall = models.ForeignKey("reviews.Recall", null=True, on_delete=models.PROTECT, related_name="actions")
    state = models.CharField(max_length=8, choices=ActionState.choices(), default=ActionState.OPEN)
    items = models.JSONField(default=list)
    owner = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="actions")
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    done = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    returned = models.TextField(blank=True)
    reminded = models.PositiveSmallIntegerField(default=0)
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="action_done_is_signed",
                condition=Q(state=ActionState.OPEN, done_at__isnull=True, done_by__isnull=True)
                | (
                    Q(done_at__isnull=False, done_by__isnull=False, owner__isnull=False)
                    & ~Q(state=ActionState.OPEN)
                    & ~Q(done="")
                ),
            ),
            models.CheckConstraint(
                name="action_verified_is_signed",
                condition=(
                    ~Q(state=ActionState.VERIFIED) & Q(verified_at__isnull=True, verified_by__isnull=True)
                )
                | Q(state=ActionState.VERIFIED, verified_at__isnull=False, verified_by__isnull=False),
            ),
            models.CheckConstraint(
                name="action_is_verified_by_another",
                condition=Q(verified_by__isnull=True)
                | (~Q(verified_by=F("owner")) & ~Q(verified_by=F("done_by"))),
            ),
        ]
        indexes = [
            models.Index(
                name="action_open", fields=["process", "due_at"], condition=~Q(state=ActionState.VERIFIED)
            ),
            models.Index(name="action_recent", fields=["process", "-created_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.process_id} {self.state}"


class RecalibrationFinding(models.Model):
    """One line of the scorecard failed three times within thirty days: the process has to be looked at, not the single case.

    `evaluations` are those that made it, from `since` to `until`. While it is open further failures belong to it; what
    fails after it was closed begins to count anew.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="findings")
    item = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    evaluations = models.JSONField(default=list)
    since = models.DateTimeField()
    until = models.DateTimeField()
    created_at = models.DateTimeField()
    changed = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="finding_one_open", fields=["process", "item"], condition=Q(closed_at__isnull=True)
            ),
            models.CheckConstraint(
                name="finding_closed_is_signed",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, changed="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(changed="")),
            ),
        ]
        indexes = [models.Index(name="finding_recent", fields=["process", "-created_at", "-id"])]

    def __str__(self) -> str:
        return f"{self.process_id} {self.item}"
