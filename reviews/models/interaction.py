"""Interactions: what an AI agent put out, as the portal received it — redacted, routed, and where it stands."""

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id
from contracts.enums import Category
from reviews.enums import Disposition, InteractionState

# What has gone out: a recall tells that it was wrong, and does not undo that it went.
RELEASED = [InteractionState.AUTO_RELEASED, InteractionState.RELEASED, InteractionState.RECALLED]


class Interaction(models.Model):
    """One AI output under governance.

    `input` and `output` are redacted; the originals stand in the vault under `received_event`. `subject` is a keyed
    hash of the reference the agent gave, so that one subject's interactions add up and nobody is named. The
    category and the honeypot mark are copied here for the constraints that make wrong releases impossible.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="interactions")
    client = models.ForeignKey("contracts.Organisation", on_delete=models.PROTECT, related_name="+")
    step = models.ForeignKey("contracts.ProcessStep", on_delete=models.PROTECT, related_name="interactions")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="interactions")
    external_id = models.CharField(max_length=120, blank=True)
    correlation_id = models.UUIDField()
    source = models.CharField(max_length=80, blank=True)
    subject = models.CharField(max_length=32, blank=True)
    language = models.CharField(max_length=8, blank=True)
    input = models.JSONField()
    output = models.JSONField()
    confidence = models.DecimalField(max_digits=6, decimal_places=5, null=True)
    factors = models.JSONField(default=list)
    citations = models.JSONField(default=list)
    attributes = models.JSONField(default=dict)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    data_classes = models.JSONField(default=list)
    model_reference = models.CharField(max_length=120, blank=True)
    model_version = models.ForeignKey(
        "contracts.ModelVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )
    endpoint = models.CharField(max_length=80, blank=True)
    lineage = models.JSONField(default=list)
    telemetry = models.JSONField(default=dict)
    redaction = models.JSONField(default=dict)
    content_digest = models.CharField(max_length=64)
    received_event = models.UUIDField()
    category = models.CharField(max_length=2, choices=Category.choices())
    is_honeypot = models.BooleanField(default=False)
    state = models.CharField(max_length=24, choices=InteractionState.choices())
    disposition = models.CharField(max_length=16, choices=Disposition.choices())
    reasons = models.JSONField(default=list)
    final_decision = models.OneToOneField(
        "reviews.Decision", null=True, on_delete=models.PROTECT, related_name="decides"
    )
    received_at = models.DateTimeField()
    release_after = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    origin = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="interaction_external_id_once",
                fields=["process", "external_id"],
                # Agents never see a control item, so none of theirs may be refused for its name.
                condition=~models.Q(external_id="") & models.Q(is_honeypot=False),
            ),
            models.CheckConstraint(
                name="interaction_release_needs_a_person",
                condition=models.Q(category=Category.D1)
                | ~models.Q(state__in=RELEASED)
                | models.Q(
                    final_decision__isnull=False,
                    state__in=[InteractionState.RELEASED, InteractionState.RECALLED],
                ),
            ),
            models.CheckConstraint(
                name="interaction_honeypot_never_released",
                condition=models.Q(is_honeypot=False) | ~models.Q(state__in=RELEASED),
            ),
            models.CheckConstraint(
                name="interaction_released_is_dated",
                condition=~models.Q(state__in=RELEASED) | models.Q(released_at__isnull=False),
            ),
            models.CheckConstraint(
                name="interaction_decided_has_decision",
                condition=~models.Q(state__in=[InteractionState.DECIDED, InteractionState.RELEASED])
                | models.Q(final_decision__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="interaction_recent", fields=["process", "-received_at", "-id"]),
            models.Index(
                name="interaction_to_release",
                fields=["release_after"],
                condition=models.Q(state=InteractionState.DECIDED),
            ),
            models.Index(
                name="interaction_suspended",
                fields=["process", "received_at"],
                condition=models.Q(state=InteractionState.SUSPENDED),
            ),
            models.Index(name="interaction_finished", fields=["process", "released_at"]),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Reveal(models.Model):
    """Somebody looked at the personal data of an interaction, and why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    interaction = models.ForeignKey(Interaction, on_delete=models.PROTECT, related_name="reveals")
    revealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revealed_at = models.DateTimeField()
    reason = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.interaction_id} {self.revealed_by_id}"


class SubjectTally(models.Model):
    """What one subject added up to in one hour: its row lock puts one subject's interactions in a line."""

    id = models.BigAutoField(primary_key=True)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=32)
    hour = models.DateTimeField()
    currency = models.CharField(max_length=3)
    count = models.PositiveIntegerField(default=0)
    amount = models.DecimalField(max_digits=20, decimal_places=2, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="tally_once", fields=["process", "subject", "hour", "currency"]),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.hour}"
