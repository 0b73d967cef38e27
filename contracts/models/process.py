"""Processes, their steps, and what a step asks of the person at work."""

from django.db import models

from audit.domain.ids import new_id
from contracts.domain import roles
from contracts.domain.sovereignty import TrainingUse
from contracts.enums import Category, SafeState, Tier


class Process(models.Model):
    """A client's business process, run by a provider with AI vendors' models.

    `fields` is the schema of the facts rules may speak of: a list of `{name, label, type, unit, choices, optional,
    cumulative}`. `intake` holds the intake policy: `{required_lineage, required_fields, quality, name_fields,
    scan_attested, fx_max_age_days}`. `stamp` is another with every change of configuration and is the key of the
    cached snapshot: never a counter, because a change that was rolled back must not leave a number that the next
    change takes again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    client = models.ForeignKey("contracts.Organisation", on_delete=models.PROTECT, related_name="processes")
    provider = models.ForeignKey(
        "contracts.Organisation", on_delete=models.PROTECT, related_name="run_processes"
    )
    vendors = models.ManyToManyField("contracts.Organisation", related_name="served_processes", blank=True)
    purpose = models.TextField(blank=True)
    legal_basis = models.CharField(max_length=200, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    time_zone = models.CharField(max_length=60, default="UTC")
    review_minutes = models.PositiveIntegerField(default=60)
    calendar = models.ForeignKey(
        "contracts.BusinessCalendar", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # A5: where its data may be processed, which classes of it, and how far for training; none named: not agreed.
    regions = models.JSONField(default=list)
    data_classes = models.JSONField(default=list)
    training_use = models.CharField(max_length=10, choices=TrainingUse.choices(), default=TrainingUse.NONE)
    fields = models.JSONField(default=list)
    intake = models.JSONField(default=dict)
    evidence_required = models.BooleanField(default=True)
    # W2: where the process goes when it is halted; blank is not said yet, and then it cannot go live.
    safe_state = models.CharField(max_length=16, choices=SafeState.choices(), blank=True)
    went_live_at = models.DateTimeField(null=True, blank=True)
    went_live_by = models.ForeignKey(
        "contracts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    stamp = models.UUIDField(default=new_id, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        permissions = [
            (codename, text)
            for codename, text in roles.PROCESS_CODENAMES.items()
            if codename != "view_process"
        ]
        constraints = [
            models.CheckConstraint(
                name="process_three_parties", condition=~models.Q(client=models.F("provider"))
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ProcessStep(models.Model):
    """One step of a process with its decision category (B5) and the two scope texts (B10).

    `output_fields`: what the AI puts out and a person may edit: `{name, label, type: text|longtext|choice|money|
    number, choices, decision: bool}`. `evidence`: panels that must be opened before approval: `{name, label}`.
    `adverse_outcomes`: `{field: [values]}` that hurt the person concerned and never go out without a person (B6).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="steps")
    code = models.CharField(max_length=30)
    name = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)
    category = models.CharField(max_length=2, choices=Category.choices())
    tier = models.CharField(max_length=8, choices=Tier.choices(), default=Tier.MEDIUM)
    business_category = models.CharField(max_length=30, default="general")
    ai_scope = models.TextField()
    human_scope = models.TextField()
    output_fields = models.JSONField(default=list)
    evidence = models.JSONField(default=list)
    adverse_outcomes = models.JSONField(default=dict)
    sop = models.ForeignKey(
        "contracts.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="steps"
    )
    model_versions = models.ManyToManyField("contracts.ModelVersion", related_name="steps", blank=True)
    endpoints = models.ManyToManyField("contracts.Endpoint", related_name="steps", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="step_code_once", fields=["process", "code"]),
            models.CheckConstraint(
                name="step_scopes_written", condition=~models.Q(ai_scope="") & ~models.Q(human_scope="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process_id} {self.code}"
