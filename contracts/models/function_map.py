"""The function map (K8): for each step how much is the AI's and how much people's, as declared and signed by the client."""

from django.db import models

from audit.domain.ids import new_id
from contracts.domain.function_map import Dependency, Impact, Involvement


class MappedFunction(models.Model):
    """What was declared of one step; changing it takes the client's signature away."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    step = models.OneToOneField("contracts.ProcessStep", on_delete=models.PROTECT, related_name="mapped")
    dependency = models.PositiveSmallIntegerField(choices=[(one.value, one.label) for one in Dependency])
    involvement = models.PositiveSmallIntegerField(choices=[(one.value, one.label) for one in Involvement])
    impact = models.CharField(max_length=8, choices=Impact.choices())
    why = models.CharField(max_length=300)
    mapped_at = models.DateTimeField()
    mapped_by = models.ForeignKey("contracts.User", on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        "contracts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mapped_levels_0_to_4", condition=models.Q(dependency__lte=4, involvement__lte=4)
            ),
            models.CheckConstraint(
                name="mapped_signed_by_another",
                condition=models.Q(signed_by__isnull=True) | ~models.Q(signed_by=models.F("mapped_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_id}"
