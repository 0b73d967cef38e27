"""What is entered of a certificate; whether it can be one, the services say."""

from typing import Any

from django import forms

from contracts.domain.certificates import CertificateKind, Paper
from contracts.forms.refusable import Refusable


def _day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        error_messages={"invalid": "A day that exists, such as 2026-11-22."},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class CertificateForm(Refusable):
    kind = forms.ChoiceField(label="Kind", choices=CertificateKind.choices())
    level = forms.IntegerField(
        label="CMMI level", required=False, min_value=1, max_value=5, help_text="Only for CMMI."
    )
    scope = forms.CharField(
        label="Scope", max_length=500, widget=forms.Textarea(attrs={"rows": 2}), help_text="What it covers."
    )
    auditor = forms.CharField(label="Auditor", max_length=120)
    period_from = _day("Period from")
    period_to = _day("Period to")
    expires_on = _day("Expires on", help_text="The last day on which it holds.")
    exceptions = forms.CharField(
        label="Exceptions",
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What the auditor found that was not as it should be.",
    )
    bridge_until = _day("Bridge letter until", required=False)

    def paper(self) -> Paper:
        return Paper(**{name: self.cleaned_data[name] for name in Paper.__dataclass_fields__})


class AddForm(CertificateForm):
    organisation = forms.ChoiceField(label="Organisation")

    field_order = ("organisation",)

    def __init__(self, *args: Any, organisations: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = organisations  # type: ignore[attr-defined]


class WithdrawForm(Refusable):
    why = forms.CharField(
        label="Why it is none any more",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="At least ten characters. It is sealed in the trail.",
    )
