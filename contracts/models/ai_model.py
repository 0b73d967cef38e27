"""The model inventory (N1): models, their versions, and the endpoints they answer from."""

from django.db import models

from audit.domain.ids import new_id
from contracts.domain.sovereignty import TrainingUse
from contracts.enums import ModelStatus, Tenancy


class AiModel(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    vendor = models.ForeignKey("contracts.Organisation", on_delete=models.PROTECT, related_name="ai_models")
    name = models.CharField(max_length=80)
    purpose = models.TextField()
    limits = models.TextField(blank=True)
    procured_by = models.ForeignKey(
        "contracts.Organisation", on_delete=models.PROTECT, related_name="procured_models"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="ai_model_once", fields=["vendor", "name"])]

    def __str__(self) -> str:
        return self.name


class ModelVersion(models.Model):
    """One version of a model, called in the API by `reference` (e.g. `ledgerline-4.2`). Only approved ones may decide."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    model = models.ForeignKey(AiModel, on_delete=models.PROTECT, related_name="versions")
    version = models.CharField(max_length=40)
    reference = models.CharField(max_length=120, unique=True)
    fingerprint = models.CharField(max_length=128, blank=True)
    status = models.CharField(max_length=12, choices=ModelStatus.choices(), default=ModelStatus.REGISTERED)
    registered_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        "contracts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="model_version_approval_signed",
                condition=~models.Q(status=ModelStatus.APPROVED)
                | models.Q(approved_at__isnull=False, approved_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Endpoint(models.Model):
    """Where a model answers from (A5). Region and tenancy never change: another place is another endpoint."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80, unique=True)
    vendor = models.ForeignKey("contracts.Organisation", on_delete=models.PROTECT, related_name="endpoints")
    host = models.CharField(max_length=200)
    region = models.CharField(max_length=20)
    tenancy = models.CharField(max_length=8, choices=Tenancy.choices())
    training_use = models.CharField(max_length=10, choices=TrainingUse.choices(), default=TrainingUse.NONE)
    # How long the vendor keeps what it is sent; none: it did not say.
    retention_days = models.PositiveIntegerField(null=True)
    subprocessors = models.JSONField(default=list)
    registered_at = models.DateTimeField()
    amendments = models.PositiveIntegerField(default=0)
    amended_at = models.DateTimeField(null=True)
    amended_by = models.ForeignKey("contracts.User", null=True, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey("contracts.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="endpoint_retirement_signed",
                condition=models.Q(retired_at__isnull=True, retired_by__isnull=True)
                | models.Q(retired_at__isnull=False, retired_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name
