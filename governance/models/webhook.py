"""Webhooks: who is told of what happens to a client's interactions, and what became of each message."""

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id
from governance.domain.webhooks import DeliveryState


class Subscription(models.Model):
    """An endpoint that is told what happens in one client's log, message by message, in the order of the log.

    `position` is the entry of the log that is looked at next; `run` counts how often somebody sent it elsewhere, so that
    the same message can stand in the line again. `told_size` is the largest checkpoint that was put in the line. The
    secret is derived from `generation` and never stored; the one before it signs along for a day after `rotated_at`.
    A sender holds the line by `lease` until `held_until`. While `disabled_at` is set nothing is read and nothing sent.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey("contracts.Organisation", on_delete=models.PROTECT, related_name="+")
    processes = models.ManyToManyField("contracts.Process", related_name="+")
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=500)
    types = models.JSONField(default=list)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    position = models.BigIntegerField()
    run = models.PositiveIntegerField(default=1)
    told_size = models.BigIntegerField(default=0)
    generation = models.PositiveIntegerField(default=1)
    rotated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    rotated_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    retry_after = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True)
    held_until = models.DateTimeField(null=True)
    disabled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    disabled_at = models.DateTimeField(null=True)
    disabled_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="subscription_disabled_says_why",
                condition=models.Q(disabled_at__isnull=True) | ~models.Q(disabled_why=""),
            ),
        ]
        indexes = [
            models.Index(
                name="subscription_live", fields=["created_at"], condition=models.Q(disabled_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message in the line of one endpoint: what it tells of, how often it was tried, and how that ended.

    `message` is the `webhook-id`: the same for every attempt. `index` is the entry of the log that it tells of, of a
    checkpoint its size, and nothing for a test. What it says of an interaction is read when it is sent. The line is in
    the order of `id`; only its first waiting message is ever sent.
    """

    id = models.BigAutoField(primary_key=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="deliveries")
    run = models.PositiveIntegerField()
    message = models.CharField(max_length=80)
    type = models.CharField(max_length=40)
    index = models.BigIntegerField(null=True)
    event = models.UUIDField(null=True)
    interaction = models.UUIDField(null=True)
    occurred_at = models.DateTimeField()
    created_at = models.DateTimeField()
    state = models.CharField(
        max_length=12, choices=DeliveryState.choices(), default=DeliveryState.WAITING.value
    )
    attempts = models.PositiveIntegerField(default=0)
    last_try = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "Deliveries"
        constraints = [
            models.UniqueConstraint(name="delivery_once", fields=["subscription", "run", "message"]),
            models.CheckConstraint(
                name="delivery_end_is_dated",
                condition=models.Q(state=DeliveryState.WAITING.value) | models.Q(ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="delivery_newest", fields=["subscription", "-id"]),
            models.Index(
                name="delivery_line",
                fields=["subscription", "id"],
                condition=models.Q(state=DeliveryState.WAITING.value),
            ),
            models.Index(name="delivery_ended", fields=["ended_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.message}"
