"""What comes in from the pages of fairness: what to audit, and a file of protected attributes."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from django import forms

from audit.errors import Refused
from governance.services.protected_attributes import Supplied
from reviews.forms.periods import PeriodForm

LARGEST = 5 * 1024 * 1024
_COLUMNS = ("external_id", "attribute", "group")


class BiasAuditForm(PeriodForm):
    """What to audit: an attribute that was supplied, and the days, in the time zone of the process."""

    field_order = ("attribute", "since", "until")

    def __init__(self, attributes: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, name.replace("_", " ").capitalize()) for name in attributes]
        self.fields["attribute"] = forms.ChoiceField(label="Attribute", choices=choices)
        self.order_fields(self.field_order)


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
