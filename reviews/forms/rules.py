"""The forms of the rule editor: what a rule is called and does, and the reason for sending rules back."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.domain.routing import Rule
from reviews.domain.rule_words import EFFECTS, SEVERITIES
from reviews.services.rule_drafts import RuleInput

_DETAILS = ("code", "name", "effect", "severity", "trigger_class", "rationale")


class RejectForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        help_text=gettext_lazy("The author reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RuleForm(forms.Form):
    """One rule but for its condition. `rule` is the rule as it stands in the draft, None for a new one."""

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=20, help_text=gettext_lazy("Such as AP-R5.")
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
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
        widget=forms.TextInput(attrs={"list": "trigger-classes", "autocomplete": "off"}),
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
        rule: Rule | None,
        initial: Mapping[str, Any],
        taken: frozenset[str] = frozenset(),
    ) -> None:
        self.rule, self.taken = rule, taken
        super().__init__(data, initial={"trigger_class": "general", **initial})
        if rule is not None:
            self.fields["code"].widget = forms.HiddenInput()

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if self.rule is not None:
            return self.rule.code
        if code in self.taken:
            raise forms.ValidationError(_("This draft has a rule with this code already."))
        return code

    def written(self, condition: Mapping[str, Any]) -> RuleInput:
        """The rule as it was written, with its condition. Only after `is_valid`."""
        given = self.cleaned_data
        return RuleInput(condition=condition, **{name: given[name] for name in _DETAILS})

    def refuse(self, field: str | None, sentence: str) -> None:
        """Say a refusal of the service where it belongs."""
        self.add_error(field if field in self.fields else None, sentence)

    def others(self) -> list[forms.BoundField]:
        """The fields that stand below the condition."""
        return [self[name] for name in ("effect", "severity", "trigger_class", "rationale")]


def told(rule: Rule) -> dict[str, Any]:
    """A rule as its form begins with it."""
    return {name: getattr(rule, name) for name in _DETAILS}
