"""A pause of the clocks of a case: from when to when, and why. Times are in the reader's own zone."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.forms.refusable import Refusable

_FORMAT = "%Y-%m-%dT%H:%M"


def _moment(label: object) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_FORMAT)
    return forms.DateTimeField(label=label, input_formats=[_FORMAT], widget=widget)  # type: ignore[arg-type]


class PauseForm(Refusable):
    begins = _moment(_("The clocks stand still from"))
    ends = _moment(_("until"))
    why = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": "2"}))
