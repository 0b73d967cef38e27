"""Findings: in what the terms of a process contradict each other, or are no longer fulfilled."""

from typing import ClassVar

from django.db import models

from audit.domain.ids import new_id
from contracts.domain.finding_kinds import FindingKind


class Finding(models.Model):
    """One thing that is not as agreed. It ends when it is as agreed again, not because somebody says so.

    `subject` names what it is about, so that the same thing is not found twice.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="term_findings")
    kind = models.CharField(max_length=20, choices=FindingKind.choices())
    subject = models.CharField(max_length=120)
    sentence = models.CharField(max_length=400)
    link = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list] = [
            models.UniqueConstraint(
                name="finding_open_once",
                fields=["process", "kind", "subject"],
                condition=models.Q(ended_at__isnull=True),
            ),
        ]
        indexes: ClassVar[list] = [
            models.Index(name="finding_of_process", fields=["process", "-created_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
