"""What is written of an endpoint, and of where a process lets its data be processed; what may stand, the services say."""

from typing import Any

from django import forms

from contracts.domain.data_classes import DataClass
from contracts.domain.sovereignty import TrainingUse
from contracts.enums import Tenancy
from contracts.forms.refusable import Refusable
from contracts.services.endpoints import Setting


class SettingForm(Refusable):
    host = forms.CharField(label="Host", max_length=200, help_text="Such as model.example.com.")
    training_use = forms.ChoiceField(label="Use for training", choices=TrainingUse.choices())
    retention_days = forms.IntegerField(
        label="Days the vendor keeps what it is sent",
        required=False,
        min_value=0,
        help_text="Empty: it did not say.",
    )
    subprocessors = forms.CharField(
        label="Sub-processors",
        required=False,
        max_length=6_000,
        help_text="One a line.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def setting(self) -> Setting:
        sent = self.cleaned_data
        return Setting(
            sent["host"], sent["training_use"], sent["retention_days"], sent["subprocessors"].splitlines()
        )


class AmendForm(SettingForm):
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class EndpointForm(SettingForm):
    name = forms.CharField(
        label="Name", max_length=80, help_text="As agents name it with every item, such as scribe-jp."
    )
    vendor = forms.ChoiceField(label="Vendor")
    region = forms.CharField(label="Region", max_length=20, help_text="A code such as EU, JP or EU-DE.")
    tenancy = forms.ChoiceField(label="Tenancy", choices=Tenancy.choices())

    field_order = ("name", "vendor", "host", "region", "tenancy")

    def __init__(self, *args: Any, vendors: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vendor"].choices = vendors  # type: ignore[attr-defined]


class GroundForm(Refusable):
    regions = forms.CharField(
        label="Regions",
        required=False,
        max_length=400,
        help_text="Codes such as EU or JP, with commas between them. Empty: nothing is agreed.",
    )
    data_classes = forms.MultipleChoiceField(
        label="Classes of data that may go to a model",
        required=False,
        choices=DataClass.choices(),
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: nothing is agreed.",
    )
    training_use = forms.ChoiceField(label="At most this use for training", choices=TrainingUse.choices())
