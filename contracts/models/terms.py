"""Terms of a contract as data: liability by layer (L5), use of data (L6), and what the live settings are compared with.

They hang on a version, so that the fingerprint both parties sign covers them.
"""

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id
from contracts.domain.agreed_terms import TermKind
from contracts.domain.data_use import DataType, TrainingAllowed
from contracts.domain.liability import Layer
from contracts.domain.matrix_lint import row_in_words
from contracts.enums import Party


class LiabilityTerm(models.Model):
    """Who answers where an error comes from one layer: the shares of the parties make 100 per cent."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(
        "contracts.ContractVersion", on_delete=models.CASCADE, related_name="liability_terms"
    )
    layer = models.CharField(max_length=20, choices=Layer.choices())
    clause = models.ForeignKey("contracts.Clause", on_delete=models.PROTECT, related_name="liability_terms")
    responsible = models.CharField(max_length=16, choices=Party.choices())
    # In hundredths of a per cent, so that they add up exactly on every database.
    share_client = models.PositiveSmallIntegerField()
    share_provider = models.PositiveSmallIntegerField()
    share_ai_vendor = models.PositiveSmallIntegerField()
    # No cap: it is not limited.
    cap = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    indemnity = models.TextField(blank=True)
    evidence = models.JSONField(default=list)
    # Who bears what is left over: the party that chose AI for the step.
    residual = models.CharField(max_length=16, choices=Party.choices())

    class Meta:
        constraints = [
            models.UniqueConstraint(name="liability_layer_once", fields=["version", "layer"]),
            models.CheckConstraint(
                name="liability_shares_in_range",
                condition=models.Q(
                    share_client__gte=0,
                    share_client__lte=10_000,
                    share_provider__gte=0,
                    share_provider__lte=10_000,
                    share_ai_vendor__gte=0,
                    share_ai_vendor__lte=10_000,
                ),
            ),
            models.CheckConstraint(
                name="liability_shares_make_the_whole",
                condition=models.Q(
                    share_client=10_000 - models.F("share_provider") - models.F("share_ai_vendor")
                ),
            ),
            models.CheckConstraint(
                name="liability_cap_has_currency",
                condition=models.Q(cap__isnull=True) | (models.Q(cap__gte=0) & ~models.Q(currency="")),
            ),
        ]

    def __str__(self) -> str:
        return Layer(self.layer).label


class DataUseTerm(models.Model):
    """Whose a kind of data is, whether it may train a model, and what becomes of it on exit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(
        "contracts.ContractVersion", on_delete=models.CASCADE, related_name="data_use_terms"
    )
    data_type = models.CharField(max_length=10, choices=DataType.choices())
    clause = models.ForeignKey("contracts.Clause", on_delete=models.PROTECT, related_name="data_use_terms")
    owner = models.CharField(max_length=16, choices=Party.choices())
    training = models.CharField(max_length=8, choices=TrainingAllowed.choices())
    scope = models.CharField(max_length=300, blank=True)
    anonymisation = models.CharField(max_length=300, blank=True)
    # The AI vendor is bound by the same.
    flow_down = models.BooleanField(default=False)
    exit_days = models.PositiveSmallIntegerField()
    certificate = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="data_use_once_a_type", fields=["version", "data_type"]),
            models.CheckConstraint(
                name="data_use_training_has_scope",
                condition=models.Q(training=TrainingAllowed.NO) | ~models.Q(scope=""),
            ),
        ]

    def __str__(self) -> str:
        return DataType(self.data_type).label


class AgreedTerm(models.Model):
    """A figure of the contract that a live setting must keep to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(
        "contracts.ContractVersion", on_delete=models.CASCADE, related_name="agreed_terms"
    )
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="agreed_terms")
    kind = models.CharField(max_length=20, choices=TermKind.choices())
    value = models.JSONField()
    clause = models.ForeignKey(
        "contracts.Clause", null=True, on_delete=models.PROTECT, related_name="agreed_terms"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="agreed_term_once", fields=["version", "process", "kind"])
        ]

    def __str__(self) -> str:
        return TermKind(self.kind).label


class TrainingAttestation(models.Model):
    """A7: what an AI vendor attests about training on the data of a process; the newest one counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="attestations")
    vendor = models.ForeignKey("contracts.Organisation", on_delete=models.PROTECT, related_name="+")
    training = models.CharField(max_length=8, choices=TrainingAllowed.choices())
    evidence = models.CharField(max_length=300)
    attested_at = models.DateTimeField()
    attested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["process", "vendor", "-attested_at"], name="attestation_newest")]

    def __str__(self) -> str:
        return f"attestation {self.pk}"


class Citation(models.Model):
    """L10: the clause that gives something its force which has versions of its own, by its kind and what it is called there.

    It stays when that thing is drafted anew under the same name.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="citations")
    kind = models.CharField(max_length=30)
    reference = models.CharField(max_length=120)
    clause = models.ForeignKey("contracts.Clause", on_delete=models.PROTECT, related_name="citations")
    cited_at = models.DateTimeField()
    cited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="citation_once", fields=["process", "kind", "reference"])]

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ')} {self.reference}"

    @property
    def words(self) -> str:
        """What rests on the clause, as people call it."""
        if self.kind != "escalation":
            return f"{self.kind.replace('_', ' ')} “{self.reference}”"
        trigger_class, _, severity = self.reference.partition("/")
        return (
            f"escalation of {row_in_words((trigger_class, int(severity) if severity.isdecimal() else None))}"
        )
