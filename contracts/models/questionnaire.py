"""Questionnaires that AI vendors answer and are assessed by (Y2)."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id
from contracts.domain.questionnaire import QuestionnaireState


class VendorQuestionnaire(models.Model):
    """What a vendor is asked for one process. One is open at a time; an assessed one never changes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="questionnaires")
    vendor = models.ForeignKey(
        "contracts.Organisation", on_delete=models.PROTECT, related_name="questionnaires"
    )
    state = models.CharField(
        max_length=10, choices=QuestionnaireState.choices(), default=QuestionnaireState.ASKED
    )
    due_on = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)
    edits = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    points = models.JSONField(default=dict)
    score = models.PositiveSmallIntegerField(null=True)
    flags = models.JSONField(default=list)
    assessed_at = models.DateTimeField(null=True)
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar[list] = [
            models.UniqueConstraint(
                name="questionnaire_one_open",
                fields=["process", "vendor"],
                condition=~models.Q(state=QuestionnaireState.ASSESSED),
            ),
            models.CheckConstraint(
                name="questionnaire_assessment_complete",
                condition=~models.Q(state=QuestionnaireState.ASSESSED)
                | models.Q(
                    score__isnull=False,
                    score__lte=100,
                    assessed_at__isnull=False,
                    assessed_by__isnull=False,
                    answered_at__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process_id} {self.vendor_id} {self.due_on}"
