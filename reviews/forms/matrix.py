"""The forms of the matrix editor: a row with its levels, a final decision-maker, and the reason for sending back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.domain.escalation_matrix import EVERY_CLASS, SEVERITIES
from contracts.domain.final_decision import ANY_CATEGORY
from contracts.enums import Channel
from contracts.services.matrix_drafts import MOST_LEVELS, MOST_MINUTES

LEVEL_FIELDS = (
    "name",
    "person",
    "deputy",
    "calendar",
    "ack_minutes",
    "resolve_minutes",
    "channel",
    "authority",
)


@dataclass(frozen=True)
class Choices:
    """Whom and which hours a level may name: (key, words)."""

    people: Sequence[tuple[str, str]]
    calendars: Sequence[tuple[str, str]]


class LevelForm(forms.Form):
    """One level of a row."""

    name = forms.CharField(label=_("Name"), max_length=40)
    person = forms.ChoiceField(label=_("Person"))
    deputy = forms.ChoiceField(label=_("Deputy"), required=False)
    calendar = forms.ChoiceField(label=_("Hours"))
    ack_minutes = forms.IntegerField(
        label=_("Acknowledges within, minutes"), min_value=1, max_value=MOST_MINUTES, initial=30
    )
    resolve_minutes = forms.IntegerField(
        label=_("Decides within, minutes"), min_value=1, max_value=MOST_MINUTES, initial=240
    )
    channel = forms.ChoiceField(label=_("Told by"), choices=Channel.choices())
    authority = forms.CharField(label=_("What it may decide"), max_length=120, required=False)

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser = {name: self.fields[name] for name in ("person", "deputy", "calendar")}
        for name, known in (
            ("person", choices.people),
            ("deputy", [("", "–"), *choices.people]),
            ("calendar", choices.calendars),
        ):
            field = chooser[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 — declared above
            field.choices = list(known)


class RowForm(forms.Form):
    """For which cases a row is; a row that is there keeps its place."""

    trigger_class = forms.CharField(label=_("Trigger class"), max_length=30, initial=EVERY_CLASS)
    severity = forms.TypedChoiceField(
        label=_("Severity"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("any")), *((str(number), str(number)) for number in SEVERITIES)],
    )
    edits = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, classes: Sequence[str], kept: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = ", ".join(classes)
        self.fields["trigger_class"].help_text = _("* for every case. The rules know: %(known)s.") % {
            "known": known
        }
        if kept:
            self.fields["trigger_class"].widget = forms.HiddenInput()
            self.fields["severity"].widget = forms.HiddenInput()


class FinalForm(forms.Form):
    """Who makes the final decision on a category, from a value on."""

    category = forms.ChoiceField(label=_("Business category"))
    min_value = forms.DecimalField(
        label=_("From this value on"),
        required=False,
        min_value=Decimal(0),
        max_digits=18,
        decimal_places=2,
        help_text=_("In the currency of the process; empty for any value."),
    )
    person = forms.ChoiceField(label=_("Person"))
    deputy = forms.ChoiceField(label=_("Deputy"), required=False)
    edits = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, categories: Sequence[str], people: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, known in (
            ("category", [(one, _("everything") if one == ANY_CATEGORY else one) for one in categories]),
            ("person", list(people)),
            ("deputy", [("", "–"), *people]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 — declared above
            field.choices = known


class DescribeForm(forms.Form):
    note = forms.CharField(label=_("What this version is for"), max_length=300, required=False)
    review_by = forms.DateField(
        label=_("To be gone over by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    edits = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


def raw_levels(data: Mapping[str, str]) -> list[dict[str, str]]:
    """The levels as they were typed, in the order of the page; nothing is lost while they are moved about."""
    numbers = [number for number in range(MOST_LEVELS + 1) if f"l{number}-name" in data]
    return [{name: data.get(f"l{number}-{name}", "") for name in LEVEL_FIELDS} for number in numbers]


def rearranged(levels: list[dict[str, str]], act: str) -> list[dict[str, str]]:
    """The levels after one of the buttons beside them: `add`, `remove-2`, `up-2`, `down-2`."""
    verb, _sep, number = act.partition("-")
    index = int(number) if number.isascii() and number.isdigit() and len(number) < 3 else -1
    moved = list(levels)
    if verb == "add" and len(moved) < MOST_LEVELS:
        moved.append({})
    elif verb == "remove" and 0 <= index < len(moved) and len(moved) > 1:
        moved.pop(index)
    elif verb == "up" and 0 < index < len(moved):
        moved[index - 1 : index + 1] = [moved[index], moved[index - 1]]
    elif verb == "down" and 0 <= index < len(moved) - 1:
        moved[index : index + 2] = [moved[index + 1], moved[index]]
    return moved
