"""What becomes of a score once it is given: the reviewer's dispute and what a third person decided (F7), the second, blind
score (F6), and the sessions in which auditors agree what a line means."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.domain.ids import new_id
from reviews.domain.qa_kinds import CalibrationCause
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


class SecondScore(models.Model):
    """F6: an evaluation that another auditor scores as well, blind to the first score, which stays the one that counts.

    `digest` is what the draw's seed made of it: among those of its draw, the smallest were chosen.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    evaluation = models.OneToOneField("reviews.Evaluation", on_delete=models.PROTECT, related_name="second")
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    due_at = models.DateTimeField()
    answers = models.JSONField(default=dict)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    passed = models.BooleanField(null=True)
    critical_fail = models.BooleanField(null=True)
    judged_wrong = models.BooleanField(null=True)
    output_wrong = models.BooleanField(null=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="second_score_complete",
                condition=Q(
                    submitted_at__isnull=True,
                    submitted_by__isnull=True,
                    score__isnull=True,
                    passed__isnull=True,
                    critical_fail__isnull=True,
                    judged_wrong__isnull=True,
                    output_wrong__isnull=True,
                )
                | Q(
                    submitted_at__isnull=False,
                    submitted_by__isnull=False,
                    score__isnull=False,
                    passed__isnull=False,
                    critical_fail__isnull=False,
                    judged_wrong__isnull=False,
                    output_wrong__isnull=False,
                ),
            ),
        ]
        indexes = [models.Index(name="second_score_in", fields=["process", "-submitted_at"])]

    def __str__(self) -> str:
        return f"{self.evaluation_id} {self.submitted_at or 'open'}"


class CalibrationSession(models.Model):
    """Auditors go through the same evaluations and agree what a line means: opened by hand, or because κ fell below 0.6.

    `line` is the code of the line that it is about, empty for all of them. `marks` are what each auditor gave, by
    evaluation, auditor and line; `agreed` is what they settled on where they differed, by evaluation and line.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=8, choices=CalibrationCause.choices())
    line = models.CharField(max_length=60, blank=True)
    kappa = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    pairs = models.PositiveIntegerField(default=0)
    evaluations = models.ManyToManyField("reviews.Evaluation", related_name="calibrations")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    marks = models.JSONField(default=dict)
    agreed = models.JSONField(default=dict)
    participants = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    decision = models.TextField(blank=True)
    held_at = models.DateTimeField(null=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="calibration_one_open", fields=["process"], condition=Q(held_at__isnull=True)
            ),
            models.CheckConstraint(
                name="calibration_opened_by_hand_is_signed",
                condition=Q(cause=CalibrationCause.HAND, opened_by__isnull=False)
                | Q(cause=CalibrationCause.KAPPA, opened_by__isnull=True, kappa__isnull=False),
            ),
            models.CheckConstraint(
                name="calibration_held_with_a_decision",
                condition=Q(held_at__isnull=True, held_by__isnull=True, decision="")
                | (Q(held_at__isnull=False, held_by__isnull=False) & ~Q(decision="")),
            ),
        ]
        indexes = [models.Index(name="calibration_recent", fields=["process", "-opened_at"])]

    def __str__(self) -> str:
        return f"{self.process_id} {self.opened_at:%Y-%m-%d}"
