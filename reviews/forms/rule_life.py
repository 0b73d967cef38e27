"""What is asked of a person who decides about rules: why, and when they come into force."""

from django import forms
from django.utils.translation import gettext_lazy

NOW, LATER = "now", "later"


class ApproveForm(forms.Form):
    """At once, or at a time in the reader's zone."""

    when = forms.ChoiceField(choices=[(NOW, NOW), (LATER, LATER)], required=False)
    activate_at = forms.DateTimeField(
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={
            "invalid": gettext_lazy("Write the time as a day and an hour, such as 2027-01-31 14:00.")
        },
    )

    def clean(self) -> dict:
        given = super().clean() or {}
        if given.get("when") != LATER:
            given["activate_at"] = None
        elif not given.get("activate_at") and "activate_at" not in self.errors:
            self.add_error("activate_at", gettext_lazy("Choose when these rules come into force."))
        return given


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        help_text=gettext_lazy("Everybody who writes and approves these rules reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
