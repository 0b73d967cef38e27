"""Decisions: what a person decided, by which authority, having seen what. Only the withdrawal pair is ever written later."""

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id
from reviews.enums import Verdict


class DecisionQuerySet(models.QuerySet):
    """A decision is kept as it was made: queries may read, and withdraw within the undo window."""

    WRITABLE = frozenset({"withdrawn_at", "withdrawn_by", "withdrawn_by_id"})

    def update(self, **changes) -> int:
        if not set(changes) <= self.WRITABLE:
            raise TypeError("A decision cannot be changed; only its withdrawal can be recorded.")
        return super().update(**changes)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("A decision cannot be deleted.")


class Decision(models.Model):
    """One person's decision in one round on one case.

    `output` is what stands after it; `changed` and `material` are measured against the AI's output (§5.1);
    `seconds` is the active time the server credits, and `reading_floor` the time below which nobody can have read what
    was shown, None where nobody measured it; `authority` says by what right, in words.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("reviews.Case", on_delete=models.PROTECT, related_name="decisions")
    interaction = models.ForeignKey("reviews.Interaction", on_delete=models.PROTECT, related_name="decisions")
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField(default=1)
    verdict = models.CharField(max_length=10, choices=Verdict.choices())
    output = models.JSONField()
    reason_code = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)
    factors = models.JSONField(default=list)
    changed = models.BooleanField()
    material = models.BooleanField()
    similarity = models.DecimalField(max_digits=5, decimal_places=4)
    is_final = models.BooleanField()
    authority = models.CharField(max_length=200)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions"
    )
    decided_at = models.DateTimeField()
    role = models.CharField(max_length=24)
    seconds = models.PositiveIntegerField(default=0)
    reading_floor = models.FloatField(null=True)
    evidence = models.JSONField(default=list)
    sop_version = models.PositiveIntegerField(null=True)
    ruleset_version = models.PositiveIntegerField(null=True)
    model_reference = models.CharField(max_length=120, blank=True)
    replayed = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="decision_one_final_stands",
                fields=["interaction"],
                condition=models.Q(is_final=True, withdrawn_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="decision_one_per_person_stands",
                fields=["case", "decided_by", "round"],
                condition=models.Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="decision_withdrawal_is_signed",
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="decision_recent", fields=["process", "-decided_at", "-id"]),
            models.Index(name="decision_by_person", fields=["decided_by", "-decided_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.case_id}"

    def save(self, *args, **kwargs) -> None:
        if not self._state.adding:
            raise TypeError("A decision cannot be changed; only its withdrawal can be recorded.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs) -> tuple[int, dict[str, int]]:
        raise TypeError("A decision cannot be deleted.")
