"""What is said of corrective actions and findings: filters of the list, what was done, what is missing, what was changed."""

from collections.abc import Iterable
from typing import Any

from django import forms

from contracts.forms.refusable import Refusable
from contracts.models import User
from reviews.domain import keysets
from reviews.enums import ActionState
from reviews.selectors.consequences import Filters

_LONGEST = 10_000


class ActionsForm(forms.Form):
    process = forms.CharField(required=False, max_length=40)
    state = forms.ChoiceField(required=False, choices=[("", "Not over"), *ActionState.choices()])
    mine = forms.BooleanField(required=False)
    overdue = forms.BooleanField(required=False)
    after = forms.CharField(required=False, max_length=200)

    def filters(self) -> Filters:
        """What was asked for; whatever cannot be read is as good as not asked."""
        self.full_clean()
        sent = self.cleaned_data
        return Filters(
            process=sent.get("process", ""),
            state=sent.get("state", ""),
            mine=sent.get("mine", False),
            overdue=sent.get("overdue", False),
        )

    def goes_on_after(self) -> keysets.Key | None:
        return keysets.read(self.cleaned_data.get("after", ""))


class TextForm(Refusable):
    """One text that has to be said; a refusal stands at it."""


def _text(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=_LONGEST,
        help_text="At least ten characters.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DoneForm(TextForm):
    done = _text("What was done")


class ReturnForm(TextForm):
    why = _text("What is missing")


class ChangedForm(TextForm):
    changed = _text("What was changed")


class OwnerForm(TextForm):
    to = forms.ChoiceField(label="To", required=False)

    def __init__(self, people: Iterable[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 — for the type checker
        field.choices = [("", "Choose…"), *((str(one.pk), one.name) for one in people)]
