"""What comes in from the desk: the reviewer's version with reason and note, questions, reasons, drafts."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from audit.errors import Refused
from reviews.enums import Learning, ReasonCode, Verdict

OWN = "own"
PREFIX = "output_"
_BROWSER_LIMIT = 50_000
# Where a refusal of the services points to, by the field of the form that shows it.
_PLACES = {"question": "note", "why": "note", "output": None, "evidence": None, "verdict": None}


class DecisionForm(forms.Form):
    """A decision as it is typed. The fields of the output follow the step; whether a decision stands, the services say."""

    reason_code = forms.ChoiceField(
        label="Reason", required=False, choices=[("", "Choose…"), *ReasonCode.choices()]
    )
    note = forms.CharField(
        label="Note or question",
        required=False,
        max_length=10_000,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    learning = forms.ChoiceField(
        label="To be learned", required=False, choices=[("", "Choose…"), *Learning.choices()]
    )
    factors = forms.CharField(
        label="Main factors",
        required=False,
        max_length=4_000,
        help_text="For an outcome that hurts the customer: what it rests on, one a line.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        fields: Sequence[Mapping[str, Any]],
        output: Mapping[str, Any],
        *args: Any,
        own: bool = False,
        **kwargs: Any,
    ) -> None:
        """`own`: the step belongs to people, so nothing of the AI's output may stand in the form."""
        super().__init__(*args, **kwargs)
        self.own = own
        self.output_names = [entry["name"] for entry in fields]
        for number, entry in enumerate(fields):
            before = None if own else output.get(entry["name"])
            self.fields[PREFIX + entry["name"]] = output_field(entry, before, number, own=own)

    def output_fields(self) -> list[tuple[str, forms.BoundField]]:
        """The fields of the output by their names in the step."""
        return [(name, self[PREFIX + name]) for name in self.output_names]

    def output(self) -> dict[str, str]:
        """What the reviewer makes of the output. A field that was not sent is left as it is."""
        sent = {
            name: self.cleaned_data.get(PREFIX + name)
            for name in self.output_names
            if PREFIX + name in self.data
        }
        return {name: value for name, value in sent.items() if value is not None}

    def factor_list(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data.get("factors", "").splitlines() if line.strip()]

    def show(self, refusal: Refused) -> None:
        """Put a refusal where it belongs: at its field, or above the form."""
        name = refusal.field or ""
        place = _PLACES.get(name, name)
        if place is not None and place.startswith("output."):
            place = PREFIX + place.removeprefix("output.")
        self.add_error(place if place in self.fields else None, refusal.sentence)


def output_field(entry: Mapping[str, Any], before: Any, number: int, *, own: bool) -> forms.Field:
    kind = entry.get("type", "text")
    attrs: dict[str, str] = {"autocomplete": "off"}
    if before is not None and not isinstance(before, dict | list):
        attrs |= {"data-original": str(before), "data-diff": f"diff-{entry['name']}"}
    if number == 0:
        attrs |= {"data-key": "v", "data-key-label": "Go to your version"}
    label = entry.get("label", entry["name"])
    initial = "" if before is None else before
    if kind == "choice":
        known = [(choice, choice) for choice in entry.get("choices", ())]
        if own or before is None:
            known = [("", "Choose…"), *known]
        elif str(before) not in {value for value, _ in known}:
            known = [(str(before), f"{before} (not on the list)"), *known]
        return forms.ChoiceField(
            label=label, required=False, initial=initial, choices=known, widget=forms.Select(attrs=attrs)
        )
    if kind in {"longtext", "text"}:
        # A line feed would be lost in an input of one line, and look like an edit.
        many = kind == "longtext" or "\n" in str(initial)
        widget: forms.Widget = (
            forms.Textarea(attrs={**attrs, "rows": "4"}) if many else forms.TextInput(attrs=attrs)
        )
        return forms.CharField(
            label=label,
            required=False,
            strip=False,
            initial=initial,
            max_length=_BROWSER_LIMIT,
            widget=widget,
        )
    attrs["inputmode"] = "decimal"
    return forms.CharField(
        label=label, required=False, initial=initial, max_length=60, widget=forms.TextInput(attrs=attrs)
    )


class VerdictForm(forms.Form):
    """Which button was pressed."""

    verdict = forms.ChoiceField(choices=[*Verdict.choices(), (OWN, "Record my decision")])


class QuestionForm(forms.Form):
    """A question up the path or to the agent, or why a case is handed back; empty is for the service to judge."""

    note = forms.CharField(required=False, max_length=10_000)
    unsure = forms.BooleanField(required=False)


class RevealForm(forms.Form):
    reason = forms.CharField(label="Why you need to see it", required=False, max_length=300)


class HeartbeatForm(forms.Form):
    """Whole seconds since the last sign of life."""

    active = forms.IntegerField(min_value=0, max_value=86_400)
    visible = forms.IntegerField(min_value=0, max_value=86_400, required=False)


class HandOverForm(forms.Form):
    to = forms.CharField(max_length=40)
    reason = forms.CharField(max_length=60, required=False)


def draft_of(sent: Mapping[str, Any], fields: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What of a sent form is kept as a draft: the fields a person types into, as texts."""
    names = ["reason_code", "note", "factors", "learning", *(PREFIX + entry["name"] for entry in fields)]
    return {name: str(sent[name]) for name in names if name in sent}
