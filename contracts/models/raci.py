"""The RACI: for each task who is responsible, accountable, consulted and informed; in versions that both parties sign (K1)."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id
from contracts.domain.raci import OUTCOMES, SIGNERS, Effect, Letter, RaciState, Task
from contracts.enums import Party


class RaciMatrix(models.Model):
    """A version of the whole RACI of a process. One is in force; none changes after it was proposed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    process = models.ForeignKey("contracts.Process", on_delete=models.PROTECT, related_name="racis")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=RaciState.choices(), default=RaciState.DRAFT)
    effect = models.CharField(max_length=24, choices=Effect.choices(), default=Effect.AI_DETERMINES)
    based_on = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # A fingerprint of what was proposed, and how many parties have signed it.
    digest = models.CharField(max_length=64, blank=True)
    signed = models.PositiveSmallIntegerField(default=0)
    sent_back_at = models.DateTimeField(null=True)
    sent_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True)
    in_force_at = models.DateTimeField(null=True)
    in_force_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Everybody who wrote in the draft beside its author: none of them signs it.
    editors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    edits = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="raci_version_once", fields=["process", "version"]),
            models.UniqueConstraint(
                name="raci_one_in_force", fields=["process"], condition=models.Q(state=RaciState.IN_FORCE)
            ),
            models.CheckConstraint(
                name="raci_in_force_is_signed_by_both",
                condition=~models.Q(state__in=[RaciState.IN_FORCE, RaciState.SUPERSEDED])
                | models.Q(signed=len(SIGNERS)),
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class RaciRow(models.Model):
    """One task, with the one party and person who is accountable for it.

    Where the provider is accountable for an outcome, the row cites the clause and the document that say so (K3).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matrix = models.ForeignKey(RaciMatrix, on_delete=models.CASCADE, related_name="rows")
    task = models.CharField(max_length=16, choices=Task.choices())
    accountable_party = models.CharField(max_length=16, choices=Party.choices())
    accountable_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    accountable_role = models.CharField(max_length=60, blank=True)
    clause = models.ForeignKey(
        "contracts.Clause", null=True, blank=True, on_delete=models.PROTECT, related_name="raci_rows"
    )
    document = models.ForeignKey(
        "contracts.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    LIVE_LINKS: ClassVar[dict[str, Any]] = {
        "matrix__state__in": [RaciState.DRAFT, RaciState.PROPOSED, RaciState.IN_FORCE]
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(name="raci_task_once", fields=["matrix", "task"]),
            models.CheckConstraint(
                name="raci_vendor_answers_for_no_outcome",
                condition=models.Q(accountable_party__in=SIGNERS)
                | (models.Q(accountable_party=Party.AI_VENDOR) & ~models.Q(task__in=sorted(OUTCOMES))),
            ),
        ]

    def __str__(self) -> str:
        return self.task


class RaciPart(models.Model):
    """Another letter of a row: a party, with the person or the role that holds it there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    row = models.ForeignKey(RaciRow, on_delete=models.CASCADE, related_name="parts")
    letter = models.CharField(max_length=1, choices=Letter.choices())
    party = models.CharField(max_length=16, choices=Party.choices())
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="raci_letter_once", fields=["row", "letter", "party"]),
            models.CheckConstraint(
                name="raci_accountable_stands_in_the_row", condition=~models.Q(letter="A")
            ),
            models.CheckConstraint(
                name="raci_part_is_named", condition=models.Q(person__isnull=False) | ~models.Q(role="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.party}"


class RaciSignature(models.Model):
    """The signature of a party under the fingerprint of what was proposed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matrix = models.ForeignKey(RaciMatrix, on_delete=models.PROTECT, related_name="signatures")
    party = models.CharField(max_length=16, choices=Party.choices())
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="raci_signed_once_by_party", fields=["matrix", "party"]),
            models.UniqueConstraint(name="raci_signed_by_two_people", fields=["matrix", "signed_by"]),
            models.CheckConstraint(
                name="raci_signed_by_client_or_provider", condition=models.Q(party__in=SIGNERS)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party}"
