"""A period as people give it: two days, both of them with it."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy

from contracts.forms.refusable import Refusable


def day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2199, 12, 31))],
    )


class PeriodForm(Refusable):
    """The days, both of them with it, in the reader's time zone."""

    since = day(gettext_lazy("From"))
    until = day(gettext_lazy("To"), gettext_lazy("This day as well."))
