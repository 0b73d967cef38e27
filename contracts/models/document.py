"""Controlled documents: standard operating procedures, their versions, and the one-page summary shown at work."""

from django.db import models

from audit.domain.ids import new_id
from contracts.enums import DocumentState


class Document(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=30, unique=True)
    title = models.CharField(max_length=200)
    process = models.ForeignKey(
        "contracts.Process", null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )
    owner = models.ForeignKey("contracts.User", on_delete=models.PROTECT, related_name="owned_documents")
    review_deadline = models.DateField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code


class DocumentVersion(models.Model):
    """One version: `steps` in order, the full text, and a summary of at most 350 words (Q6)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=DocumentState.choices(), default=DocumentState.DRAFT)
    steps = models.JSONField(default=list)
    summary = models.TextField()
    body = models.TextField(blank=True)
    author = models.ForeignKey("contracts.User", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        "contracts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="document_version_once", fields=["document", "number"]),
            models.UniqueConstraint(
                name="document_one_published",
                fields=["document"],
                condition=models.Q(state=DocumentState.PUBLISHED),
            ),
            models.CheckConstraint(
                name="document_publisher_is_not_author",
                condition=models.Q(published_by__isnull=True) | ~models.Q(published_by=models.F("author")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} v{self.number}"
