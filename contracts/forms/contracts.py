"""What is written into contracts. Whether it may, the services say."""

from collections.abc import Sequence
from typing import Any

from django import forms

from contracts.domain.clause_templates import TEMPLATES
from contracts.domain.contracting import AppendixKind, RiskTag
from contracts.domain.roles import DRAFT_CONTRACTS, PROCESS_ROLES, SIGN_CONTRACTS
from contracts.enums import Role
from contracts.forms.refusable import Refusable

_OWNERS = [role for role in Role if PROCESS_ROLES[role] & {DRAFT_CONTRACTS, SIGN_CONTRACTS}]
_OWNERS += [Role.CLIENT_DPO, Role.INFOSEC]


class OpenForm(Refusable):
    code = forms.CharField(label="Code", max_length=30, required=False, help_text="For example CT-2.")
    title = forms.CharField(label="Title", max_length=200, required=False)
    processes = forms.MultipleChoiceField(
        label="Processes it covers", required=False, widget=forms.CheckboxSelectMultiple
    )
    risks = forms.MultipleChoiceField(
        label="Risks it is to answer",
        required=False,
        choices=RiskTag.choices(),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, processes: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["processes"].choices = list(processes)  # type: ignore[attr-defined]


class Drafting(Refusable):
    """Something written into a draft as it was read: `edits` tells two people in one draft apart."""

    edits = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ClauseForm(Drafting):
    number = forms.CharField(label="Number", max_length=16, required=False, help_text="For example 2.3.")
    title = forms.CharField(label="Title", max_length=200, required=False)
    text = forms.CharField(label="Wording", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    template = forms.ChoiceField(
        label="It answers",
        required=False,
        choices=[("", "–"), *((template.id, template.title) for template in TEMPLATES)],
    )
    owner = forms.ChoiceField(
        label="Who looks after it",
        required=False,
        choices=[(role.value, role.label) for role in _OWNERS],
        initial=Role.CLIENT_LEGAL,
    )


class RewordForm(Drafting):
    clause = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(label="Wording", required=False, widget=forms.Textarea(attrs={"rows": 4}))


class PickForm(Drafting):
    """One clause or one appendix, by its key."""

    chosen = forms.UUIDField(widget=forms.HiddenInput)


class AdoptForm(Drafting):
    template = forms.CharField(widget=forms.HiddenInput, max_length=30)


class AppendixForm(Drafting):
    kind = forms.ChoiceField(label="Kind", choices=AppendixKind.choices(), required=False)
    title = forms.CharField(label="Title", max_length=200, required=False)
    text = forms.CharField(label="Text", required=False, widget=forms.Textarea(attrs={"rows": 4}))


class PeriodForm(Drafting):
    valid_from = forms.DateField(label="In force from", widget=forms.DateInput(attrs={"type": "date"}))
    valid_until = forms.DateField(
        label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    notice_days = forms.IntegerField(
        label="Notice of termination, days",
        required=False,
        help_text="How many days before the end somebody has to say that it ends; empty: nothing is agreed.",
    )
    note = forms.CharField(label="What this version is for", max_length=300, required=False)


class SignForm(Refusable):
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)


class ReasonForm(Refusable):
    reason = forms.CharField(
        label="Why", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
