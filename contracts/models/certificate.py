"""The register of certificates (L8): what an organisation was audited for, by whom, and until when that holds."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id
from contracts.domain.certificates import CertificateKind


class Certificate(models.Model):
    """A certificate or report of an auditor. None is changed: it is replaced by another one, or withdrawn."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        "contracts.Organisation", on_delete=models.PROTECT, related_name="certificates"
    )
    kind = models.CharField(max_length=10, choices=CertificateKind.choices())
    level = models.PositiveSmallIntegerField(null=True)
    scope = models.CharField(max_length=500)
    auditor = models.CharField(max_length=120)
    period_from = models.DateField()
    period_to = models.DateField()
    expires_on = models.DateField()
    exceptions = models.TextField(blank=True)
    # Until when a letter speaks for the gap until the next report.
    bridge_until = models.DateField(null=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    successor = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaces")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar[list] = [
            models.CheckConstraint(
                name="certificate_period_in_order",
                condition=models.Q(period_to__gte=models.F("period_from"))
                & models.Q(expires_on__gte=models.F("period_to")),
            ),
            models.CheckConstraint(
                name="certificate_replaced_or_withdrawn",
                condition=models.Q(successor__isnull=True) | models.Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="certificate_withdrawal_signed",
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]
        indexes: ClassVar[list] = [
            models.Index(
                name="certificate_to_watch",
                fields=["expires_on"],
                condition=models.Q(successor__isnull=True, withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.organisation_id}"


class CertificateAlert(models.Model):
    """Somebody was told that a certificate expires in so many days: once for each certificate and threshold."""

    id = models.BigAutoField(primary_key=True)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="alerts")
    days = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar[list] = [
            models.UniqueConstraint(name="certificate_alert_once", fields=["certificate", "days"]),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.days}"
