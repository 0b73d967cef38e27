"""What lists are asked for: filters and the row a page goes on after. What nobody understands is left out."""

from django import forms

from reviews.domain import keysets
from reviews.domain.keysets import Key
from reviews.enums import CaseState
from reviews.selectors.cases import Filters


class CasesForm(forms.Form):
    process = forms.CharField(required=False, max_length=20)
    state = forms.ChoiceField(required=False, choices=[("", "Any state"), *CaseState.choices()])
    mine = forms.BooleanField(required=False)
    after = forms.CharField(required=False, max_length=80)

    def filters(self) -> Filters:
        self.full_clean()
        sent = self.cleaned_data
        return Filters(sent.get("process", ""), sent.get("state", ""), bool(sent.get("mine")))

    def goes_on_after(self) -> Key | None:
        self.full_clean()
        return keysets.read(self.cleaned_data.get("after", ""))
