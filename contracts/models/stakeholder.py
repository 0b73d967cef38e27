"""Who has a stake in a process (K7), who decided that AI is used at a step of it (K9), and the sheet of it all (K10)."""

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id
from contracts.domain.stakeholders import Stake


class Stakeholder(models.Model):
    """Somebody who stands for a category of the register, how he is reached, who stands in for him, and his duty."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="stakeholders")
    category = models.CharField(max_length=20, choices=Stake.choices())
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    contact = models.CharField(max_length=120)
    duty = models.CharField(max_length=200)
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="stakeholder_once",
                fields=["process", "category", "person"],
                condition=models.Q(removed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="stakeholder_deputy_is_another",
                condition=models.Q(deputy__isnull=True) | ~models.Q(deputy=models.F("person")),
            ),
            models.CheckConstraint(
                name="stakeholder_is_reached_and_has_a_duty",
                condition=~models.Q(contact="") & ~models.Q(duty=""),
            ),
        ]

    def __str__(self) -> str:
        return self.category


class AiUseDecision(models.Model):
    """K9: the decision to use AI at a step. The last one stands; those before it stay readable."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    step = models.ForeignKey("contracts.ProcessStep", on_delete=models.PROTECT, related_name="ai_decisions")
    authority = models.CharField(max_length=200)
    alternatives = models.CharField(max_length=500)
    benefit = models.CharField(max_length=500)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="ai_use_one_stands", fields=["step"], condition=models.Q(replaced_at__isnull=True)
            ),
            models.CheckConstraint(
                name="ai_use_is_reasoned",
                condition=~models.Q(authority="") & ~models.Q(alternatives="") & ~models.Q(benefit=""),
            ),
        ]

    def __str__(self) -> str:
        return f"AI at {self.step_id}"


class AccountabilitySheet(models.Model):
    """K10: the roles and duties to notify of all three parties on one page, as they were when it was made.

    `content` is a list of sections `{title, columns, rows}`; `event` is the entry of the trail that holds its fingerprint.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="sheets")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    event = models.UUIDField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="sheet_version_once", fields=["process", "version"])]

    def __str__(self) -> str:
        return f"v{self.version}"
