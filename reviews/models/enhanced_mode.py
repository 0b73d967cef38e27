"""Enhanced mode: for a time and for a reason more is drawn than a sampling plan allows."""

from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual

from audit.domain.ids import new_id
from reviews.domain.enhanced_modes import LONGEST, SHORTEST_REASON


class EnhancedMode(models.Model):
    """F1: this share of each local day from `since` to `until`, both of them with it; then the plan holds by itself again.

    Where it was ended early, `until` is the day before that: a day is enhanced or it is not.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="enhanced_modes")
    fraction = models.DecimalField(max_digits=4, decimal_places=3)
    reason = models.TextField()
    since = models.DateField()
    until = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="enhanced_fraction_above_band",
                condition=Q(fraction__gt=Decimal("0.10"), fraction__lte=Decimal(1)),
            ),
            models.CheckConstraint(
                name="enhanced_has_a_reason", condition=GreaterThanOrEqual(Length("reason"), SHORTEST_REASON)
            ),
            models.CheckConstraint(
                name="enhanced_ends_in_time",
                condition=Q(until__lte=F("since") + timedelta(days=LONGEST))
                & (Q(until__gt=F("since")) | Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="enhanced_end_is_signed",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.UniqueConstraint(
                name="enhanced_one_not_ended",
                fields=["process", "since"],
                condition=Q(ended_at__isnull=True),
            ),
        ]
        indexes = [models.Index(name="enhanced_recent", fields=["process", "-until"])]

    def __str__(self) -> str:
        return f"{self.process_id} {self.fraction} until {self.until}"
