"""A period as people give it: two days, both of them with it."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy

from audit.errors import Refused


def day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2199, 12, 31))],
    )


class Refusable(forms.Form):
    """A form that a service may refuse."""

    def refuse(self, refusal: Refused) -> None:
        """Put a refusal where it belongs: at its field, or above all of them."""
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)


class PeriodForm(Refusable):
    """The days, both of them with it, in the reader's time zone."""

    since = day(gettext_lazy("From"))
    until = day(gettext_lazy("To"), gettext_lazy("This day as well."))
