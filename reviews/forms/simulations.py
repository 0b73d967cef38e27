"""What comes in from the page of simulations: a period, or a file."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from contracts.forms.refusable import Refusable


class FileForm(Refusable):
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
