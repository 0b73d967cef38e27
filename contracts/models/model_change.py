"""Changes of models (L2, L3): the notice, what was shown, who approved, and what became of it."""

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id
from contracts.domain.change_kinds import ChangeClass, ChangeKind, ChangeState, Impact, Proof
from contracts.domain.transitions import MODEL_CHANGE, final_states
from contracts.enums import Party


def _person(**more: object) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        **more,  # type: ignore[arg-type]
    )


def _signed(name: str) -> models.Q:
    return models.Q(**{f"{name}_at__isnull": False, f"{name}_by__isnull": False})


# Here intake takes what the new version puts out without asking anybody.
_IN_FORCE = [ChangeState.DEPLOYED, ChangeState.WATCH, ChangeState.CLOSED, ChangeState.RATIFIED]


class NoticeTerms(models.Model):
    """What was agreed about model changes of a process: notice by class, how long people have, and what is at stake.

    `data` names the classes of data the process handles. Personal data weighs less until `redacted_until`, the day up to
    which somebody attests that it is taken out before the model.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.OneToOneField("contracts.Process", on_delete=models.PROTECT, related_name="notice_terms")
    major_days = models.PositiveSmallIntegerField(default=30)
    minor_days = models.PositiveSmallIntegerField(default=10)
    config_days = models.PositiveSmallIntegerField(default=5)
    retirement_days = models.PositiveSmallIntegerField(default=90)
    emergency_hours = models.PositiveSmallIntegerField(default=24)
    ratify_days = models.PositiveSmallIntegerField(default=3)
    objection_days = models.PositiveSmallIntegerField(default=5)
    watch_days = models.PositiveSmallIntegerField(default=14)
    clause = models.ForeignKey(
        "contracts.Clause", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    data = models.JSONField(default=list)
    redacted_until = models.DateField(null=True, blank=True)
    agreed_at = models.DateTimeField()
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"Notice terms of {self.process_id}"

    @property
    def words(self) -> str:
        """What rests on the clause, as people call it."""
        return "notice of model changes"


class ModelChange(models.Model):
    """One change of a model on one process, numbered within the process.

    `version` is the version after it (for a retirement, the one that ends); `earliest_at` is from when on the notice
    allows it to take effect. `decides` is the party that decides by contract or RACI. `effect_at` is when an emergency
    was deployed before anybody was told. The figures at the end were told by oversight: of so many decided, so many changed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="model_changes")
    model = models.ForeignKey("contracts.AiModel", on_delete=models.PROTECT, related_name="changes")
    number = models.PositiveIntegerField()
    version = models.ForeignKey(
        "contracts.ModelVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="changes"
    )
    reference = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=ChangeKind.choices())
    change_class = models.CharField(max_length=12, choices=ChangeClass.choices())
    steps = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    behaviour = models.TextField(blank=True)
    evaluation = models.TextField(blank=True)
    data_handling = models.TextField(blank=True)
    rollback_plan = models.TextField(blank=True)
    contact = models.TextField(blank=True)
    planned_at = models.DateTimeField(null=True, blank=True)
    test_from = models.DateField(null=True, blank=True)
    test_until = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=ChangeState.choices(), default=ChangeState.DRAFT)
    impact = models.CharField(max_length=8, choices=Impact.choices(), blank=True)
    decides = models.CharField(max_length=16, choices=Party.choices(), blank=True)
    earliest_at = models.DateTimeField(null=True, blank=True)
    notice_late = models.BooleanField(default=False)
    short_notice_accepted = models.BooleanField(default=False)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    notified_at = models.DateTimeField(null=True, blank=True)
    notified_by = _person()
    classified_at = models.DateTimeField(null=True, blank=True)
    classified_by = _person()
    provider_approved_at = models.DateTimeField(null=True, blank=True)
    provider_approved_by = _person()
    client_approved_at = models.DateTimeField(null=True, blank=True)
    client_approved_by = _person()
    objection_until = models.DateTimeField(null=True, blank=True)
    scheduled_for = models.DateTimeField(null=True, blank=True)
    deployed_at = models.DateTimeField(null=True, blank=True)
    deployed_by = _person()
    watch_until = models.DateTimeField(null=True, blank=True)
    effect_at = models.DateTimeField(null=True, blank=True)
    ratify_until = models.DateTimeField(null=True, blank=True)
    overdue_told = models.BooleanField(default=False)
    # What the change took off its steps: an item of it that still comes in is no surprise.
    replaced = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True, blank=True)
    before_decided = models.PositiveIntegerField(null=True, blank=True)
    before_changed = models.PositiveIntegerField(null=True, blank=True)
    after_decided = models.PositiveIntegerField(null=True, blank=True)
    after_changed = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="change_number_once", fields=["process", "number"]),
            models.CheckConstraint(
                name="change_high_needs_client",
                condition=~models.Q(state__in=_IN_FORCE)
                | models.Q(impact__in=[Impact.LOW, Impact.MEDIUM])
                | _signed("client_approved"),
            ),
            models.CheckConstraint(
                name="change_in_force_is_signed",
                condition=~models.Q(state__in=_IN_FORCE) | _signed("deployed"),
            ),
            models.CheckConstraint(
                name="change_client_is_not_author",
                condition=models.Q(client_approved_by__isnull=True)
                | ~models.Q(client_approved_by=models.F("filed_by")),
            ),
            models.CheckConstraint(
                name="change_provider_is_not_author",
                condition=models.Q(provider_approved_by__isnull=True)
                | ~models.Q(provider_approved_by=models.F("filed_by")),
            ),
            models.CheckConstraint(
                name="change_closed_with_figures",
                condition=~models.Q(state=ChangeState.CLOSED)
                | models.Q(
                    before_decided__isnull=False,
                    before_changed__isnull=False,
                    after_decided__isnull=False,
                    after_changed__isnull=False,
                ),
            ),
        ]
        indexes = [
            models.Index(
                name="change_running",
                fields=["state"],
                condition=~models.Q(state__in=sorted(final_states(MODEL_CHANGE))),
            ),
        ]

    def __str__(self) -> str:
        return f"MC-{self.number} {self.reference}"


