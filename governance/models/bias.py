"""Fairness: which groups people belong to, kept apart from everything else, and the audits that were made of it (R1, R4)."""

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id


class ProtectedAttribute(models.Model):
    """The group of one attribute to which the person of an interaction belongs.

    Supplied by the client for audits of bias and read for nothing else: no page, reply, event or export holds a row, and
    what is said of a group is said of ten people at least.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="+")
    interaction = models.ForeignKey("reviews.Interaction", on_delete=models.PROTECT, related_name="+")
    attribute = models.CharField(max_length=32)
    group = models.CharField(max_length=40)
    supplied_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="attribute_once", fields=["interaction", "attribute"]),
            models.CheckConstraint(
                name="attribute_says_something", condition=~models.Q(attribute="") & ~models.Q(group="")
            ),
        ]
        indexes = [
            models.Index(name="attribute_of_process", fields=["process", "attribute"]),
            models.Index(name="attribute_supplied", fields=["supplied_at"]),
        ]

    def __str__(self) -> str:
        return self.attribute


class BiasAudit(models.Model):
    """What an audit found of one attribute in some days of a process, suppressed as it was told. `lines`: as
    `governance.domain.bias.Line` has them. By nobody where the schedule made it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="+")
    attribute = models.CharField(max_length=32)
    since = models.DateField()
    until = models.DateField()
    lines = models.JSONField(default=list)
    flagged = models.BooleanField()
    audited_at = models.DateTimeField()
    audited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="bias_audit_period", condition=models.Q(until__gte=models.F("since"))
            ),
        ]
        indexes = [models.Index(name="bias_audit_recent", fields=["process", "-audited_at"])]

    def __str__(self) -> str:
        return f"{self.process_id} {self.attribute} {self.since}"
