"""What people write about model changes. Whether it stands, the services say."""

from collections.abc import Sequence
from typing import Any

from django import forms

from audit.errors import Refused
from contracts.domain import change_content
from contracts.domain.change_content import Notice
from contracts.domain.change_evidence import Shown
from contracts.domain.change_kinds import ChangeClass, ChangeKind, Impact, Proof
from contracts.forms.refusable import Refusable
from contracts.models import AiModel, ProcessStep
from contracts.services.undeclared import OUTCOMES

_LONGEST = change_content.LONGEST
_CHOOSE = ("", "Choose…")


def _day(label: str, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, **more)


def _moment(label: str, **more: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=False, widget=widget, **more)


def _text(label: str, help_text: str = "", rows: int = 2) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=_LONGEST,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class NoticeForm(Refusable):
    """A notice with everything it has to say (§3.9)."""

    model = forms.ChoiceField(label="Model", required=False)
    kind = forms.ChoiceField(label="What changes", required=False, choices=[_CHOOSE, *ChangeKind.choices()])
    change_class = forms.ChoiceField(
        label="Class",
        required=False,
        choices=[_CHOOSE, *ChangeClass.choices()],
        help_text="It says how long before the change the notice has to come.",
    )
    reference = forms.CharField(
        label="What the version is called afterwards",
        required=False,
        max_length=change_content.LONGEST_REFERENCE,
        help_text="As it stands in the API, for example ledgerline-4.3; for a retirement, the version that ends.",
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )
    steps = forms.MultipleChoiceField(
        label="Steps it affects", required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = _text("Why it changes")
    behaviour = _text("What will be different in what it answers", rows=3)
    evaluation = _text("How it was evaluated, before and after", rows=3)
    data_handling = _text("What changes in the handling of data", "Say so where nothing does.")
    test_from = _day("It can be tested from")
    test_until = _day("It can be tested until")
    rollback_plan = _text("How it is taken back")
    planned_at = _moment(
        "It takes effect", help_text="In your time zone. In an emergency: when it was deployed."
    )
    contact = _text("Who answers questions")

    def __init__(
        self, models: Sequence[AiModel], steps: Sequence[ProcessStep], *args: Any, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.models = {str(model.pk): model for model in models}
        choices = [(key, model.name) for key, model in self.models.items()]
        self.fields["model"].choices = choices if len(choices) == 1 else [_CHOOSE, *choices]  # type: ignore[attr-defined]
        self.fields["steps"].choices = [(step.code, f"{step.name} ({step.code})") for step in steps]  # type: ignore[attr-defined]

    def clean_model(self) -> AiModel:
        found = self.models.get(self.cleaned_data["model"])
        if found is None:
            raise forms.ValidationError("Say which model changes.")
        return found

    def notice(self) -> Notice:
        sent = self.cleaned_data
        names = ("kind", "change_class", "reference", *change_content.TEXTS)
        return Notice(
            **{name: sent[name] for name in names},
            steps=tuple(sent["steps"]),
            planned_at=sent["planned_at"],
            test_from=sent["test_from"],
            test_until=sent["test_until"],
        )

    def refuse(self, refusal: Refused) -> None:
        """Put everything that is wrong at its field."""
        if not refusal.details:
            super().refuse(refusal)
            return
        for one in refusal.details:
            name = one["pointer"].removeprefix("/")
            self.add_error(name if name in self.fields else None, one["detail"])


class PlainForm(Refusable):
    """Nothing but the act itself."""


class WhyForm(Refusable):
    why = forms.CharField(
        label="Why",
        required=False,
        max_length=1_000,
        help_text="At least ten characters; both sides read it.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ClassifyForm(Refusable):
    """The impact follows from the steps and the data; it can be raised, and so can the class."""

    change_class = forms.ChoiceField(
        label="Class",
        required=False,
        choices=[("", "As filed"), *ChangeClass.choices()[:3]],
    )
    impact = forms.ChoiceField(
        label="Impact", required=False, choices=[("", "As the rules say"), *Impact.choices()]
    )


class ApproveForm(Refusable):
    short_notice = forms.BooleanField(
        label="It may take effect before its notice is over (only the client says so)", required=False
    )


class ScheduleForm(Refusable):
    scheduled_for = _moment("When", help_text="In your time zone.")

    def clean_scheduled_for(self) -> Any:
        if self.cleaned_data["scheduled_for"] is None:
            raise forms.ValidationError("Say when it is deployed.")
        return self.cleaned_data["scheduled_for"]


class EvidenceForm(Refusable):
    """What was found in a test; which fields count depends on what is shown."""

    proof = forms.ChoiceField(label="What is shown", required=False, choices=Proof.choices())
    cases = forms.IntegerField(
        label="Cases",
        required=False,
        min_value=0,
        max_value=10_000_000,
        help_text="Regression: at least 300 of the golden set. Shadow: how many ran.",
    )
    before = forms.DecimalField(
        label="Deviation rate before, in percent", required=False, max_digits=6, decimal_places=3
    )
    after = forms.DecimalField(
        label="Deviation rate after, in percent",
        required=False,
        max_digits=6,
        decimal_places=3,
        help_text="At most one point more than before.",
    )
    share = forms.DecimalField(
        label="Share of the canary, in percent",
        required=False,
        max_digits=6,
        decimal_places=3,
        help_text="5 to 10, for five business days at least.",
    )
    since = _day("From")
    until = _day("to", help_text="For a rollback: the day on which it was tried.")
    all_reviewed = forms.BooleanField(label="People reviewed everything the canary put out", required=False)
    summary = _text("What was found, and where it can be read")

    def shown(self) -> Shown:
        sent = dict(self.cleaned_data)
        return Shown(proof=Proof(sent.pop("proof") or Proof.REGRESSION), **sent)


class FreezeForm(Refusable):
    name = forms.CharField(label="What for", required=False, max_length=80)
    begins = _day("From")
    ends = _day("to")
    every_process = forms.BooleanField(label="On every process of the client", required=False)

    def clean(self) -> None:
        for name in ("begins", "ends"):
            if self.cleaned_data.get(name) is None and name not in self.errors:
                self.add_error(name, "Say which day.")


class SettleForm(WhyForm):
    outcome = forms.ChoiceField(
        label="How it ended",
        required=False,
        choices=[(key, words.capitalize()) for key, words in OUTCOMES.items()],
    )

    field_order = ("outcome", "why")
