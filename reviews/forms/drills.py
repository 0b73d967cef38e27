"""What is chosen for a test call: a row of the matrix in force."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from contracts.domain.escalation_matrix import Key, in_order
from contracts.domain.matrix_lint import row_in_words


class DrillForm(forms.Form):
    row = forms.ChoiceField(label=gettext_lazy("Row of the matrix"))

    def __init__(self, keys: Iterable[Key], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = {f"{key[0]}:{key[1] or ''}": key for key in in_order(keys)}
        field = self.fields["row"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 — for the type checker
        field.choices = [(name, row_in_words(key).capitalize()) for name, key in self.keys.items()]

    @property
    def key(self) -> Key:
        """The row that was chosen, of a valid form."""
        return self.keys[self.cleaned_data["row"]]
