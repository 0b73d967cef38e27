"""What is filled in for control items: one of the library, and whether they are allowed on a process."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from contracts.forms.refusable import Refusable
from contracts.models import ProcessStep
from reviews.domain import honeypots
from reviews.enums import ControlKind
from reviews.services.control_items import WRONG_LENGTH
from reviews.services.honeypot_plans import BASIS_LENGTH


class ItemForm(Refusable):
    """A control item. What may stand in the payload, the service says."""

    step = forms.ChoiceField(label="Step")
    kind = forms.ChoiceField(
        label="What is right",
        choices=[
            (ControlKind.KNOWN_BAD.value, "Known bad: it must not go out as it is"),
            (ControlKind.KNOWN_GOOD.value, "Known good: it is to be approved"),
        ],
        widget=forms.RadioSelect,
        initial=ControlKind.KNOWN_BAD.value,
    )
    wrong = forms.CharField(
        label="What the reviewer is told afterwards",
        max_length=WRONG_LENGTH,
        help_text="What is wrong and where it could be seen; of a good one, why it is right.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    payload = forms.CharField(
        label="What the AI agent would post",
        help_text="A JSON object with input, ai_output and the rest. Nobody real may stand in it.",
        widget=forms.Textarea(attrs={"rows": 18, "class": "mono", "spellcheck": "false"}),
    )

    def __init__(self, steps: Sequence[ProcessStep], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["step"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 — for the type checker
        field.choices = [(step.code, step.name) for step in steps]

    def clean_payload(self) -> Any:
        try:
            return json.loads(self.cleaned_data["payload"])
        except (ValueError, RecursionError) as mistake:
            raise forms.ValidationError(f"This is no JSON: {mistake}") from None

    def terms(self) -> dict[str, Any]:
        sent = self.cleaned_data
        return {**sent, "kind": ControlKind(sent["kind"])}


class PlanForm(Refusable):
    """Whether control items are allowed, the share in percent. Whether it stands, the service says."""

    allowed = forms.BooleanField(label="Control items are allowed at this site", required=False)
    share = forms.DecimalField(
        label="Share of what each reviewer decides, in percent",
        max_digits=3,
        decimal_places=1,
        help_text="Between 1 and 2; two a week at least, and 5 % at most.",
        widget=forms.NumberInput(
            attrs={
                "min": str(honeypots.LOWEST * 100),
                "max": str(honeypots.HIGHEST * 100),
                "step": "0.1",
                "inputmode": "decimal",
            }
        ),
    )
    basis = forms.CharField(
        label="On what ground",
        required=False,
        max_length=BASIS_LENGTH,
        help_text="Such as the agreement with the works council, and since when.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def terms(self) -> dict[str, Any]:
        sent = self.cleaned_data
        return {**sent, "share": sent["share"] / Decimal(100)}
