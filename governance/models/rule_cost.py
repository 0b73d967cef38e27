"""What rules cost and how soon they govern, made of the trail by the projection `rules` and by nobody else."""

from django.db import models


class RuleRollup(models.Model):
    """The counts of one trigger of a process on one day (UTC): the day on which the interactions were routed.

    `sole` are the hits without any other trigger; `decided` and `changed` what went out, and what of it people had
    changed materially. `seconds` is the active time of the decisions, whole for each trigger; the shares
    (`share_ms`) of all triggers add up to it.
    """

    id = models.BigAutoField(primary_key=True)
    log = models.TextField()
    process = models.TextField()
    day = models.DateField()
    rule = models.BooleanField()
    code = models.TextField()
    hits = models.PositiveIntegerField(default=0)
    sole = models.PositiveIntegerField(default=0)
    decided = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    seconds = models.PositiveBigIntegerField(default=0)
    share_ms = models.PositiveBigIntegerField(default=0)
    sole_seconds = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="rule_rollup_once", fields=["log", "process", "day", "rule", "code"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process} {self.day} {self.code}"


class RuleActivation(models.Model):
    """One time rules came into force, and how interactions were routed around it.

    `first_at` and `last_at` are the first and the last that followed them. `earlier_at` is the last that came after the
    approval and still followed others: it had begun before it. `late` counts those that the trail has behind the
    activation and that followed others all the same; there must be none. Without a `version` no rules are in force.
    """

    event = models.UUIDField(primary_key=True)
    log = models.TextField()
    process = models.TextField()
    version = models.PositiveIntegerField(null=True)
    way = models.CharField(max_length=16)
    activated_at = models.DateTimeField()
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    earlier_at = models.DateTimeField(null=True)
    late = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(name="rule_activation_recent", fields=["log", "process", "-activated_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.process} v{self.version or 0}"
