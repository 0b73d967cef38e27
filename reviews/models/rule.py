"""Rule sets, their rules, and what routing decided under which version of them."""

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id
from reviews.domain.routing import Effect
from reviews.enums import ChangeKind, RuleSetState


class RuleSet(models.Model):
    """A version of the rules of a process. Exactly one is active; no version is ever changed after it was proposed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="rulesets")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=RuleSetState.choices(), default=RuleSetState.DRAFT)
    based_on = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    activated_at = models.DateTimeField(null=True)
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decision_note = models.CharField(max_length=300, blank=True)
    simulated_at = models.DateTimeField(null=True)
    simulated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # The rules in force that it was simulated against and, once approved, that it may replace.
    compared_with = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    # When approved rules come into force by themselves.
    activate_at = models.DateTimeField(null=True)
    # Put in force by one person alone: another one stands behind it until then, or it goes.
    emergency_at = models.DateTimeField(null=True)
    emergency_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    emergency_reason = models.CharField(max_length=300, blank=True)
    ratify_until = models.DateTimeField(null=True)
    ratified_at = models.DateTimeField(null=True)
    ratified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # In shadow from the one to the other: live interactions are routed by it too, and nothing follows from it.
    shadowed_at = models.DateTimeField(null=True)
    shadowed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    unshadowed_at = models.DateTimeField(null=True)
    unshadowed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Everybody who wrote in the draft beside its author: none of them approves it.
    editors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    edits = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="ruleset_version_once", fields=["process", "version"]),
            models.UniqueConstraint(
                name="ruleset_one_active", fields=["process"], condition=models.Q(state=RuleSetState.ACTIVE)
            ),
            models.CheckConstraint(
                name="ruleset_approver_is_not_author",
                condition=models.Q(decided_by__isnull=True)
                | ~models.Q(state__in=[RuleSetState.APPROVED, RuleSetState.ACTIVE, RuleSetState.SUPERSEDED])
                | ~models.Q(decided_by=models.F("author")),
            ),
            models.CheckConstraint(
                name="ruleset_approved_is_dated",
                condition=~models.Q(state=RuleSetState.APPROVED)
                | models.Q(decided_by__isnull=False, activate_at__isnull=False),
            ),
            models.CheckConstraint(
                name="ruleset_in_force_was_approved",
                condition=~models.Q(state__in=[RuleSetState.ACTIVE, RuleSetState.SUPERSEDED])
                | models.Q(decided_by__isnull=False)
                | models.Q(emergency_by__isnull=False),
            ),
            models.CheckConstraint(
                name="ruleset_emergency_ends",
                condition=models.Q(
                    emergency_at__isnull=True, emergency_by__isnull=True, ratify_until__isnull=True
                )
                | models.Q(
                    emergency_at__isnull=False, emergency_by__isnull=False, ratify_until__isnull=False
                ),
            ),
            models.CheckConstraint(
                name="ruleset_ratifier_is_another",
                condition=models.Q(ratified_at__isnull=True, ratified_by__isnull=True)
                | models.Q(ratified_at__isnull=False, emergency_by__isnull=False)
                & ~models.Q(ratified_by=models.F("author"))
                & ~models.Q(ratified_by=models.F("emergency_by")),
            ),
            models.UniqueConstraint(
                name="ruleset_one_shadow",
                fields=["process"],
                condition=models.Q(shadowed_at__isnull=False, unshadowed_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                name="ruleset_due",
                fields=["activate_at"],
                condition=models.Q(state=RuleSetState.APPROVED),
            ),
            models.Index(
                name="ruleset_to_ratify",
                fields=["ratify_until"],
                condition=models.Q(state=RuleSetState.ACTIVE, ratified_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"

    @property
    def unratified(self) -> bool:
        """Put in force by one person alone, and nobody else stands behind it yet, or ever did."""
        return self.emergency_at is not None and self.ratified_at is None

    @property
    def in_shadow(self) -> bool:
        return self.shadowed_at is not None and self.unshadowed_at is None


class Rule(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ruleset = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="rules")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    condition = models.JSONField()
    effect = models.CharField(max_length=16, choices=[(effect.value, effect.value) for effect in Effect])
    severity = models.PositiveSmallIntegerField(default=3)
    trigger_class = models.CharField(max_length=30, default="general")
    rationale = models.CharField(max_length=300, blank=True)
    legal_lock = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="rule_code_once", fields=["ruleset", "code"]),
            models.CheckConstraint(
                name="rule_severity_1_to_4", condition=models.Q(severity__gte=1, severity__lte=4)
            ),
        ]

    def __str__(self) -> str:
        return self.code


class RoutingDecision(models.Model):
    """Why an interaction went where it went: every fired rule, the inputs, the version. Replaying it gives the same."""

    interaction = models.OneToOneField(
        "reviews.Interaction", primary_key=True, on_delete=models.PROTECT, related_name="routing"
    )
    ruleset = models.ForeignKey(RuleSet, null=True, on_delete=models.PROTECT, related_name="+")
    ruleset_version = models.PositiveIntegerField(null=True)
    disposition = models.CharField(max_length=16)
    fired = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    snapshot = models.JSONField(default=dict)
    severity = models.PositiveSmallIntegerField(default=4)
    needs_second = models.BooleanField(default=False)
    boosted = models.BooleanField(default=False)
    failsafe = models.BooleanField(default=False)
    routed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.interaction_id)


class ShadowDifference(models.Model):
    """An interaction that would have gone another way under rules in shadow. Nothing followed from it."""

    interaction = models.OneToOneField(
        "reviews.Interaction", primary_key=True, on_delete=models.PROTECT, related_name="shadow"
    )
    ruleset = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="differences")
    kind = models.CharField(max_length=16, choices=ChangeKind.choices())
    disposition = models.CharField(max_length=16)
    queue = models.CharField(max_length=8, blank=True)
    needs_second = models.BooleanField(default=False)
    fired = models.JSONField(default=list)
    routed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(name="shadow_of_version", fields=["ruleset", "-routed_at", "-interaction"]),
        ]

    def __str__(self) -> str:
        return f"{self.interaction_id} {self.kind}"
