"""What comes in from QA: filled scorecards, disputes, and what auditors agreed."""

from collections.abc import Collection, Iterable
from typing import Any, cast

from django import forms

from audit.errors import Refused
from contracts.forms.refusable import Refusable
from contracts.models import User
from reviews.domain import double_scoring
from reviews.domain.qa_kinds import LineKind
from reviews.domain.scorecard import Item
from reviews.enums import DisputeOutcome, Mark
from reviews.models import Evaluation
from reviews.services.calibrations import DECISION_LENGTH
from reviews.services.disputes import REASON_LENGTH
from reviews.services.scoring import NOTE_LENGTH, Answer

MARK, NOTE = "mark_", "note_"
# Refusals about a line that are mended in its note; all others are about its mark.
_ABOUT_NOTES = frozenset({"evidence_missing", "note_long"})
_UNANSWERED = "Answer this line."


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
        self.fields[MARK + item.code] = forms.ChoiceField(
            label=item.text,
            choices=[(mark.value, mark.label) for mark in item.marks],
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


class AdjudicationForm(ScorecardForm):
    """The decision of a dispute, and the scorecard as the first auditor filled it in, to be corrected."""

    outcome = forms.ChoiceField(
        label="The score is",
        choices=[(outcome.value, outcome.label) for outcome in DisputeOutcome],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether the score is upheld or overturned."},
    )
    why = forms.CharField(
        label="Why, for the reviewer and the auditor",
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, evaluation: Evaluation, items: Iterable[Item], *args: Any, **kwargs: Any) -> None:
        first = {"judged_wrong": "yes" if evaluation.judged_wrong else "no"}
        for code, answer in evaluation.answers.items():
            first |= {MARK + code: answer["mark"], NOTE + code: answer["note"]}
        super().__init__(items, *args, initial=first, **kwargs)

    def refuse(self, refusal: Refused) -> None:
        if refusal.field in ("outcome", "why"):
            self.add_error(refusal.field, refusal.sentence)
        else:
            super().refuse(refusal)


class DisputeForm(Refusable):
    """What a reviewer disputes of a score, and why."""

    reason = forms.CharField(
        label="Why the score is wrong",
        help_text="Say what the evidence shows. A third person reads it, and the auditor.",
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    lines = forms.MultipleChoiceField(
        label="The lines it is about, or none for the whole score",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, items: Iterable[Item], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = [(item.code, item.text) for item in items if item.applies]
        cast(forms.MultipleChoiceField, self.fields["lines"]).choices = asked


class CalibrationForm(Refusable):
    """What auditors agreed: who took part, the mark of each line on which they differed, and what follows."""

    participants = forms.MultipleChoiceField(
        label="Who took part", required=False, widget=forms.CheckboxSelectMultiple
    )
    decision = forms.CharField(
        label="What follows: how such a thing is scored from now on",
        required=False,
        max_length=DECISION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self,
        people: Iterable[User],
        lines: Iterable[tuple[str, str]],
        scaled: Collection[str],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.lines = list(lines)
        choices = [(pk, person.name) for pk, person in self.people.items()]
        cast(forms.MultipleChoiceField, self.fields["participants"]).choices = choices
        for evaluation, code in self.lines:
            self.fields[double_scoring.agreed_name(evaluation, code)] = forms.ChoiceField(
                label="Agreed",
                required=False,
                choices=[("", "Choose"), *((mark.value, mark.label) for mark in _marks(code, scaled))],
            )

    def agreed(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for evaluation, code in self.lines:
            found.setdefault(evaluation, {})[code] = self.cleaned_data[
                double_scoring.agreed_name(evaluation, code)
            ]
        return found


def _marks(code: str, scaled: Collection[str]) -> list[Mark]:
    kind = LineKind.POINTS if code in scaled else LineKind.MARK
    return [*kind.marks, Mark.NA]
