"""The organisations that share the portal."""

from django.db import models

from audit.domain.ids import new_id
from contracts.enums import Party


class Organisation(models.Model):
    """A client, a provider, an AI vendor, or the operator. A client's events stand in the log of its `log_key`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=16, choices=Party.choices())
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True)
    log_key = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="organisation_client_has_log",
                condition=~models.Q(kind=Party.CLIENT) | ~models.Q(log_key=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name
