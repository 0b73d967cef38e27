"""The forms of the RACI: a row with its three parties, what a draft is for, and why one is sent back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from audit.errors import Refused
from contracts.domain.raci import PARTIES, Effect, Letter
from contracts.enums import Party
from contracts.forms.refusable import Refusable


@dataclass(frozen=True)
class Choices:
    """Whom and what a row may name: (key, words)."""

    people: Mapping[Party, Sequence[tuple[str, str]]]
    clauses: Sequence[tuple[str, str]]
    documents: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class PartyFields:
    label: str
    letters: list[BoundField]
    person: BoundField
    role: BoundField


class RowForm(Refusable):
    """One task: for each party its letters and who holds them, and what the row cites."""

    clause = forms.ChoiceField(
        label=_("Clause"),
        required=False,
        help_text=_("Needed where the provider is accountable for an outcome."),
    )
    document = forms.ChoiceField(
        label=_("Document that defines the task"),
        required=False,
        help_text=_("Needed where the provider is accountable for an outcome."),
    )
    edits = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, choices: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for party in PARTIES:
            for letter in Letter:
                self.fields[f"{party}_{letter}"] = forms.BooleanField(
                    label=f"{letter} · {letter.label}", required=False
                )
            people = [("", _("nobody by name")), *choices.people.get(party, [])]
            self.fields[f"{party}_person"] = forms.ChoiceField(
                label=_("Person"), required=False, choices=people
            )
            self.fields[f"{party}_role"] = forms.CharField(label=_("Role"), required=False, max_length=60)
        for name, known in (("clause", choices.clauses), ("document", choices.documents)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
            field.choices = [("", "–"), *known]

    def parties(self) -> Iterator[PartyFields]:
        for party in PARTIES:
            letters = [self[f"{party}_{letter}"] for letter in Letter]
            yield PartyFields(party.label, letters, self[f"{party}_person"], self[f"{party}_role"])

    def held(self) -> list[tuple[Letter, Party, str, str]]:
        """The letters that are ticked, each with the key of the person and the role."""
        data = self.cleaned_data
        return [
            (letter, party, data[f"{party}_person"], data[f"{party}_role"])
            for party in PARTIES
            for letter in Letter
            if data[f"{party}_{letter}"]
        ]

    def refuse(self, refusal: Refused) -> None:
        """What is wrong with a letter of a party stands at who holds it; the sentence names the field in any case."""
        party, dot, _letter = (refusal.field or "").partition(".")
        field = f"{party}_person" if dot else refusal.field
        self.add_error(field if field in self.fields else None, refusal.sentence)


class DescribeForm(forms.Form):
    effect = forms.ChoiceField(label=_("What the output of the AI does"), choices=Effect.choices())
    note = forms.CharField(label=_("What this version is for"), max_length=300, required=False)
    edits = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class SendBackForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