class ChangeMove(models.Model):
    """One step of the life of a change: what happened, who did it; nobody where the clock did."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    change = models.ForeignKey(ModelChange, on_delete=models.PROTECT, related_name="moves")
    action = models.CharField(max_length=40)
    state = models.CharField(max_length=20, choices=ChangeState.choices())
    note = models.TextField(blank=True)
    moved_at = models.DateTimeField()
    moved_by = _person()

    class Meta:
        indexes = [models.Index(name="change_story", fields=["change", "moved_at", "id"])]

    def __str__(self) -> str:
        return f"{self.change_id} {self.action}"


class ChangeEvidence(models.Model):
    """What was shown of a change; shares and rates in percent. `enough` is judged when it is shown."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    change = models.ForeignKey(ModelChange, on_delete=models.PROTECT, related_name="evidence")
    proof = models.CharField(max_length=12, choices=Proof.choices())
    cases = models.PositiveIntegerField(null=True, blank=True)
    before = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    after = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    share = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    all_reviewed = models.BooleanField(default=False)
    summary = models.TextField()
    enough = models.BooleanField()
    shortfall = models.TextField(blank=True)
    shown_at = models.DateTimeField()
    shown_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.change_id} {self.proof}"


class FreezePeriod(models.Model):
    """Days on which nothing is deployed, on one process or on all of a client's: month-end close, catastrophe season."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey("contracts.Organisation", on_delete=models.PROTECT, related_name="freezes")
    process = models.ForeignKey(
        "contracts.Process", null=True, blank=True, on_delete=models.PROTECT, related_name="freezes"
    )
    name = models.CharField(max_length=80)
    begins = models.DateField()
    ends = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = _person()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="freeze_ends_after_it_begins", condition=models.Q(ends__gte=models.F("begins"))
            ),
            models.CheckConstraint(
                name="freeze_lift_is_signed",
                condition=models.Q(lifted_at__isnull=True, lifted_by__isnull=True) | _signed("lifted"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.begins}"


class UndeclaredVersion(models.Model):
    """L4: a version that answered on a process without notice. Until it is settled, people look at everything there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey(
        "contracts.Process", on_delete=models.PROTECT, related_name="undeclared_versions"
    )
    reference = models.CharField(max_length=120)
    step = models.CharField(max_length=30)
    noticed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = _person()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="undeclared_once", fields=["process", "reference"]),
            models.CheckConstraint(
                name="undeclared_settlement_is_signed",
                condition=models.Q(settled_at__isnull=True, settled_by__isnull=True) | _signed("settled"),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
