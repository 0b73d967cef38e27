"""Honeypots: control items whose right outcome is known, and whom they were put before (E4).

Nothing here is shown to reviewers, to those who lead them or to clients; what came of one its reviewer learns afterwards.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.domain.ids import new_id
from reviews.enums import ControlKind, HoneypotState

DONE = [HoneypotState.CAUGHT, HoneypotState.MISSED]


class HoneypotPlan(models.Model):
    """Whether control items are allowed where this process is worked on, on what ground, and how many there are."""

    process = models.OneToOneField(
        "contracts.Process", primary_key=True, on_delete=models.PROTECT, related_name="honeypot_plan"
    )
    allowed = models.BooleanField(default=False)
    share = models.DecimalField(max_digits=4, decimal_places=3)
    basis = models.CharField(max_length=300, blank=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="honeypot_share_in_band", condition=Q(share__gte="0.010", share__lte="0.020")
            ),
            models.CheckConstraint(
                name="honeypot_allowed_on_a_ground", condition=Q(allowed=False) | ~Q(basis="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process_id} {self.allowed}"


class ControlItem(models.Model):
    """One item of the library: what a reviewer gets to see, and what is right.

    `payload` is what an agent would post, without anything that says who posted it and when; nobody real stands in it.
    `wrong` is what the reviewer is told afterwards.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="control_items")
    step = models.ForeignKey("contracts.ProcessStep", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ControlKind.choices())
    payload = models.JSONField()
    wrong = models.CharField(max_length=1000)
    # The interaction it was made from, if it was not written by hand.
    source = models.ForeignKey(
        "reviews.Interaction", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="control_item_says_why", condition=~Q(wrong="")),
            models.CheckConstraint(
                name="control_item_retirement_is_signed",
                condition=Q(retired_at__isnull=True, retired_by__isnull=True)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="control_item_in_use", fields=["process", "id"], condition=Q(retired_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process_id} {self.kind}"


class Honeypot(models.Model):
    """A control item and the reviewer it is meant for: planned, then an interaction like any other, then judged.

    Where somebody else took it, it is withdrawn: it says nothing about either.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(ControlItem, on_delete=models.PROTECT, related_name="honeypots")
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="honeypots")
    state = models.CharField(max_length=10, choices=HoneypotState.choices(), default=HoneypotState.PLANNED)
    planned_at = models.DateTimeField()
    plant_at = models.DateTimeField()
    interaction = models.OneToOneField(
        "reviews.Interaction", null=True, on_delete=models.PROTECT, related_name="honeypot"
    )
    served_at = models.DateTimeField(null=True)
    # What the reviewer did: his verdict, or that he asked somebody.
    answer = models.CharField(max_length=10, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="honeypot_item_once",
                fields=["item", "reviewer"],
                condition=~Q(state=HoneypotState.WITHDRAWN),
            ),
            models.UniqueConstraint(
                name="honeypot_one_at_a_time",
                fields=["process", "reviewer"],
                condition=Q(state__in=[HoneypotState.PLANNED, HoneypotState.SERVED]),
            ),
            models.CheckConstraint(
                name="honeypot_served_has_interaction",
                condition=Q(state=HoneypotState.PLANNED, interaction__isnull=True, served_at__isnull=True)
                | Q(state=HoneypotState.WITHDRAWN)
                | Q(
                    state__in=[HoneypotState.SERVED, *DONE],
                    interaction__isnull=False,
                    served_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="honeypot_end_is_dated",
                condition=Q(
                    state__in=[HoneypotState.PLANNED, HoneypotState.SERVED], ended_at__isnull=True, answer=""
                )
                | Q(state=HoneypotState.WITHDRAWN, ended_at__isnull=False)
                | (Q(state__in=DONE, ended_at__gte=F("served_at")) & ~Q(answer="")),
            ),
        ]
        indexes = [
            models.Index(
                name="honeypot_to_plant", fields=["plant_at"], condition=Q(state=HoneypotState.PLANNED)
            ),
            models.Index(
                name="honeypot_to_judge", fields=["served_at"], condition=Q(state=HoneypotState.SERVED)
            ),
            models.Index(name="honeypot_of_reviewer", fields=["reviewer", "process", "-planned_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.reviewer_id} {self.state}"
