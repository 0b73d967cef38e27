"""What becomes of a score once it is given: the reviewer's dispute and what a third person decided (F7)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.domain.ids import new_id
from reviews.enums import DisputeOutcome


class Dispute(models.Model):
    """A score that the reviewer disputed, once, and its adjudication.

    What an adjudicator corrected stands here, beside the first score and never over it; where it was upheld there is
    nothing to correct. `lines` are the codes of the lines the reviewer disputes; none of them means the whole score.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    evaluation = models.OneToOneField("reviews.Evaluation", on_delete=models.PROTECT, related_name="dispute")
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="+")
    lines = models.JSONField(default=list)
    reason = models.TextField()
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=DisputeOutcome.choices(), blank=True)
    why = models.TextField(blank=True)
    adjudicated_at = models.DateTimeField(null=True)
    adjudicated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answers = models.JSONField(default=dict)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    passed = models.BooleanField(null=True)
    critical_fail = models.BooleanField(null=True)
    judged_wrong = models.BooleanField(null=True)
    output_wrong = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="dispute_outcome_is_signed",
                condition=Q(outcome="", adjudicated_at__isnull=True, adjudicated_by__isnull=True)
                | Q(
                    outcome__in=list(DisputeOutcome),
                    adjudicated_at__isnull=False,
                    adjudicated_by__isnull=False,
                ),
            ),
            # A comparison with NULL is no refusal, so that nobody has adjudicated is said as well.
            models.CheckConstraint(
                name="dispute_adjudicated_by_another",
                condition=Q(adjudicated_by__isnull=True) | ~Q(adjudicated_by=F("raised_by")),
            ),
            models.CheckConstraint(
                name="dispute_corrected_where_overturned",
                condition=Q(
                    outcome=DisputeOutcome.OVERTURNED,
                    score__isnull=False,
                    passed__isnull=False,
                    critical_fail__isnull=False,
                    judged_wrong__isnull=False,
                    output_wrong__isnull=False,
                )
                | (
                    ~Q(outcome=DisputeOutcome.OVERTURNED)
                    & Q(
                        score__isnull=True,
                        passed__isnull=True,
                        critical_fail__isnull=True,
                        judged_wrong__isnull=True,
                        output_wrong__isnull=True,
                    )
                ),
            ),
        ]
        indexes = [models.Index(name="dispute_open", fields=["process", "due_at"], condition=Q(outcome=""))]

    def __str__(self) -> str:
        return f"{self.evaluation_id} {self.outcome or 'open'}"
