"""What the form of a rule sends: written by hand, or as a browser without scripts would send a page it was given."""

from html.parser import HTMLParser
from typing import Any

# Inputs of the first row of the condition and what a test calls them: `value_0` is `c-0-value`.
_CELLS = {"field", "op", "value", "window", "percent", "absolute", "nots", "join"}


def sent(edits: int, **changes: Any) -> dict[str, Any]:
    """The first rule of the desks as its form sends it; None takes an input away."""
    values = {
        "edits": str(edits),
        "code": "AP-R1",
        "name": "Large amount",
        "mode": "rows",
        "join": "all",
        "field_0": "amount",
        "op_0": ">=",
        "value_0": "5000",
        "effect": "human_review",
        "severity": "3",
        "trigger_class": "amount",
        "rationale": "",
    }
    return {_name(key): value for key, value in (values | changes).items() if value is not None}


def _name(key: str) -> str:
    cell, *places = key.split("_")
    if key == "join" or (cell in _CELLS and places and all(place.isdigit() for place in places)):
        return "-".join(["c", *places, cell])
    return key


class _Form(HTMLParser):
    """Collects what a browser would send of one form of a page."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.inside = form, not form
        self.values: dict[str, list[str]] = {}
        self.buttons: list[str] = []
        self.select = self.area = ""
        self.text = ""
        self.first: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("id") == self.form:
            self.inside = True
        if not self.inside:
            return
        name = given.get("name", "")
        if tag == "input" and name:
            if given.get("type") != "checkbox" or "checked" in given:
                self.values.setdefault(name, []).append(given.get("value", ""))
        elif tag == "select":
            self.select, self.first = name, None
            self.values[name] = []
        elif tag == "option" and self.select:
            if self.first is None:
                self.first = given.get("value", "")
            if "selected" in given:
                self.values[self.select] = [given.get("value", "")]
        elif tag == "textarea":
            self.area, self.text = name, ""
        elif tag == "button" and name == "do":
            self.buttons.append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.form:
            self.inside = False
        elif tag == "select" and self.select:
            if not self.values[self.select] and self.first is not None:
                self.values[self.select] = [self.first]
            self.select = ""
        elif tag == "textarea" and self.area:
            self.values[self.area] = [self.text.removeprefix("\n").replace("\n", "\r\n")]
            self.area = ""


def filled(page: str, form: str = "rule-form") -> tuple[dict[str, list[str]], list[str]]:
    """What a browser would send of this page, and the values of the buttons named `do`."""
    reader = _Form(form)
    reader.feed(page)
    return reader.values, reader.buttons
