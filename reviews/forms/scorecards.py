"""What comes in from the builder of scorecards: lines as they were typed, kept whether they make a scorecard or not."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from audit.errors import Refused
from contracts.forms.refusable import Refusable
from reviews.domain import scorecard
from reviews.domain.qa_kinds import LineKind
from reviews.domain.scorecard import Control, Item

# A page takes so many lines; the last ones are there to be filled in.
MOST_LINES = 60
SPARE = 2
_PARTS = ("code", "text", "weight", "kind", "critical", "may_be_na", "applies", "controls", "remove")
_NAME = re.compile(r"[0-9]{1,3}")


class LineForm(forms.Form):
    """One line of a scorecard; an empty one is no line."""

    code = forms.RegexField(
        r"^[a-z][a-z0-9_]{1,39}$",
        label="Code",
        required=False,
        error_messages={"invalid": "Small letters, figures and _; it begins with a letter."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 16}),
    )
    text = forms.CharField(
        label="What is checked",
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    weight = forms.IntegerField(
        label="Weight",
        required=False,
        min_value=1,
        max_value=100,
        widget=forms.NumberInput(attrs={"min": 1, "max": 100}),
    )
    kind = forms.ChoiceField(
        label="Answered with",
        required=False,
        choices=[(kind.value, kind.label) for kind in LineKind],
    )
    controls = forms.CharField(
        label="Controls",
        required=False,
        max_length=400,
        help_text="Such as SOC 2 CC6.1, CC6.3; ISO 27001 A.5.15",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    critical = forms.BooleanField(label="Critical: failing it brings the score to zero", required=False)
    may_be_na = forms.BooleanField(label="May be N/A", required=False)
    applies = forms.BooleanField(label="Asked in this process", required=False)
    remove = forms.BooleanField(label="Leave this line out", required=False)

    @property
    def empty(self) -> bool:
        """Nothing was typed, or it is to be left out."""
        sent = self.cleaned_data
        return bool(sent.get("remove")) or not (sent.get("code") or sent.get("text") or sent.get("controls"))

    def clean_controls(self) -> tuple[Control, ...]:
        try:
            return scorecard.read_controls(self.cleaned_data["controls"])
        except Refused as refusal:
            raise forms.ValidationError(refusal.sentence) from None

    def item(self) -> Item:
        sent = self.cleaned_data
        return Item(
            code=sent["code"],
            text=sent["text"],
            weight=sent["weight"] or 0,
            controls=sent["controls"],
            critical=sent["critical"],
            may_be_na=sent["may_be_na"],
            applies=sent["applies"],
            kind=LineKind(sent["kind"] or LineKind.MARK),
        )


class CardForm(Refusable):
    """A whole scorecard: its pass mark, and a form for each line."""

    pass_mark = forms.IntegerField(
        label="Points needed to pass",
        min_value=1,
        max_value=100,
        widget=forms.NumberInput(attrs={"min": 1, "max": 100}),
    )

    def __init__(self, lines: list[LineForm], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines

    @classmethod
    def of(cls, items: Iterable[Item], pass_mark: int, spare: int = 0) -> "CardForm":
        """The form for a scorecard as it stands, with so many empty lines behind."""
        lines = [
            LineForm(
                prefix=str(number),
                initial={
                    "code": item.code,
                    "text": item.text,
                    "weight": item.weight,
                    "kind": item.kind,
                    "controls": scorecard.write_controls(item.controls),
                    "critical": item.critical,
                    "may_be_na": item.may_be_na,
                    "applies": item.applies,
                },
            )
            for number, item in enumerate(items)
        ]
        lines += [_spare(len(lines) + more) for more in range(spare)]
        return cls(lines, initial={"pass_mark": pass_mark})

    @classmethod
    def sent(cls, data: Mapping[str, Any]) -> "CardForm":
        """What was typed, every line of it."""
        numbers = sorted(
            {
                int(head)
                for head, _, tail in (name.partition("-") for name in data)
                if tail in _PARTS and _NAME.fullmatch(head)
            }
        )
        lines = [LineForm(data, prefix=str(number)) for number in numbers[:MOST_LINES]]
        return cls(lines, data)

    def with_spare(self) -> "CardForm":
        """The same with empty lines behind; only for showing it."""
        following = max([int(line.prefix or 0) for line in self.lines], default=-1) + 1
        self.lines = [*self.lines, *(_spare(following + more) for more in range(SPARE))]
        return self

    def whole(self) -> bool:
        """Whether every line reads; that they make a scorecard, the service says."""
        read = [line.is_valid() for line in self.lines]
        return self.is_valid() and all(read)

    def items(self) -> list[Item]:
        return [line.item() for line in self.lines if not line.empty]

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal at the lines it is about, or above the form."""
        about = [
            line
            for line in self.lines
            if line.cleaned_data.get("code") in (refusal.details or ()) and not line.empty
        ]
        for line in about:
            line.add_error("code", refusal.sentence)
        if not about:
            super().refuse(refusal)


def _spare(number: int) -> LineForm:
    return LineForm(prefix=str(number), initial={"may_be_na": True, "applies": True, "weight": 4})
