"""Which flags of automatic QA bring a person, and why what was flagged may stand."""

from django import forms

from contracts.forms.refusable import Refusable
from reviews.enums import AutoFlag


class ActingFlagsForm(Refusable):
    flags = forms.MultipleChoiceField(
        label="Flags that bring a person",
        required=False,
        choices=AutoFlag.choices(),
        widget=forms.CheckboxSelectMultiple,
    )


class DismissForm(Refusable):
    why = forms.CharField(
        label="Why it may stand",
        required=False,
        max_length=10_000,
        help_text="At least ten characters.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
