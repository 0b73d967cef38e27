"""Forms that a service may refuse."""

from collections.abc import Callable
from typing import TypeVar

from django import forms

from audit.errors import Conflict, Invalid, Refused

Made = TypeVar("Made")


class Refusable(forms.Form):
    """A form that a service may refuse; `refusal` is what it said."""

    refusal: Refused | None = None

    def passes(self, do: Callable[[], Made]) -> Made | None:
        """What `do` brought about with what was sent; None where the form is not valid or the service refused."""
        if not self.is_valid():
            return None
        try:
            return do()
        except (Invalid, Conflict) as refused:
            self.refuse(refused)
            return None

    def refuse(self, refusal: Refused) -> None:
        """Put a refusal where it belongs: at its field, or above all of them."""
        self.refusal = refusal
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)
