"""Evidence that somebody asked for and that is written in the background."""

from django.db import models

from audit.domain.ids import new_id
from governance.domain.evidence import ExportKind, ExportState


class EvidenceExport(models.Model):
    """One export: of what, for whom, how far it is, and where its file is.

    `parameters` say of what by its kind; `fields` are the personal values it shows, as `governance.domain.evidence`
    names them. `begin`, `end`, `note`, `timestamp` and `policy` are fixed when it is first written, so that writing it
    again gives the same bytes. `holder` is the worker that writes it, until `held_until`; `needs` are the rights without which
    what was written may not be fetched.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    asked_by = models.ForeignKey("contracts.User", on_delete=models.PROTECT, related_name="evidence_exports")
    asked_at = models.DateTimeField()
    log = models.TextField()
    kind = models.CharField(max_length=20, choices=ExportKind.choices())
    parameters = models.JSONField(default=dict)
    fields = models.JSONField(default=list)
    purpose = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=ExportState.choices(), default=ExportState.WAITING)
    error = models.TextField(blank=True, default="")
    begin = models.PositiveBigIntegerField(null=True)
    end = models.PositiveBigIntegerField(null=True)
    note = models.TextField(blank=True, default="")
    timestamp = models.BinaryField(default=b"")
    policy = models.TextField(blank=True, default="")
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    holder = models.UUIDField(null=True)
    held_until = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    file = models.CharField(max_length=100, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    bytes = models.PositiveBigIntegerField(default=0)
    needs = models.JSONField(default=dict)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="evidence_ready_is_whole",
                condition=~models.Q(state=ExportState.READY)
                | (
                    models.Q(expires_at__isnull=False, bytes__gt=0)
                    & ~models.Q(file="")
                    & ~models.Q(sha256="")
                    & ~models.Q(note="")
                ),
            ),
        ]
        indexes = [
            models.Index(name="evidence_mine", fields=["asked_by", "-asked_at", "-id"]),
            models.Index(
                name="evidence_to_write",
                fields=["held_until"],
                condition=models.Q(state__in=[ExportState.WAITING, ExportState.WRITING]),
            ),
            models.Index(
                name="evidence_to_expire", fields=["expires_at"], condition=models.Q(state=ExportState.READY)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
