"""Vigilance: who knows that it is measured, what was measured of him day by day, and what followed.

Only figures are kept, and for twelve months: nothing here says what anybody decided or wrote on a case.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.domain.ids import new_id
from reviews.enums import VigilanceBand as Band


class VigilanceNotice(models.Model):
    """A person has read what is measured of his reviews, and why. Nothing is measured of the time before.

    `seen_at` and `seen` say up to which of his decisions the counting has come.
    """

    reviewer = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.PROTECT, related_name="vigilance_notice"
    )
    acknowledged_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    seen = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="vigilance_not_before_notice", condition=Q(seen_at__gte=F("acknowledged_at"))
            ),
        ]

    def __str__(self) -> str:
        return str(self.reviewer_id)


class ReviewerSignal(models.Model):
    """One reviewer's day on one process: its sums, what it leaves to the next day, and what followed by then.

    `signals`, `index` and `band` look back over the window that ends with this day; None while nobody worked it out.
    `comment` is what the reviewer himself says about it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signals")
    day = models.DateField()
    tally = models.JSONField(default=dict)
    memory = models.JSONField(default=dict)
    last_at = models.DateTimeField()
    stale = models.BooleanField(default=True)
    signals = models.JSONField(default=list)
    overrides = models.JSONField(default=list)
    index = models.PositiveSmallIntegerField(null=True)
    band = models.CharField(max_length=12, choices=Band.choices(), default=Band.INSUFFICIENT)
    comment = models.CharField(max_length=1000, blank=True)
    commented_at = models.DateTimeField(null=True)
    commented_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="signal_day_once", fields=["process", "reviewer", "day"]),
            models.CheckConstraint(
                name="signal_band_has_index",
                condition=Q(band=Band.INSUFFICIENT, index__isnull=True)
                | (~Q(band=Band.INSUFFICIENT) & Q(index__isnull=False, index__lte=100)),
            ),
            models.CheckConstraint(
                name="signal_comment_is_his_own",
                condition=Q(comment="", commented_at__isnull=True, commented_by__isnull=True)
                | (~Q(comment="") & Q(commented_at__isnull=False, commented_by=F("reviewer"))),
            ),
        ]
        indexes = [
            models.Index(name="signal_days", fields=["process", "day"]),
            models.Index(name="signal_stale", fields=["process"], condition=Q(stale=True)),
            models.Index(name="signal_of_reviewer", fields=["reviewer", "-day"]),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer_id} {self.day} {self.band}"


class VigilanceAction(models.Model):
    """What an amber or red band led to: coaching, or a second review of what is costly, until a lead clears it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="vigilance_actions"
    )
    band = models.CharField(max_length=12, choices=Band.choices())
    index = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    clearance = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="vigilance_one_open",
                fields=["process", "reviewer"],
                condition=Q(cleared_at__isnull=True),
            ),
            models.CheckConstraint(
                name="vigilance_action_has_band", condition=Q(band__in=[Band.AMBER, Band.RED])
            ),
            models.CheckConstraint(
                name="vigilance_cleared_by_another",
                condition=Q(cleared_at__isnull=True, cleared_by__isnull=True, clearance="")
                | (
                    Q(cleared_at__isnull=False, cleared_by__isnull=False)
                    & ~Q(clearance="")
                    & ~Q(cleared_by=F("reviewer"))
                ),
            ),
        ]
        indexes = [
            models.Index(name="vigilance_of_reviewer", fields=["reviewer", "process", "-raised_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer_id} {self.band}"
