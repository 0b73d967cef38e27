"""What somebody says of a breach: why it is none, or whether it stands."""

from django import forms

from contracts.forms.refusable import Refusable
from contracts.services.breaches import LONGEST

_WHY = {"rows": "3", "maxlength": str(LONGEST)}


class WhyForm(Refusable):
    why = forms.CharField(label="Why", widget=forms.Textarea(attrs=_WHY), max_length=LONGEST, strip=True)


class SettleForm(WhyForm):
    upheld = forms.ChoiceField(
        label="It",
        choices=[("yes", "stands: it counts"), ("no", "does not stand: it is waived")],
        widget=forms.RadioSelect,
    )
