"""The forms of a process's authority: granting it, naming stakeholders, deciding that AI is used."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.domain.stakeholders import Stake
from contracts.enums import Authority
from contracts.forms.refusable import Refusable

Choices = Sequence[tuple[str, str]]


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class GrantForm(Refusable):
    person = forms.ChoiceField(label=_("Person"))
    kind = forms.ChoiceField(label=_("Authority"), choices=Authority.choices())
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=300,
        help_text=_("What it rests on: a mandate, a resolution, a contract."),
    )
    valid_from = _day(_("From"))
    valid_until = _day(_("Until"))

    def __init__(self, people: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "person", people)


class StakeholderForm(Refusable):
    category = forms.ChoiceField(label=_("Stands for"), choices=Stake.choices())
    person = forms.ChoiceField(label=_("Person"))
    deputy = forms.ChoiceField(label=_("Deputy"), required=False)
    contact = forms.CharField(label=_("Contact"), max_length=120)
    duty = forms.CharField(label=_("Duty"), max_length=200)

    def __init__(self, people: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "person", people)
        _offer(self, "deputy", [("", "–"), *people])


class AiUseForm(Refusable):
    step = forms.ChoiceField(label=_("Step"))
    authority = forms.CharField(label=_("By what authority"), max_length=200)
    alternatives = forms.CharField(
        label=_("What else was looked at"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    benefit = forms.CharField(
        label=_("What it is to bring"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, steps: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "step", steps)


def _offer(form: forms.Form, name: str, known: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
    field.choices = list(known)
