"""What auditors look at besides what chance and automatic QA bring (R2)."""

from django.db import models


class ExtraPick(models.Model):
    """One interaction that the next targeted draw takes along, beyond its cap. Why, nothing here says: whoever asked for it
    knows more about it than an auditor may."""

    interaction = models.OneToOneField(
        "reviews.Interaction", primary_key=True, on_delete=models.PROTECT, related_name="extra_pick"
    )
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="extra_pick_waiting", fields=["process", "created_at"])]

    def __str__(self) -> str:
        return str(self.interaction_id)
