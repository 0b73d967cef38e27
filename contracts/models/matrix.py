"""The escalation matrix: who takes a case, level by level, and who makes the final decision; in versions (C1, C3)."""

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id
from contracts.domain.escalation_matrix import EVERY_CLASS
from contracts.enums import Channel, MatrixState, Party


class EscalationMatrix(models.Model):
    """A version of the whole matrix of a process. Exactly one is active; none changes after it was proposed.

    One that was there before matrices had versions has no author.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="matrices")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=MatrixState.choices(), default=MatrixState.DRAFT)
    based_on = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    # When the matrix is to be looked at as a whole again.
    review_by = models.DateField(null=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decision_note = models.CharField(max_length=300, blank=True)
    activated_at = models.DateTimeField(null=True)
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Everybody who wrote in the draft beside its author: none of them approves it.
    editors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    edits = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="matrix_version_once", fields=["process", "version"]),
            models.UniqueConstraint(
                name="matrix_one_active", fields=["process"], condition=models.Q(state=MatrixState.ACTIVE)
            ),
            models.CheckConstraint(
                name="matrix_approver_is_not_author",
                condition=models.Q(decided_by__isnull=True)
                | models.Q(author__isnull=True)
                | ~models.Q(state__in=[MatrixState.ACTIVE, MatrixState.SUPERSEDED])
                | ~models.Q(decided_by=models.F("author")),
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class EscalationPath(models.Model):
    """A row of the matrix: the path for one trigger class (`*` for all) and one severity (none: any)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matrix = models.ForeignKey(EscalationMatrix, on_delete=models.CASCADE, related_name="paths")
    trigger_class = models.CharField(max_length=30, default=EVERY_CLASS)
    severity = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            # Two constraints, because no two NULLs are the same.
            models.UniqueConstraint(
                name="path_once_for_severity",
                fields=["matrix", "trigger_class", "severity"],
                condition=models.Q(severity__isnull=False),
            ),
            models.UniqueConstraint(
                name="path_once_for_any_severity",
                fields=["matrix", "trigger_class"],
                condition=models.Q(severity__isnull=True),
            ),
            models.CheckConstraint(
                name="path_severity_1_to_4",
                condition=models.Q(severity__isnull=True) | models.Q(severity__gte=1, severity__lte=4),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trigger_class} × {self.severity or 'any'}"

    @property
    def key(self) -> tuple[str, int | None]:
        return self.trigger_class, self.severity


class EscalationLevel(models.Model):
    """One level: a named person with a deputy, their hours, and how long they have to acknowledge and to resolve.

    The last level of a path is the final one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    path = models.ForeignKey(EscalationPath, on_delete=models.CASCADE, related_name="levels")
    level = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    role = models.CharField(max_length=24)
    person = models.ForeignKey("contracts.User", on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(
        "contracts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    calendar = models.ForeignKey("contracts.BusinessCalendar", on_delete=models.PROTECT, related_name="+")
    ack_minutes = models.PositiveIntegerField()
    resolve_minutes = models.PositiveIntegerField()
    channel = models.CharField(max_length=8, choices=Channel.choices(), default=Channel.INBOX)
    # What the level may decide, in words for whoever asks.
    authority = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="level_once", fields=["path", "level"]),
            models.CheckConstraint(
                name="level_limits_positive", condition=models.Q(ack_minutes__gt=0, resolve_minutes__gt=0)
            ),
            models.CheckConstraint(
                name="level_deputy_is_another",
                condition=models.Q(deputy__isnull=True) | ~models.Q(deputy=models.F("person")),
            ),
        ]

    def __str__(self) -> str:
        return f"L{self.level}"


class FinalDecisionRule(models.Model):
    """C3: who makes the final decision, by business category and value; `*` stands for every category."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matrix = models.ForeignKey(EscalationMatrix, on_delete=models.CASCADE, related_name="final_rules")
    category = models.CharField(max_length=30, default="*")
    min_value = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    party = models.CharField(max_length=16, choices=Party.choices())
    role = models.CharField(max_length=24)
    person = models.ForeignKey("contracts.User", on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(
        "contracts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            # Two constraints, because no two NULLs are the same.
            models.UniqueConstraint(
                name="final_rule_once_from_value",
                fields=["matrix", "category", "min_value"],
                condition=models.Q(min_value__isnull=False),
            ),
            models.UniqueConstraint(
                name="final_rule_once_for_all",
                fields=["matrix", "category"],
                condition=models.Q(min_value__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.min_value or ''}".strip()
