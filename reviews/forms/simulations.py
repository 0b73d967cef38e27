"""What comes in from the page of simulations: a period, or a file."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy

from audit.errors import Refused


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2199, 12, 31))],
    )


class _Refusable(forms.Form):
    def refuse(self, refusal: Refused) -> None:
        """Put a refusal where it belongs: at its field, or above all of them."""
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)


class PeriodForm(_Refusable):
    """The days, both of them with it, in the reader's time zone."""

    since = _day(gettext_lazy("From"))
    until = _day(gettext_lazy("To"), gettext_lazy("This day as well."))


class FileForm(_Refusable):
    """Interactions to try the rules on."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "NDJSON or CSV, 50 MB at most, with the fields agents post. It is removed once it was read."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".ndjson,.jsonl,.csv"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].error_messages["empty"] = gettext_lazy("The file is empty.")
