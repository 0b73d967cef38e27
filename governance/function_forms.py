"""What is declared of one step of a process."""

from django import forms

from contracts.domain.function_map import Dependency, Impact, Involvement
from contracts.forms.refusable import Refusable
from contracts.services.function_map import LONGEST


class FunctionForm(Refusable):
    dependency = forms.TypedChoiceField(
        label="The AI",
        choices=[(one.value, one.label) for one in Dependency],
        coerce=lambda v: Dependency(int(v)),
    )
    involvement = forms.TypedChoiceField(
        label="People look at",
        choices=[(one.value, one.label) for one in Involvement],
        coerce=lambda v: Involvement(int(v)),
    )
    impact = forms.ChoiceField(label="An error costs", choices=Impact.choices())
    why = forms.CharField(label="Why", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": "3"}))
