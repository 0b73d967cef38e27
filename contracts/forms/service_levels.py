"""The forms of service levels: one target, the credits, why a version is sent back, and a figure from outside."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from contracts.domain.sla_kinds import Bound, Metric, Unit
from contracts.enums import TargetKind
from contracts.forms.refusable import Refusable
from contracts.models import BusinessCalendar
from contracts.services.service_levels import Terms

_NUMBER = {"inputmode": "decimal", "autocomplete": "off"}


def _decimal(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        help_text=help_text,
        max_digits=12,
        decimal_places=4,
        widget=forms.TextInput(attrs=_NUMBER),
    )


class LevelForm(Refusable):
    """One target; the weight is written in percent. `replaces` names the one it takes the place of; `calendars` are those
    that may be chosen."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("What it is about"), choices=TargetKind.choices())
    metric = forms.ChoiceField(label=_("Where the figure comes from"), choices=Metric.choices())
    bound = forms.ChoiceField(label=_("The figure is"), choices=Bound.choices())
    target = _decimal(_("Target"))
    unit = forms.ChoiceField(label=_("In"), choices=Unit.choices())
    minutes = forms.IntegerField(
        label=_("Minutes of working time"),
        required=False,
        help_text=_("For a target of time: how long one case may take; the target is the share of cases."),
    )
    calendar = forms.ModelChoiceField(
        label=_("Business calendar"),
        queryset=BusinessCalendar.objects.none(),
        required=False,
        empty_label=_("that of the process"),
    )
    floor = _decimal(_("Floor"), required=False, help_text=_("Beyond it a credit is due; empty for none."))
    weight = _decimal(_("Weight in percent"))
    source = forms.CharField(label=_("Who reports it"), max_length=200, required=False)
    replaces = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)
    edits = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, calendars: QuerySet[BusinessCalendar], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["calendar"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- declared above
        field.queryset = calendars

    def terms(self) -> Terms:
        """What was written, as the service takes it."""
        said = self.cleaned_data
        return Terms(
            name=said["name"],
            kind=TargetKind(said["kind"]),
            metric=Metric(said["metric"]),
            bound=Bound(said["bound"]),
            target=said["target"],
            weight=said["weight"] / Decimal(100),
            unit=Unit(said["unit"]),
            floor=said["floor"],
            minutes=said["minutes"],
            calendar=said["calendar"],
            source=said["source"],
        )


class CreditsForm(Refusable):
    monthly_fee = forms.DecimalField(
        label=_("Monthly fee"), max_digits=14, decimal_places=2, widget=forms.TextInput(attrs=_NUMBER)
    )
    credit_percent = _decimal(_("A floor missed costs, in percent of the fee"))
    credit_percent_again = _decimal(_("Missed two months running, in percent"))
    credit_cap = _decimal(_("Together at most, in percent"))
    edits = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class RejectForm(Refusable):
    why = forms.CharField(
        label=_("Why it is sent back"), max_length=300, widget=forms.Textarea(attrs={"rows": "3"})
    )


class ReportForm(Refusable):
    """A figure of a month for a target that the portal cannot measure."""

    name = forms.ChoiceField(label=_("Service level"))
    month = forms.DateField(
        label=_("Month"),
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
    )
    value = _decimal(_("Figure"))
    source = forms.CharField(label=_("Where it comes from"), max_length=200)

    def __init__(self, names: list[str], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["name"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
        field.choices = [(name, name) for name in names]
