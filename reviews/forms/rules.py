"""The forms of the rule editor: a rule as a handful of comparisons, and the reason for sending rules back."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.domain import conditions, flat_conditions, written_values
from reviews.domain.fields import OPS, Schema
from reviews.domain.routing import Rule
from reviews.domain.rule_words import EFFECTS, SEVERITIES
from reviews.services.rules import RuleInput

MOST = 6
JOINS = {flat_conditions.ALL: "all of these hold", flat_conditions.ANY: "any of these holds"}


class RejectForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        help_text=gettext_lazy("The author reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RuleForm(forms.Form):
    """One rule. A condition too deep for rows keeps its shape: then only its values can be changed.

    `rule` is the rule as it stands in the draft, None for a new one. After `is_valid`, `written()` is what to store.
    """

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=20, help_text=gettext_lazy("Such as AP-R5.")
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    join = forms.ChoiceField(label=gettext_lazy("It fires when"), choices=list(JOINS.items()), required=False)
    effect = forms.ChoiceField(
        label=gettext_lazy("Then"), choices=[(effect.value, words) for effect, words in EFFECTS.items()]
    )
    severity = forms.TypedChoiceField(
        label=gettext_lazy("Severity"), coerce=int, choices=list(SEVERITIES.items()), initial=3
    )
    trigger_class = forms.CharField(
        label=gettext_lazy("Trigger class"),
        max_length=30,
        help_text=gettext_lazy("Decides which escalation path the case takes."),
    )
    rationale = forms.CharField(
        label=gettext_lazy("Why this rule"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    edits = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        schema: Schema,
        rule: Rule | None,
        taken: frozenset[str] = frozenset(),
        edits: int,
    ) -> None:
        self.schema, self.rule, self.taken = schema, rule, taken
        self.flat = flat_conditions.Flat(flat_conditions.ALL, ())
        self.editable = True
        if rule is not None:
            self._take(rule)
        super().__init__(data, initial=self._initial(edits))
        if rule is not None:
            self.fields["code"].widget = forms.HiddenInput()
        if self.shaped:
            del self.fields["join"]
        for index in range(self.size):
            self._add_row(index)

    def _take(self, rule: Rule) -> None:
        sound = not conditions.check(rule.condition, self.schema)
        flat = flat_conditions.flattened(rule.condition) if sound else None
        deep = flat is None or len(flat.leaves) > MOST
        self.leaves = list(conditions.leaves(rule.condition)) if sound else []
        self.flat = flat_conditions.Flat("", ()) if deep or flat is None else flat
        self.editable = sound and all(
            written_values.survives(self.schema[leaf["field"]], leaf["op"], leaf["value"])
            for _path, leaf in self.leaves
        )

    @property
    def shaped(self) -> bool:
        """Whether the condition keeps its shape and only its values are open."""
        return self.flat.join == ""

    @property
    def size(self) -> int:
        """How many rows the form has: two to spare, where rows can be added at all."""
        return len(self.leaves) if self.shaped else min(MOST, max(3, len(self.flat.leaves) + 2))

    def _initial(self, edits: int) -> dict[str, Any]:
        initial: dict[str, Any] = {"edits": edits, "join": self.flat.join, "trigger_class": "general"}
        if self.rule is None:
            return initial
        for name in ("code", "name", "effect", "severity", "trigger_class", "rationale"):
            initial[name] = getattr(self.rule, name)
        shown = [leaf for _path, leaf in self.leaves] if self.shaped else self.flat.leaves
        for index, leaf in enumerate(shown):
            field = self.schema[leaf["field"]]
            initial[f"field_{index}"] = leaf["field"]
            initial[f"op_{index}"] = leaf["op"]
            initial[f"value_{index}"] = written_values.write(field, leaf["op"], leaf["value"])
            initial[f"window_{index}"] = leaf.get("window_hours")
        return initial

    def _add_row(self, index: int) -> None:
        number = index + 1
        if not self.shaped:
            self.fields[f"field_{index}"] = forms.ChoiceField(
                label=_("Condition %(number)d: what") % {"number": number},
                required=False,
                choices=[("", "–"), *((name, field.label) for name, field in self.schema.items())],
            )
            self.fields[f"op_{index}"] = forms.ChoiceField(
                label=_("Condition %(number)d: how") % {"number": number},
                required=False,
                choices=[("", "–"), *written_values.OPS.items()],
            )
        self.fields[f"value_{index}"] = forms.CharField(
            label=_("Condition %(number)d: value") % {"number": number}, required=False, max_length=2000
        )
        if not self.shaped or "window_hours" in self.leaves[index][1]:
            self.fields[f"window_{index}"] = forms.IntegerField(
                label=_("Condition %(number)d: hours added up") % {"number": number},
                required=False,
                min_value=1,
                max_value=conditions.MAX_WINDOW_HOURS,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if self.rule is not None:
            return self.rule.code
        if code in self.taken:
            raise forms.ValidationError(_("This draft has a rule with this code already."))
        return code

    def clean(self) -> None:
        if self.shaped:
            self.tree = self._reshaped()
        else:
            self.tree = self._joined()
        if not self.errors:
            for problem in conditions.check(self.tree, self.schema):
                self.add_error(self._place(problem.path), problem.sentence)

    def _joined(self) -> dict[str, Any]:
        leaves, self.places = [], []
        for index in range(self.size):
            cells = [self.cleaned_data.get(f"{name}_{index}") for name in ("field", "op", "value", "window")]
            if not any(cells) and not any(
                f"{name}_{index}" in self.errors for name in ("field", "op", "value", "window")
            ):
                continue
            self.places.append(index)
            leaves.append(
                self._leaf(
                    index, self.cleaned_data.get(f"field_{index}"), self.cleaned_data.get(f"op_{index}")
                )
            )
        if not self.places:
            self.add_error("field_0", _("Say when this rule fires: at least one condition."))
            return {}
        return flat_conditions.joined(self.cleaned_data.get("join") or flat_conditions.ALL, leaves)

    def _reshaped(self) -> dict[str, Any]:
        self.places = list(range(self.size))
        if self.rule is None or not self.leaves:
            self.add_error(None, _("This condition cannot be changed by this form."))
            return {}
        written = {
            path: self._leaf(index, leaf["field"], leaf["op"])
            for index, (path, leaf) in enumerate(self.leaves)
        }
        return flat_conditions.replaced(self.rule.condition, written)

    def _leaf(self, index: int, name: str | None, op: str | None) -> dict[str, Any]:
        """One comparison, with each mistake said where it stands."""
        if not name:
            if f"field_{index}" not in self.errors:
                self.add_error(f"field_{index}", _("Choose what is compared."))
            return {}
        field = self.schema[name]
        if not op or op not in OPS[field.type]:
            allowed = ", ".join(f"“{written_values.OPS[one]}”" for one in OPS[field.type])
            if f"op_{index}" not in self.errors:
                sentence = _("Choose how: %(label)s can be compared by %(allowed)s.")
                self.add_error(f"op_{index}", sentence % {"label": field.label, "allowed": allowed})
            return {}
        leaf: dict[str, Any] = {"field": name, "op": op}
        try:
            leaf["value"] = written_values.read(field, op, self.cleaned_data.get(f"value_{index}") or "")
        except ValueError as mistake:
            self.add_error(f"value_{index}", str(mistake))
        window = self.cleaned_data.get(f"window_{index}")
        if window:
            leaf["window_hours"] = window
        return leaf

    def _place(self, pointer: str) -> str | None:
        """The input that a pointer into the condition speaks of."""
        if self.shaped:
            index = next(
                (
                    number
                    for number, (path, _leaf) in enumerate(self.leaves)
                    if pointer.startswith(f"{path}/")
                ),
                None,
            )
            part = pointer.rpartition("/")[2]
        else:
            parts = pointer.strip("/").split("/")
            if parts[0] in JOINS and len(parts) > 1 and parts[1].isdigit():
                position, parts = int(parts[1]), parts[2:]
            else:
                position = 0
            index = self.places[position] if position < len(self.places) else None
            part = parts[0] if parts else ""
        name = {"field": "field", "op": "op", "value": "value", "window_hours": "window"}.get(part)
        place = f"{name}_{index}"
        return place if name and index is not None and place in self.fields else None

    def written(self) -> RuleInput:
        """The rule as it was written. Only after `is_valid`."""
        given = self.cleaned_data
        return RuleInput(
            code=given["code"],
            name=given["name"],
            condition=self.tree,
            effect=given["effect"],
            severity=given["severity"],
            trigger_class=given["trigger_class"],
            rationale=given["rationale"],
        )

    def refuse(self, field: str | None, sentence: str) -> None:
        """Say a refusal of the service where it belongs."""
        self.add_error(field if field in self.fields else None, sentence)

    def rows(self) -> list[dict[str, Any]]:
        """The rows for the template: their inputs, and in words what cannot be changed in them."""
        rows = []
        for index in range(self.size):
            row: dict[str, Any] = {
                name: self[f"{name}_{index}"]
                for name in ("field", "op", "value", "window")
                if f"{name}_{index}" in self.fields
            }
            if self.shaped:
                leaf = self.leaves[index][1]
                row["words"] = f"{self.schema[leaf['field']].label} {written_values.OPS[leaf['op']]}"
            rows.append(row)
        return rows

    def others(self) -> list[forms.BoundField]:
        """The fields that stand below the conditions."""
        return [self[name] for name in ("effect", "severity", "trigger_class", "rationale")]
