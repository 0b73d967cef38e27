"""Cases: an interaction that waits for a person, the queue it waits in, and who holds it."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id
from contracts.models.grants import GroupGrant, UserGrant
from reviews.domain import roles
from reviews.enums import CaseState, ClaimEnd, QueueKind

if TYPE_CHECKING:
    from reviews.models.decision import Decision

CLAIMABLE = [CaseState.WAITING, CaseState.AWAITING_SECOND]


class Queue(models.Model):
    """Where cases of a process wait for people of one kind. Protected: grants say who may work it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="queues")
    kind = models.CharField(max_length=8, choices=QueueKind.choices())
    name = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="queue_kind_once", fields=["process", "kind"])]
        permissions = [
            (codename, text) for codename, text in roles.QUEUE_CODENAMES.items() if codename != "view_queue"
        ]

    def __str__(self) -> str:
        return self.name


class QueueGroupGrant(GroupGrant):
    allowed_codenames = frozenset(roles.QUEUE_CODENAMES)
    content_object = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="group_grants")

    class Meta(GroupGrant.Meta):
        pass


class QueueUserGrant(UserGrant):
    content_object = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="user_grants")

    class Meta(UserGrant.Meta):
        pass


class Case(models.Model):
    """The human work on one interaction. `state` and `owner` say who must act; `severity` 1 is the worst."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    interaction = models.OneToOneField("reviews.Interaction", on_delete=models.PROTECT, related_name="case")
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="cases")
    client = models.ForeignKey("contracts.Organisation", on_delete=models.PROTECT, related_name="+")
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="cases")
    state = models.CharField(max_length=24, choices=CaseState.choices(), default=CaseState.WAITING)
    severity = models.PositiveSmallIntegerField(default=3)
    trigger_class = models.CharField(max_length=30, default="general")
    needs_second = models.BooleanField(default=False)
    first_reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="owned_cases"
    )
    # A control item is meant for one reviewer; of every other case nobody knows beforehand who takes it.
    meant_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    question = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    # The stamp of its process, where it was read with the case: it names the terms the case stands under.
    process_stamp: UUID

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="case_severity_1_to_4", condition=models.Q(severity__gte=1, severity__lte=4)
            ),
            models.CheckConstraint(
                name="case_escalated_has_owner",
                condition=~models.Q(state=CaseState.ESCALATED) | models.Q(owner__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="case_next",
                fields=["queue", "due_at", "severity", "id"],
                condition=models.Q(state__in=CLAIMABLE),
            ),
            models.Index(name="case_recent", fields=["process", "-opened_at", "-id"]),
            # Lists by state. Waiting ones are left out: intake need not write it, and `case_next` has them.
            models.Index(
                name="case_underway",
                fields=["process", "state", "-opened_at", "-id"],
                condition=~models.Q(state=CaseState.WAITING),
            ),
            models.Index(
                name="case_owned",
                fields=["owner"],
                condition=models.Q(owner__isnull=False) & ~models.Q(state=CaseState.CLOSED),
            ),
            models.Index(
                name="case_informing",
                fields=["due_at"],
                condition=models.Q(state=CaseState.AWAITING_INFORMATION),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def may_have_decisions(self) -> bool:
        """Whether a decision can stand on it: none does while it waits for, or is with, its first reviewer."""
        return self.first_reviewer_id is not None or self.state not in {
            CaseState.WAITING,
            CaseState.IN_REVIEW,
        }

    def standing_decisions(self) -> models.QuerySet["Decision"]:
        """The decisions nobody has taken back."""
        return self.decisions.filter(withdrawn_at__isnull=True)


class Claim(models.Model):
    """A lease on a case: one person, until `expires_at`, extended by heartbeat. At most one is open per case."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="claims")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="claims")
    claimed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    active_seconds = models.PositiveIntegerField(default=0)
    sop_version = models.PositiveIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=12, choices=ClaimEnd.choices(), blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="claim_one_open", fields=["case"], condition=models.Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="claim_end_is_named",
                condition=models.Q(ended_at__isnull=True, end="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(end="")),
            ),
        ]
        indexes = [
            models.Index(
                name="claim_lapsing", fields=["expires_at"], condition=models.Q(ended_at__isnull=True)
            ),
            models.Index(name="claim_by_user", fields=["user", "-claimed_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.user_id}"


class EvidenceView(models.Model):
    """A reviewer opened an evidence panel of a case: recorded by the server, asked for before approval (D6)."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evidence_views")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    panel = models.CharField(max_length=40)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="evidence_view_once", fields=["case", "user", "panel"])]

    def __str__(self) -> str:
        return f"{self.case_id} {self.panel}"


class Draft(models.Model):
    """What a reviewer has typed so far; it outlives the lease."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="draft_once", fields=["case", "user"])]

    def __str__(self) -> str:
        return f"{self.case_id} {self.user_id}"
