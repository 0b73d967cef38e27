"""Contracts between a client and a provider, in versions that both sign, clause by clause (L1)."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from audit.domain.ids import new_id
from contracts.domain.contracting import AppendixKind, ContractState
from contracts.enums import Role


class Contract(models.Model):
    """A contract and the processes it covers. What it says stands in its versions."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    client = models.ForeignKey("contracts.Organisation", on_delete=models.PROTECT, related_name="contracts")
    provider = models.ForeignKey(
        "contracts.Organisation", on_delete=models.PROTECT, related_name="run_contracts"
    )
    vendors = models.ManyToManyField("contracts.Organisation", related_name="contracts_served", blank=True)
    processes = models.ManyToManyField("contracts.Process", related_name="contracts")
    # The risks of the three-party structure this contract is to answer (§3.1).
    risks = models.JSONField(default=list)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="contract_code_once", fields=["client", "code"]),
            models.CheckConstraint(
                name="contract_two_parties", condition=~models.Q(client=models.F("provider"))
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ContractVersion(models.Model):
    """A version of the whole contract. Exactly one is in force; none changes after it was proposed.

    `digest` is the fingerprint of all it says, taken when it was proposed: what the parties sign.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=ContractState.choices(), default=ContractState.DRAFT)
    based_on = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    # How many days before its end somebody has to say that it ends; none: nothing was agreed.
    notice_days = models.PositiveSmallIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    # Everybody who wrote in the draft beside its author: none of them signs it.
    editors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    edits = models.PositiveIntegerField(default=0)
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Who signed last put it in force; none where its day came after both had signed.
    in_force_at = models.DateTimeField(null=True)
    in_force_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Sent back, superseded or terminated: the state says which.
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="contract_version_once", fields=["contract", "number"]),
            models.UniqueConstraint(
                name="contract_one_in_force",
                fields=["contract"],
                condition=models.Q(state=ContractState.IN_FORCE),
            ),
            models.UniqueConstraint(
                name="contract_one_in_preparation",
                fields=["contract"],
                condition=models.Q(state__in=[ContractState.DRAFT, ContractState.PROPOSED]),
            ),
            models.CheckConstraint(
                name="contract_ends_after_it_begins",
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
            ),
            models.CheckConstraint(
                name="contract_notice_is_some_days",
                condition=models.Q(notice_days__isnull=True) | models.Q(notice_days__gt=0),
            ),
            models.CheckConstraint(
                name="contract_proposed_has_digest",
                condition=models.Q(state=ContractState.DRAFT) | ~models.Q(digest=""),
            ),
            models.CheckConstraint(
                name="contract_in_force_is_dated",
                condition=~models.Q(state=ContractState.IN_FORCE) | models.Q(in_force_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"


class Clause(models.Model):
    """A clause keeps its number and title through all versions, so that a RACI row or a term can cite it for good."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="clauses")
    number = models.CharField(max_length=16)
    title = models.CharField(max_length=200)
    # The clause template it answers, if any (`domain.clause_templates`).
    template = models.CharField(max_length=30, blank=True)
    # Who looks after it.
    owner = models.CharField(max_length=24, choices=Role.choices(), default=Role.CLIENT_LEGAL)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="clause_number_once", fields=["contract", "number"]),
        ]

    def __str__(self) -> str:
        return f"clause {self.number}"


class ClauseWording(models.Model):
    """What a clause says in one version."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="wordings")
    version = models.ForeignKey(ContractVersion, on_delete=models.CASCADE, related_name="wordings")
    text = models.TextField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="wording_once", fields=["clause", "version"]),
            models.CheckConstraint(name="wording_says_something", condition=~models.Q(text="")),
        ]

    def __str__(self) -> str:
        return f"wording {self.pk}"


class Signature(models.Model):
    """A party puts its name under a version, as fingerprinted by `digest`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(ContractVersion, on_delete=models.PROTECT, related_name="signatures")
    organisation = models.ForeignKey("contracts.Organisation", on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="signature_once_a_party", fields=["version", "organisation"]),
            models.UniqueConstraint(name="signature_once_a_person", fields=["version", "signed_by"]),
        ]

    def __str__(self) -> str:
        return f"signature {self.pk}"


class Appendix(models.Model):
    """Something attached to a version: text, or data such as a data-flow diagram, with its own fingerprint."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(ContractVersion, on_delete=models.CASCADE, related_name="appendices")
    kind = models.CharField(max_length=16, choices=AppendixKind.choices())
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    data = models.JSONField(null=True)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural: ClassVar[str] = "appendices"
        constraints = [models.UniqueConstraint(name="appendix_title_once", fields=["version", "title"])]

    def __str__(self) -> str:
        return self.title
