"""A log: one append-only sequence of events, known by an opaque key."""

from django.db import models

from audit.models.append_only import AppendOnlyModel


class Log(AppendOnlyModel):
    """One log per client organisation, and one for the platform. The key says nothing to this app."""

    id = models.SmallAutoField(primary_key=True)
    key = models.TextField(unique=True)
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name = "Log"
        base_manager_name = "objects"

    def __str__(self) -> str:
        return self.key
