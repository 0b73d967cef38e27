"""Automatic QA: what an engine found in each interaction that went out, and how far it is to be trusted."""

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id
from reviews.domain.targeting import FEWEST


class AutoQa(models.Model):
    """F4: one score for an interaction, given once. `engine` is the version of the inventory that gave it.

    `findings`: `{flag, sentence}` for each thing found; sentences repeat no personal data. Without a sentiment the
    engine could not score it, and then it is flagged, so that a person looks at it.
    """

    interaction = models.OneToOneField(
        "reviews.Interaction", primary_key=True, on_delete=models.PROTECT, related_name="auto_qa"
    )
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="+")
    engine = models.ForeignKey("contracts.ModelVersion", on_delete=models.PROTECT, related_name="+")
    sentiment = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    flagged = models.BooleanField()
    findings = models.JSONField(default=list)
    scored_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="auto_qa_sentiment_in_range",
                condition=models.Q(sentiment__isnull=True) | models.Q(sentiment__gte=-1, sentiment__lte=1),
            ),
            models.CheckConstraint(
                name="auto_qa_failure_is_flagged",
                condition=models.Q(sentiment__isnull=False) | models.Q(flagged=True),
            ),
        ]
        indexes = [
            models.Index(
                name="auto_qa_flagged",
                fields=["process", "-scored_at", "-interaction"],
                condition=models.Q(flagged=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.interaction_id)


class ActingFlags(models.Model):
    """F4: the flags of automatic QA that bring a person on a process, while its engine is trusted: what is about to go out is
    held, and of what went out the recall is proposed."""

    process = models.OneToOneField(
        "contracts.Process", primary_key=True, on_delete=models.PROTECT, related_name="acting_flags"
    )
    flags = models.JSONField(default=list)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.process_id} {self.flags}"


class EngineCalibration(models.Model):
    """F5: how a version of an engine agreed with people on a process, as it was recorded. Never changed: the newest stands.

    `lines`: by flag and language, how often it flagged what people called wrong and right, and did not
    (`reviews.domain.targeting.Calibration`). `trusted` is the engine as a whole; without it nothing follows by itself.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="+")
    engine = models.ForeignKey("contracts.ModelVersion", on_delete=models.PROTECT, related_name="+")
    lines = models.JSONField(default=list)
    compared = models.PositiveIntegerField()
    trusted = models.BooleanField()
    calibrated_at = models.DateTimeField()
    calibrated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="engine_trusted_on_enough",
                condition=models.Q(trusted=False) | models.Q(compared__gte=FEWEST),
            ),
        ]
        indexes = [
            models.Index(name="engine_calibrated", fields=["process", "engine", "-calibrated_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.process_id} {self.engine_id}"
