"""What somebody says of an incident that is over."""

from django import forms

from contracts.forms.refusable import Refusable
from contracts.services.change_moves import LONGEST_WHY


class DoneForm(Refusable):
    done = forms.CharField(
        label="What was done, and why it does not happen again",
        widget=forms.Textarea(attrs={"rows": "3", "maxlength": str(LONGEST_WHY)}),
        max_length=LONGEST_WHY,
        strip=True,
    )
