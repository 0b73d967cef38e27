"""Service levels (U1): versions of a whole, their targets, what is reported for them from outside, and breaches (U3)."""

from django.db import models

from audit.domain.ids import new_id
from contracts.domain.sla_kinds import Bound, BreachKind, BreachState, Metric, SlaState, Unit
from contracts.enums import Party, TargetKind


class ServiceAgreement(models.Model):
    """One version of the service levels of a process: in force once client and provider have both accepted it.

    `monthly_fee` is what credits are a share of; `credit_percent` of it is due where a floor was missed, more where it was
    missed in the month before as well, and never more than `credit_cap` together.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey(
        "contracts.Process", on_delete=models.PROTECT, related_name="service_agreements"
    )
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=SlaState.choices(), default=SlaState.DRAFT)
    monthly_fee = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    credit_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    credit_percent_again = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    credit_cap = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    note = models.CharField(max_length=300, blank=True)
    # Another with every edit: two people in one draft are told apart by it.
    edits = models.PositiveIntegerField(default=0)
    author = models.ForeignKey(
        "contracts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField()
    # Whoever wrote in it does not accept it.
    editors = models.ManyToManyField("contracts.User", related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.ForeignKey(
        "contracts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    client_accepted_at = models.DateTimeField(null=True, blank=True)
    client_accepted_by = models.ForeignKey(
        "contracts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    provider_accepted_at = models.DateTimeField(null=True, blank=True)
    provider_accepted_by = models.ForeignKey(
        "contracts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    rejected_at = models.DateTimeField(null=True, blank=True)
    rejected_by = models.ForeignKey(
        "contracts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision_note = models.CharField(max_length=300, blank=True)
    # Since when it counts; it counts until the next one does.
    in_force_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="service_agreement_version", fields=["process", "version"]),
            models.UniqueConstraint(
                name="service_agreement_one_active",
                fields=["process"],
                condition=models.Q(state=SlaState.ACTIVE),
            ),
            models.CheckConstraint(
                name="service_agreement_accepted_by_both",
                condition=~models.Q(state__in=[SlaState.ACTIVE, SlaState.SUPERSEDED])
                | models.Q(
                    client_accepted_by__isnull=False,
                    provider_accepted_by__isnull=False,
                    in_force_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="service_agreement_credits",
                condition=models.Q(
                    monthly_fee__gte=0,
                    credit_percent__gte=0,
                    credit_percent_again__gte=models.F("credit_percent"),
                    credit_cap__gte=0,
                    credit_cap__lte=100,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process_id} v{self.version}"


class ServiceLevel(models.Model):
    """One target: `weight` is a share of 1; a figure beyond `floor` costs a credit. A target of time says how many
    `minutes` of the calendar a case has, and which share of all cases must keep to them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agreement = models.ForeignKey(ServiceAgreement, on_delete=models.PROTECT, related_name="levels")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=TargetKind.choices())
    metric = models.CharField(max_length=16, choices=Metric.choices(), default=Metric.REPORTED)
    bound = models.CharField(max_length=8, choices=Bound.choices(), default=Bound.AT_LEAST)
    target = models.DecimalField(max_digits=12, decimal_places=4)
    floor = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    unit = models.CharField(max_length=8, choices=Unit.choices(), default=Unit.PERCENT)
    minutes = models.PositiveIntegerField(null=True, blank=True)
    calendar = models.ForeignKey(
        "contracts.BusinessCalendar", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    weight = models.DecimalField(max_digits=4, decimal_places=3)
    source = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="service_level_once", fields=["agreement", "name"]),
            models.CheckConstraint(
                name="service_level_weight", condition=models.Q(weight__gt=0, weight__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Measurement(models.Model):
    """What somebody reports of a month for a target the portal cannot measure itself; the last word on a month counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="measurements")
    name = models.CharField(max_length=120)
    month = models.DateField()
    value = models.DecimalField(max_digits=12, decimal_places=4)
    source = models.CharField(max_length=200)
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(
        "contracts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(name="measurement_newest", fields=["process", "month", "name", "-reported_at"])
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.month}"


class Breach(models.Model):
    """Something agreed was missed: what, when, and the party who answers for it (U3).

    `reference` names what it was found in, so that finding it twice records it once. `excluded` says why it does not
    count against anybody, where that is so (U5).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="breaches")
    kind = models.CharField(max_length=20, choices=BreachKind.choices())
    reference = models.CharField(max_length=120)
    subject = models.CharField(max_length=200)
    sentence = models.CharField(max_length=500)
    responsible = models.CharField(max_length=16, choices=Party.choices())
    level = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=BreachState.choices(), default=BreachState.RECORDED)
    excluded = models.CharField(max_length=200, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    disputed_at = models.DateTimeField(null=True, blank=True)
    disputed_by = models.ForeignKey(
        "contracts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    dispute = models.CharField(max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        "contracts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settlement = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="breach_once", fields=["process", "kind", "reference"]),
            models.CheckConstraint(
                name="breach_settled_with_words",
                condition=~models.Q(state__in=[BreachState.UPHELD, BreachState.WAIVED])
                | (models.Q(settled_at__isnull=False) & ~models.Q(settlement="")),
            ),
        ]
        indexes = [models.Index(name="breach_newest", fields=["process", "-occurred_at", "-id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
