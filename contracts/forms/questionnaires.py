"""What is asked of a vendor, what it answers, and the points it is given."""

from collections.abc import Mapping
from typing import Any

from django import forms

from contracts.domain.questionnaire import LONGEST, MOST_POINTS, QUESTIONS, Answer, Question, Reply
from contracts.forms.refusable import Refusable


class AskForm(Refusable):
    vendor = forms.ChoiceField(label="Vendor")
    due_on = forms.DateField(
        label="Answered by",
        error_messages={"invalid": "A day that exists, such as 2026-11-22."},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, vendors: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vendor"].choices = vendors  # type: ignore[attr-defined]


class AnswersForm(Refusable):
    """Four fields to each question: the reply, and evidence as a text, a link or a certificate."""

    edits = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        kept: Mapping[str, Answer],
        certificates: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            given = kept.get(question.key, Answer())
            self.fields[f"reply_{question.key}"] = forms.ChoiceField(
                label="Answer",
                required=False,
                choices=[("", "Not answered"), *Reply.choices()],
                initial=given.reply,
            )
            self.fields[f"text_{question.key}"] = forms.CharField(
                label="In words",
                required=False,
                max_length=LONGEST,
                initial=given.text,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"link_{question.key}"] = forms.CharField(
                label="Link to evidence", required=False, max_length=300, initial=given.link
            )
            self.fields[f"certificate_{question.key}"] = forms.ChoiceField(
                label="Certificate",
                required=False,
                choices=[("", "None"), *certificates],
                initial=given.certificate,
            )

    def parts(self) -> list[tuple[Question, list[forms.BoundField]]]:
        names = ("reply", "text", "link", "certificate")
        return [(one, [self[f"{name}_{one.key}"] for name in names]) for one in QUESTIONS]

    def answers(self) -> dict[str, Answer]:
        sent = self.cleaned_data
        return {
            one.key: Answer(
                sent[f"reply_{one.key}"],
                sent[f"text_{one.key}"],
                sent[f"link_{one.key}"],
                sent[f"certificate_{one.key}"],
            )
            for one in QUESTIONS
        }


class PointsForm(Refusable):
    """Points for what was answered."""

    def __init__(self, *args: Any, answered: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Choose…"), *((str(n), f"{n} of {MOST_POINTS}") for n in range(MOST_POINTS + 1))]
        for one in QUESTIONS:
            if one.key in answered:
                self.fields[f"points_{one.key}"] = forms.ChoiceField(label="Points", choices=choices)

    def points(self) -> dict[str, int]:
        return {name.removeprefix("points_"): int(value) for name, value in self.cleaned_data.items()}
