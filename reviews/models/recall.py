"""Recalls: what went out, was found wrong, and is taken back from whoever used it (D4); and what automatic QA proposes to
recall (F4)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.domain.ids import new_id
from reviews.domain.qa_kinds import ProposalState
from reviews.enums import AutoFlag, ReasonCode, RecallCause, RecallState, Remedy

_PERSON = settings.AUTH_USER_MODEL


def _act(name: str) -> Q:
    """Somebody did this, at a time."""
    return Q(**{f"{name}_at__isnull": False, f"{name}_by__isnull": False})


def _not_yet(name: str) -> Q:
    return Q(**{f"{name}_at__isnull": True, f"{name}_by__isnull": True})


class Recall(models.Model):
    """The recall of one interaction, which can be recalled once.

    The decision that released it stays as it was. What takes its place stands here, with the authority of whoever said so:
    `remedy`, and `output` where another output does. A recall that a critical fail opened waits for a person to say it.
    Three things are asked before it is over, and each is signed: that the client's system knows, whether the customer is
    told, and that what was wrong is mended.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    interaction = models.OneToOneField("reviews.Interaction", on_delete=models.PROTECT, related_name="recall")
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="recalls")
    state = models.CharField(max_length=12, choices=RecallState.choices(), default=RecallState.OPEN)
    cause = models.CharField(max_length=14, choices=RecallCause.choices())
    evaluation = models.ForeignKey(
        "reviews.Evaluation", null=True, on_delete=models.PROTECT, related_name="recalls"
    )
    severity = models.PositiveSmallIntegerField()
    reason_code = models.CharField(max_length=20, choices=ReasonCode.choices(), blank=True)
    explanation = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    remedy = models.CharField(max_length=7, choices=Remedy.choices(), blank=True)
    output = models.JSONField(null=True)
    factors = models.JSONField(default=list)
    authority = models.CharField(max_length=200, blank=True)
    corrected_at = models.DateTimeField(null=True)
    corrected_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    notify = models.BooleanField(null=True)
    notice = models.TextField(blank=True)
    noticed_at = models.DateTimeField(null=True)
    noticed_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    fix = models.TextField(blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="recall_has_its_cause",
                condition=Q(cause=RecallCause.PERSON, opened_by__isnull=False, evaluation__isnull=True)
                | Q(cause=RecallCause.CRITICAL_FAIL, opened_by__isnull=True, evaluation__isnull=False),
            ),
            models.CheckConstraint(
                name="recall_correction_is_signed",
                condition=(Q(remedy="", output__isnull=True, authority="") & _not_yet("corrected"))
                | (
                    (
                        Q(remedy=Remedy.REPLACE, output__isnull=False)
                        | Q(remedy=Remedy.REVOKE, output__isnull=True)
                    )
                    & ~Q(authority="")
                    & ~Q(reason_code="")
                    & _act("corrected")
                ),
            ),
            models.CheckConstraint(
                name="recall_acknowledged_is_signed",
                condition=(Q(state=RecallState.OPEN) & _not_yet("acknowledged"))
                | (~Q(state=RecallState.OPEN) & _act("acknowledged")),
            ),
            models.CheckConstraint(
                name="recall_notice_is_signed",
                condition=(Q(notify__isnull=True) & _not_yet("noticed"))
                | (Q(notify__isnull=False) & _act("noticed")),
            ),
            models.CheckConstraint(
                name="recall_confirmed_is_whole",
                condition=(~Q(state=RecallState.CONFIRMED) & _not_yet("confirmed"))
                | (
                    Q(state=RecallState.CONFIRMED, notify__isnull=False)
                    & ~Q(remedy="")
                    & ~Q(fix="")
                    & _act("confirmed")
                ),
            ),
            models.CheckConstraint(
                name="recall_is_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True)
                | Q(opened_by__isnull=True)
                | ~Q(confirmed_by=F("opened_by")),
            ),
        ]
        indexes = [
            models.Index(
                name="recall_running", fields=["process"], condition=~Q(state=RecallState.CONFIRMED)
            ),
            models.Index(name="recall_recent", fields=["process", "-opened_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.interaction_id} {self.state}"


class RecallProposal(models.Model):
    """One flag of automatic QA on what went out: a person recalls the output, or says why it may stand.

    `calibration` is what the engine was trusted by when it flagged it. A proposal is over with the recall of its
    interaction, whatever brought that about.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    interaction = models.ForeignKey(
        "reviews.Interaction", on_delete=models.PROTECT, related_name="recall_proposals"
    )
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="+")
    flag = models.CharField(max_length=20, choices=AutoFlag.choices())
    sentence = models.CharField(max_length=300)
    calibration = models.ForeignKey("reviews.EngineCalibration", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=ProposalState.choices(), default=ProposalState.OPEN)
    opened_at = models.DateTimeField()
    recall = models.ForeignKey(Recall, null=True, on_delete=models.PROTECT, related_name="proposals")
    why = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(_PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="proposal_one_open",
                fields=["interaction", "flag"],
                condition=Q(state=ProposalState.OPEN),
            ),
            models.CheckConstraint(
                name="proposal_end_is_whole",
                condition=Q(state=ProposalState.OPEN, recall__isnull=True, why="") & _not_yet("settled")
                | Q(state=ProposalState.RECALLED, recall__isnull=False, why="", settled_at__isnull=False)
                | Q(state=ProposalState.DISMISSED, recall__isnull=True) & ~Q(why="") & _act("settled"),
            ),
        ]
        indexes = [
            models.Index(
                name="proposal_open", fields=["process", "opened_at"], condition=Q(state=ProposalState.OPEN)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.interaction_id} {self.flag}"
