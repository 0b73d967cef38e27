"""What is said of something that went out wrong: what takes its place, the notice to the customer, the fix."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from audit.errors import Refused
from contracts.forms.refusable import Refusable
from reviews.enums import ReasonCode, Remedy
from reviews.forms.desk import PREFIX, output_field
from reviews.services.recalls import Correction

_SEVERITIES = [
    ("", "Choose…"),
    ("1", "1 · harm or reportable"),
    ("2", "2 · money or privacy at risk"),
    ("3", "3 · service affected"),
    ("4", "4 · question"),
]
_LONGEST = 10_000


class CorrectionForm(Refusable):
    """What takes the place of an output. Whether it may, the services say."""

    remedy = forms.ChoiceField(
        label="What takes its place",
        required=False,
        choices=Remedy.choices(),
        widget=forms.RadioSelect,
        initial=Remedy.REVOKE,
    )
    reason_code = forms.ChoiceField(
        label="Reason", required=False, choices=[("", "Choose…"), *ReasonCode.choices()]
    )
    explanation = forms.CharField(
        label="What was wrong",
        required=False,
        max_length=_LONGEST,
        help_text="At least ten characters. It is sealed in the trail.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    factors = forms.CharField(
        label="Main factors",
        required=False,
        max_length=4_000,
        help_text="Only where what takes its place hurts the customer: what it rests on, one a line.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, fields: Sequence[Mapping[str, Any]], output: Mapping[str, Any], *args: Any, **kwargs: Any
    ) -> None:
        """`output` is what went out: what takes its place is written over it."""
        super().__init__(*args, **kwargs)
        self.names = [entry["name"] for entry in fields]
        for entry in fields:
            # Not the first: its key belongs to the page of a case.
            self.fields[PREFIX + entry["name"]] = output_field(entry, output.get(entry["name"]), 1, own=False)

    def output_fields(self) -> list[forms.BoundField]:
        return [self[PREFIX + name] for name in self.names]

    def said(self) -> list[forms.BoundField]:
        """The fields that are no part of the output, in order."""
        return [field for field in self if not field.name.startswith(PREFIX)]

    def correction(self) -> Correction:
        sent = self.cleaned_data
        changed = {name: sent[PREFIX + name] for name in self.names if PREFIX + name in self.data}
        return Correction(
            remedy=sent["remedy"],
            reason_code=sent["reason_code"],
            explanation=sent["explanation"],
            output=changed,
            factors=sent["factors"].splitlines(),
        )

    def refuse(self, refusal: Refused) -> None:
        """Put a refusal where it belongs: at its field, or above the form."""
        place = refusal.field or ""
        if place.startswith("output."):
            place = PREFIX + place.removeprefix("output.")
        self.add_error(place if place in self.fields else None, refusal.sentence)


class RecallForm(CorrectionForm):
    severity = forms.ChoiceField(label="Severity", required=False, choices=_SEVERITIES)

    field_order = ("severity", "remedy", "reason_code", "explanation", "factors")

    def level(self) -> int | None:
        return int(self.cleaned_data["severity"]) if self.cleaned_data["severity"] else None


class NoticeForm(Refusable):
    notify = forms.ChoiceField(
        label="The customer",
        required=False,
        choices=[("yes", "is told"), ("no", "is not told")],
        widget=forms.RadioSelect,
    )
    notice = forms.CharField(
        label="Why",
        required=False,
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="At least ten characters.",
    )


class FixForm(Refusable):
    fix = forms.CharField(
        label="What was mended",
        required=False,
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="At least ten characters.",
    )
