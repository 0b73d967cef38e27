"""Terms of a contract as they are written: liability, use of data, agreed figures, attestations. The services say whether they may."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from contracts.domain.agreed_terms import TermKind
from contracts.domain.data_use import DataType, TrainingAllowed
from contracts.domain.liability import BEARERS, Layer
from contracts.enums import Party
from contracts.forms.contracts import Drafting
from contracts.forms.refusable import Refusable

Choices = Sequence[tuple[str, str]]
_BEARERS = [(party.value, party.label) for party in BEARERS]


class Citing(Drafting):
    """Something that cites a clause of the draft."""

    clause = forms.ChoiceField(label="Clause", required=False)

    def __init__(self, clauses: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clause"].choices = [("", "–"), *clauses]  # type: ignore[attr-defined]


def _share(label: str) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, initial=0, max_digits=12)


class LiabilityForm(Citing):
    layer = forms.ChoiceField(label="Layer", choices=Layer.choices(), required=False)
    responsible = forms.ChoiceField(label="Responsible", choices=_BEARERS, required=False)
    share_client = _share("Share of the client, per cent")
    share_provider = _share("Share of the provider, per cent")
    share_ai_vendor = _share("Share of the AI vendor, per cent")
    residual = forms.ChoiceField(label="Bears what is left over", choices=_BEARERS, required=False)
    cap = forms.DecimalField(label="Cap", required=False, help_text="Empty: not limited.")
    currency = forms.CharField(label="Currency", max_length=3, required=False, initial="EUR")
    indemnity = forms.CharField(label="Indemnity", required=False, max_length=2000)
    evidence = forms.CharField(
        label="Evidence needed, one a line",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    shares = forms.CharField(widget=forms.HiddenInput, required=False)

    def given(self) -> dict[str, Any]:
        """The arguments of the service."""
        sent = self.cleaned_data
        return {
            "layer": sent["layer"],
            "clause_id": sent["clause"] or None,
            "responsible": sent["responsible"],
            "residual": sent["residual"],
            "shares": {party: sent[f"share_{party}"] or Decimal(0) for party in BEARERS},
            "cap": sent["cap"],
            "currency": sent["currency"],
            "indemnity": sent["indemnity"],
            "evidence": sent["evidence"].splitlines(),
            "edits": sent["edits"],
        }


class DataUseForm(Citing):
    data_type = forms.ChoiceField(label="Data", choices=DataType.choices(), required=False)
    owner = forms.ChoiceField(label="Owner", choices=_BEARERS, initial=Party.CLIENT, required=False)
    training = forms.ChoiceField(label="May train a model", choices=TrainingAllowed.choices(), required=False)
    scope = forms.CharField(label="For what", max_length=300, required=False)
    anonymisation = forms.CharField(label="Anonymised how", max_length=300, required=False)
    flow_down = forms.BooleanField(label="The AI vendor is bound by the same", required=False)
    exit_days = forms.IntegerField(label="Returned and deleted on exit within, days", initial=30)
    certificate = forms.BooleanField(label="With a certificate of deletion", required=False)

    def given(self) -> dict[str, Any]:
        sent = dict(self.cleaned_data)
        clause = sent.pop("clause") or None
        return {**sent, "clause_id": clause}


class AgreedForm(Citing):
    process = forms.ChoiceField(label="Process", required=False)
    kind = forms.ChoiceField(label="Term", choices=TermKind.choices(), required=False)
    value = forms.CharField(
        label="Value",
        required=False,
        max_length=200,
        help_text="A fraction such as 0.1; minutes; client, provider; no, opt_in or yes; regions such as EU, JP.",
    )

    def __init__(self, clauses: Choices, processes: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(clauses, *args, **kwargs)
        self.fields["process"].choices = list(processes)  # type: ignore[attr-defined]


class TermForm(Drafting):
    """One term, by its kind and key."""

    what = forms.CharField(widget=forms.HiddenInput, max_length=12)
    chosen = forms.UUIDField(widget=forms.HiddenInput)


class CiteForm(Refusable):
    kind = forms.CharField(widget=forms.HiddenInput, max_length=30)
    reference = forms.CharField(widget=forms.HiddenInput, max_length=120)
    clause = forms.UUIDField(required=False)


class StatementForm(Refusable):
    """What one vendor attests."""

    training = forms.ChoiceField(
        label="Trains on the data of this process",
        choices=[("", "Choose…"), *TrainingAllowed.choices()],
        required=False,
    )
    evidence = forms.CharField(
        label="Where it stands",
        max_length=300,
        required=False,
        help_text="For example a letter and its date.",
    )
