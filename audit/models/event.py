"""An event of the trail, and the queue of events that have no place in a tree yet."""

import json
from functools import cached_property
from typing import Any

from django.db import models

from audit.models.append_only import LedgerModel


class Event(LedgerModel):
    """What happened, once and for all.

    `body` is the authority: the canonical bytes that were hashed. The columns beside it repeat parts of it so that
    events can be found, and nothing else. The table, its partitions, indexes and triggers are made by SQL in the first
    migration; rows are added only by `audit.services.recording`.
    """

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField()
    log_id = models.SmallIntegerField()
    body = models.BinaryField()
    leaf_hash = models.BinaryField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor_type = models.TextField()
    actor_id = models.TextField(blank=True)
    action = models.TextField()
    object_type = models.TextField()
    object_id = models.TextField()
    correlation_id = models.UUIDField(null=True)
    origin = models.TextField(blank=True)

    class Meta:
        verbose_name = "Event"
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.action} {self.uid}"

    @cached_property
    def content(self) -> dict[str, Any]:
        """The body, parsed for reading. Never dump it again: what is hashed are the stored bytes."""
        return json.loads(bytes(self.body))

    @property
    def facts(self) -> dict[str, Any]:
        """The facts of the event, as its version of the action lists them."""
        return self.content.get("facts", {})

    @property
    def sealed(self) -> dict[str, str]:
        """The commitments to the event's personal values, by field; the values are in the vault until they are erased."""
        return self.content.get("pii", {})


class Pending(LedgerModel):
    """An event that waits for its index in the tree of its log.

    A trigger adds the row together with the event; only the sequencer takes it away, by a statement of its own.
    """

    event_id = models.BigIntegerField(primary_key=True)
    log_id = models.SmallIntegerField()

    class Meta:
        verbose_name = "Pending event"
        base_manager_name = "objects"
        indexes = [models.Index(fields=["log_id", "event_id"], name="audit_pending_log")]

    def __str__(self) -> str:
        return str(self.event_id)
