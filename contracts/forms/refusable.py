"""Forms that a service may refuse."""

from django import forms

from audit.errors import Refused


class Refusable(forms.Form):
    """A form that a service may refuse."""

    def refuse(self, refusal: Refused) -> None:
        """Put a refusal where it belongs: at its field, or above all of them."""
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)
