"""What was agreed about notices of model changes, as the client's owner writes it. Whether it stands, the service says."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.domain.change_kinds import DataClass
from contracts.forms.refusable import Refusable
from contracts.services.notice_terms import LONGEST

_LABELS = {
    "major_days": _("Major change, days before"),
    "minor_days": _("Minor change, business days before"),
    "config_days": _("Configuration, business days before"),
    "retirement_days": _("Retirement, days before"),
    "emergency_hours": _("Emergency, told within hours after"),
    "ratify_days": _("Emergency, ratified within business days"),
    "objection_days": _("Objection, business days"),
    "watch_days": _("Watched afterwards, days"),
}


class NoticeTermsForm(Refusable):
    """One number for each lead time, and what is at stake."""

    handles = forms.MultipleChoiceField(
        label=_("What the process handles"),
        required=False,
        choices=DataClass.choices(),
        widget=forms.CheckboxSelectMultiple,
    )
    redacted_until = forms.DateField(
        label=_("Personal data is attested to be taken out before the model, until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    clause = forms.ChoiceField(label=_("It rests on"), required=False)

    def __init__(self, clauses: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in _LABELS.items():
            self.fields[name] = forms.IntegerField(
                label=label,
                min_value=1,
                max_value=LONGEST[name],
                widget=forms.NumberInput(attrs={"size": "6"}),
            )
        self.order_fields([*_LABELS, "handles", "redacted_until", "clause"])
        self.fields["clause"].choices = [("", _("no clause")), *clauses]  # type: ignore[attr-defined]

    def lead_times(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name in _LABELS}

    def redacted(self) -> date | None:
        return self.cleaned_data["redacted_until"]
