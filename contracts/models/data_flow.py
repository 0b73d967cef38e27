"""Data-flow diagrams of a process, in versions (L7)."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id
from contracts.enums import Labelled


class DataFlowState(Labelled):
    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class DataFlow(models.Model):
    """A version of the diagram. One is drafted and one is published at a time; what was published never changes.

    `graph` is what `contracts.domain.data_flows.written` writes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="data_flows")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=DataFlowState.choices(), default=DataFlowState.DRAFT)
    graph = models.JSONField(default=dict)
    edits = models.PositiveIntegerField(default=0)
    # The version of the contract in force when it was published, to which it is an appendix.
    contract_version = models.ForeignKey(
        "contracts.ContractVersion", null=True, on_delete=models.PROTECT, related_name="data_flows"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar[list] = [
            models.UniqueConstraint(name="data_flow_version_once", fields=["process", "version"]),
            models.UniqueConstraint(
                name="data_flow_one_draft", fields=["process"], condition=models.Q(state=DataFlowState.DRAFT)
            ),
            models.UniqueConstraint(
                name="data_flow_one_published",
                fields=["process"],
                condition=models.Q(state=DataFlowState.PUBLISHED),
            ),
            models.CheckConstraint(
                name="data_flow_publication_signed",
                condition=models.Q(state=DataFlowState.DRAFT)
                | models.Q(published_at__isnull=False, published_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process_id} v{self.version}"
