"""What comes in from the pages of oversight: by what somebody searches the trail."""

import re
from collections.abc import Iterator
from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from audit import presenters
from audit.domain import catalogue
from governance.domain.trail_marks import LONGEST

# What happens to an interaction; the rest happens to rules, people, agreements.
_ABOUT_INTERACTIONS = {
    "intake",
    "review",
    "escalation",
    "ownership",
    "final_decision",
    "release",
    "pii",
    "qa",
}
_HASHES = re.compile(r"[0-9a-f]{32}(?:\.[0-9a-f]{32}){0,49}")


def _actions() -> Iterator[tuple[str, str]]:
    yield "", "Any"
    for action in catalogue.actions():
        if action.split(".")[0] in _ABOUT_INTERACTIONS:
            yield action, presenters.words(action.replace(".", " "))


def _text(label: str, length: int = LONGEST, *, slash: bool = False) -> forms.CharField:
    """A text; `slash` for the one that the key / jumps to."""
    attributes: dict[str, str | bool] = {"autocomplete": "off", "spellcheck": "false", "data-search": slash}
    widget = forms.TextInput(attrs=attributes)
    return forms.CharField(label=label, required=False, max_length=length, widget=widget)


def _day(label: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    # Beyond these years a midnight may not be a moment any more, and nothing was received.
    years = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2199, 12, 31))]
    return forms.DateField(
        label=label, required=False, input_formats=["%Y-%m-%d"], widget=widget, validators=years
    )


class TrailForm(forms.Form):
    """A search. `about` is a subject as the agent named him: it is turned into its keyed hashes before it can stand in an
    address (`subject`), where histories and access logs would keep it."""

    q = _text("Interaction, case or external id", slash=True)
    process = _text("Process", 20)
    about = _text("Subject, as the agent names it")
    subject = forms.CharField(required=False, max_length=1700, widget=forms.HiddenInput)
    model = _text("Model version")
    rule = _text("Code of a rule")
    person = _text("Login of who had a hand in it")
    action = forms.ChoiceField(label="What happened", required=False, choices=_actions)
    since = _day("Received from")
    until = _day("Received to")

    def clean_subject(self) -> str:
        given = self.cleaned_data["subject"]
        if given and _HASHES.fullmatch(given) is None:
            raise forms.ValidationError("Search for the subject again.")
        return given

    def clean(self) -> dict | None:
        sent = self.cleaned_data
        if sent.get("since") and sent.get("until") and sent["since"] > sent["until"]:
            self.add_error("until", "It ends before it begins.")
        return sent

    @property
    def narrowed(self) -> bool:
        """Whether anything but the two plain fields is asked for."""
        return any(value for name, value in self.data.items() if name in self.fields and name not in _PLAIN)


_PLAIN = {"q", "process"}
