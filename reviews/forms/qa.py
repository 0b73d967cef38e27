"""What comes in from QA: a filled scorecard, and the sampling plan of a process."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from audit.errors import Refused
from reviews.domain import sampling
from reviews.domain.scorecard import Item
from reviews.enums import Mark
from reviews.services.evaluations import NOTE_LENGTH, Answer
from reviews.services.sampling_plans import HIGHEST_FLOOR

MARK, NOTE = "mark_", "note_"
# Refusals about a line that are mended in its note; all others are about its mark.
_ABOUT_NOTES = frozenset({"evidence_missing", "note_long"})
_UNANSWERED = "Answer this line: pass, fail or N/A."


class ScorecardForm(forms.Form):
    """A scorecard as it is filled in: a mark and a note for each line that applies, and the judgement of the output."""

    judged_wrong = forms.ChoiceField(
        label="The output is wrong",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether the output is wrong."},
    )

    def __init__(self, items: Iterable[Item], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [item.code for item in items if item.applies]
        for item in items:
            if item.applies:
                self._add(item)

    def _add(self, item: Item) -> None:
        marks = [mark for mark in Mark if mark != Mark.NA or item.may_be_na]
        self.fields[MARK + item.code] = forms.ChoiceField(
            label=item.text,
            choices=[(mark.value, mark.label) for mark in marks],
            widget=forms.RadioSelect,
            error_messages={"required": _UNANSWERED, "invalid_choice": _UNANSWERED},
        )
        self.fields[NOTE + item.code] = forms.CharField(
            label=f"Evidence: {item.text}",
            required=False,
            max_length=NOTE_LENGTH,
            widget=forms.TextInput(
                attrs={"autocomplete": "off", "placeholder": "Evidence, needed for a failure"}
            ),
        )

    def answers(self) -> dict[str, Answer]:
        sent = self.cleaned_data
        return {code: Answer(sent[MARK + code], sent.get(NOTE + code, "")) for code in self.codes}

    def judged(self) -> bool:
        return self.cleaned_data["judged_wrong"] == "yes"

    def filled_in(self) -> list[tuple[str, str, str]]:
        """What was typed, to be read: the line, the mark, the note."""
        return [
            (str(self.fields[MARK + code].label), Mark(answer.mark).label, answer.note)
            for code, answer in self.answers().items()
        ]

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal at the lines it is about, or above the form."""
        prefix = NOTE if refusal.code in _ABOUT_NOTES else MARK
        lines = [prefix + code for code in refusal.details or [refusal.field] if code in self.codes]
        for name in lines or [None]:
            self.add_error(name, refusal.sentence)


class PlanForm(forms.Form):
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
        help_text="A stratum is a tier and a route, and a language where there is enough of it.",
        widget=forms.NumberInput(attrs={"min": 0, "max": HIGHEST_FLOOR}),
    )

    def terms(self) -> dict[str, Any]:
        sent = self.cleaned_data
        return {
            "fraction": sent["fraction"] / Decimal(100),
            "reviewer_floor": sent["reviewer_floor"],
            "stratum_floor": sent["stratum_floor"],
        }

    def refuse(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)
