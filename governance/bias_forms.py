"""What comes in from the pages of fairness: what to audit, and a file of protected attributes."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from audit.errors import Refused
from governance.services.protected_attributes import Supplied

LARGEST = 5 * 1024 * 1024
_COLUMNS = ("external_id", "attribute", "group")


class BiasAuditForm(forms.Form):
    """What to audit: an attribute that was supplied, and the days, both of them with it."""

    attribute = forms.ChoiceField(label="Attribute")
    since = forms.DateField(
        label="From",
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2199, 12, 31))],
    )
    until = forms.DateField(
        label="To",
        help_text="This day as well, in the time zone of the process.",
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2199, 12, 31))],
    )

    def __init__(self, attributes: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attribute"] = forms.ChoiceField(
            label="Attribute", choices=[(name, name.replace("_", " ").capitalize()) for name in attributes]
        )

    def refuse(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)


class AttributesForm(forms.Form):
    """A file of protected attributes."""

    file = forms.FileField(
        label="File",
        help_text="CSV with the columns external_id, attribute and group; 5 MB at most. The file itself is not kept.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv"}),
    )

    def clean_file(self) -> list[Supplied]:
        """The rows, by their numbers below the header."""
        sent = self.cleaned_data["file"]
        if sent.size > LARGEST:
            raise forms.ValidationError("The file may have 5 MB at most.")
        try:
            reader = csv.DictReader(io.StringIO(sent.read().decode("utf-8-sig"), newline=""), strict=True)
            rows = list(reader)
        except (UnicodeDecodeError, csv.Error):
            raise forms.ValidationError("The file is no CSV in UTF-8.") from None
        if missing := [name for name in _COLUMNS if name not in (reader.fieldnames or ())]:
            raise forms.ValidationError(f"The file lacks the column {missing[0]}.")
        return [
            Supplied(number, *((row[name] or "").strip() for name in _COLUMNS))
            for number, row in enumerate(rows, start=1)
        ]

    def refuse(self, refusal: Refused) -> None:
        self.add_error("file", refusal.sentence)
