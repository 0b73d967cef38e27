"""What comes in about the sampling plan of a process. Whether it stands, the service says."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from contracts.forms.refusable import Refusable
from reviews.domain import enhanced_modes, precision, sampling, strata
from reviews.domain.qa_kinds import Cut
from reviews.forms.periods import day
from reviews.services.sampling_plans import HIGHEST_FLOOR


class PlanForm(Refusable):
    """The sampling plan, its share in percent. Whether it stands, the service says."""

    fraction = forms.DecimalField(
        label="Share of all that goes out, in percent",
        max_digits=5,
        decimal_places=1,
        help_text="Between 5 and 10.",
        widget=forms.NumberInput(
            attrs={
                "min": sampling.LOWEST * 100,
                "max": sampling.HIGHEST * 100,
                "step": "0.1",
                "inputmode": "decimal",
            }
        ),
    )
    reviewer_floor = forms.IntegerField(
        label="Looks a week at each active reviewer",
        help_text="Active is who decided at least ten cases in the week.",
        widget=forms.NumberInput(attrs={"min": 0, "max": HIGHEST_FLOOR}),
    )
    stratum_floor = forms.IntegerField(
        label="Looks a week at each stratum",
        help_text="A stratum is a tier and a route, and what they are cut by below.",
        widget=forms.NumberInput(attrs={"min": 0, "max": HIGHEST_FLOOR}),
    )
    cut_by = forms.MultipleChoiceField(
        label="Cut strata by",
        help_text=(
            f"Each part needs {strata.LANGUAGE_CELL} a day to stand alone; what is smaller stands together. Where reviewers"
            " are strata, only who leads them reads their names on a draw: everybody else reads pseudonyms."
        ),
        required=False,
        choices=Cut.choices(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from the list."},
    )

    def terms(self) -> dict[str, Any]:
        sent = self.cleaned_data
        return {
            "fraction": sent["fraction"] / Decimal(100),
            "reviewer_floor": sent["reviewer_floor"],
            "stratum_floor": sent["stratum_floor"],
            "cut_by": sent["cut_by"],
        }


class EnhancedForm(Refusable):
    """Enhanced mode as it is asked for, its share in percent."""

    fraction = forms.DecimalField(
        label="Share of each day, in percent",
        help_text="Above 10, up to 100.",
        max_digits=5,
        decimal_places=1,
        widget=forms.NumberInput(attrs={"min": "10.1", "max": "100", "step": "0.1", "inputmode": "decimal"}),
    )
    reason = forms.CharField(
        label="Why more has to be looked at",
        help_text=f"At least {enhanced_modes.SHORTEST_REASON} characters. It stands on the page of each draw.",
        max_length=enhanced_modes.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    until = day("Last day", f"In the future, {enhanced_modes.LONGEST} days from today at most.")

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        # It stands on the page of the plan, which has a share of its own.
        super().__init__(data, auto_id="enhanced_%s")

    def terms(self) -> dict[str, Any]:
        sent = self.cleaned_data
        return {
            "fraction": sent["fraction"] / Decimal(100),
            "reason": sent["reason"],
            "until": sent["until"],
        }


class HalfWidthForm(Refusable):
    """How closely the share that goes out wrong is to be told, in percentage points."""

    half_width = forms.DecimalField(
        label="Half-width in percentage points",
        help_text="So closely the share that goes out wrong is told at 95 %. Between 0.1 and 20.",
        max_digits=5,
        decimal_places=1,
        widget=forms.NumberInput(
            attrs={
                "min": precision.NARROWEST * 100,
                "max": precision.WIDEST * 100,
                "step": "0.1",
                "inputmode": "decimal",
            }
        ),
    )

    def half_width_asked(self) -> Decimal:
        return self.cleaned_data["half_width"] / Decimal(100)
