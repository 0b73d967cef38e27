"""Which flags of automatic QA bring a person, and why what was flagged may stand."""

from django import forms

from audit.errors import Refused
from reviews.enums import AutoFlag


class ActingFlagsForm(forms.Form):
    flags = forms.MultipleChoiceField(
        label="Flags that bring a person",
        required=False,
        choices=AutoFlag.choices(),
        widget=forms.CheckboxSelectMultiple,
    )

    def show(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)


class DismissForm(forms.Form):
    why = forms.CharField(
        label="Why it may stand",
        required=False,
        max_length=10_000,
        help_text="At least ten characters.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def show(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)
