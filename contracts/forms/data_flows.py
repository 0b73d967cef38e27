"""What is drawn of a data flow: a node, an edge, or a whole diagram as JSON; what may stand, the services say."""

import json
from typing import Any

from django import forms

from audit.errors import Refused
from contracts.domain.data_classes import DataClass
from contracts.domain.data_flows import Edge, Flow, Node, NodeKind
from contracts.forms.refusable import Refusable


class DrawingForm(Refusable):
    """A part of a draft; `edits` says which draft stood on the page."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    edits = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def refuse(self, refusal: Refused) -> None:
        """A pointer into the diagram names the field with its last part."""
        name = (refusal.field or "").rsplit("/", 1)[-1]
        self.add_error(name if name in self.fields else None, refusal.sentence)


def _line(text: str) -> str:
    return " ".join(text.split())


class NodeForm(DrawingForm):
    name = forms.CharField(label="Name", max_length=60)
    kind = forms.ChoiceField(label="Kind", choices=NodeKind.choices())
    party = forms.CharField(label="Party", max_length=80, help_text="Whose it is.")
    region = forms.CharField(label="Region", max_length=20, help_text="A code such as EU, JP or EU-DE.")
    endpoint = forms.ChoiceField(label="Endpoint", required=False, help_text="Only for AI inference.")

    field_order = ("name", "kind", "party", "region", "endpoint")

    def __init__(self, *args: Any, endpoints: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "None"), *((name, name) for name in endpoints)]
        self.fields["endpoint"].choices = choices  # type: ignore[attr-defined]

    def node(self) -> Node:
        sent = self.cleaned_data
        return Node(
            sent["key"],
            _line(sent["name"]),
            sent["kind"],
            _line(sent["party"]),
            sent["region"].strip().upper(),
            sent["endpoint"],
        )


class EdgeForm(DrawingForm):
    source = forms.ChoiceField(label="From")
    target = forms.ChoiceField(label="To")
    classes = forms.MultipleChoiceField(
        label="Classes of data", choices=DataClass.choices(), widget=forms.CheckboxSelectMultiple
    )
    purpose = forms.CharField(label="Purpose", max_length=200)
    redacted = forms.BooleanField(label="Redacted", required=False)
    encrypted = forms.BooleanField(label="Encrypted", required=False)
    days = forms.IntegerField(
        label="Days it is kept", required=False, min_value=0, help_text="Empty: not kept."
    )

    field_order = ("source", "target", "classes", "purpose", "redacted", "encrypted", "days")

    def __init__(self, *args: Any, flow: Flow, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Choose…"), *((node.key, node.name) for node in flow.nodes)]
        for name in ("source", "target"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def edge(self) -> Edge:
        sent = self.cleaned_data
        return Edge(
            sent["key"],
            sent["source"],
            sent["target"],
            tuple(sorted(sent["classes"])),
            _line(sent["purpose"]),
            sent["redacted"],
            sent["encrypted"],
            sent["days"],
        )


class ImportForm(Refusable):
    body = forms.CharField(
        label="JSON",
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text="As the JSON export writes it. It takes the place of the whole draft.",
    )
    edits = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def clean_body(self) -> Any:
        try:
            return json.loads(self.cleaned_data["body"])
        except (ValueError, RecursionError):
            raise forms.ValidationError("This is no JSON.") from None

    def refuse(self, refusal: Refused) -> None:
        place = f"{refusal.field}: " if refusal.field else ""
        self.add_error("body", f"{place}{refusal.sentence}")
