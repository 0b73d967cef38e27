"""How long what is kept, what must stay in any case, and what was removed when its time was over."""

from django.db import models

from audit.domain.ids import new_id
from audit.domain.retention import HoldScope
from audit.models.append_only import AppendOnlyModel, LedgerModel


class RetentionPolicy(AppendOnlyModel):
    """For how many days records of a class of one log are kept under one jurisdiction.

    The highest version counts; a change is a new version, and what was set before stays to be read. `set_by` is the
    opaque id of a person, or the name of a part of the system.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    log = models.TextField()
    record_class = models.TextField()
    jurisdiction = models.TextField()
    version = models.PositiveIntegerField()
    keep_days = models.PositiveIntegerField()
    set_at = models.DateTimeField()
    set_by = models.TextField()

    class Meta:
        verbose_name = "Retention policy"
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                name="audit_one_policy_a_version", fields=["log", "record_class", "jurisdiction", "version"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.log} {self.record_class} {self.jurisdiction}: {self.keep_days} days"


class LegalHold(models.Model):
    """What must not be erased, purged or pruned until somebody else lifts the hold.

    `key` is empty for a whole log, the correlation id of a matter, or the opaque key of a subject. Nothing of a hold
    changes but that it is lifted, once; its row stays, with both reasons in clear: unlike in the trail, where they are
    sealed, nothing takes them away, so they must not name anybody.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    log = models.TextField()
    scope = models.TextField()
    key = models.TextField(blank=True)
    reason = models.TextField()
    placed_at = models.DateTimeField()
    placed_by = models.TextField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.TextField(blank=True, default="")
    lift_reason = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = "Legal hold"
        indexes = [models.Index(fields=["log", "lifted_at"], name="audit_hold_log")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lifted_at__isnull=True, lifted_by="")
                | (models.Q(lifted_at__isnull=False) & ~models.Q(lifted_by="")),
                name="audit_hold_lift_is_signed",
            ),
            models.CheckConstraint(
                condition=~models.Q(lifted_by=models.F("placed_by")),
                name="audit_hold_is_lifted_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(scope=HoldScope.LOG.value, key="")
                | (~models.Q(scope=HoldScope.LOG.value) & ~models.Q(key="")),
                name="audit_hold_names_what_it_covers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.log} {self.scope} {self.key}".rstrip()


class Pruning(LedgerModel):
    """That the texts of a log's entries before `end_index` may be gone: as many as `entries_in_all`, in all prunings.

    `tombstone` is the event in the log that says so too, and more; a row without one is a forgery. Added by
    `audit.services.pruning` alone, in the transaction that removes the texts.
    """

    tombstone = models.UUIDField(primary_key=True)
    log_id = models.SmallIntegerField()
    first_index = models.BigIntegerField()
    end_index = models.BigIntegerField()
    entries = models.BigIntegerField()
    entries_in_all = models.BigIntegerField()
    keep_days = models.PositiveIntegerField()
    pruned_at = models.DateTimeField()

    class Meta:
        verbose_name = "Pruning"
        base_manager_name = "objects"
        indexes = [models.Index(fields=["log_id", "entries_in_all"], name="audit_pruning_log")]

    def __str__(self) -> str:
        return f"{self.log_id}: {self.first_index} to {self.end_index}"
