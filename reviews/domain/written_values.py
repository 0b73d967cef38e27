"""The values of conditions as people type them and read them back: "€5,000", "30 days", "DE, AT", "2 % / 250"."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from contracts.domain.money import SYMBOLS
from reviews.domain.expression_mistakes import Unreadable
from reviews.domain.expression_tokens import TEXT, tokens
from reviews.domain.expressions import literal
from reviews.domain.fields import LISTS, NUMERIC, Field

OPS = {
    ">=": "is at least",
    ">": "is above",
    "<=": "is at most",
    "<": "is below",
    "==": "is",
    "!=": "is not",
    "contains": "contains",
    "in": "is one of",
    "not_in": "is none of",
    "is": "is true or false",
    "has_any": "include any of",
    "has_all": "include all of",
    "has_none": "include none of",
    "outside_band": "is outside the band",
}
_TRUE, _FALSE = {"true", "yes"}, {"false", "no"}
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_SPACES = dict.fromkeys(map(ord, " \u00a0\u2009\u202f"))


class Unclear(ValueError):
    """It cannot be told what was meant in one cell of a row."""

    def __init__(self, cell: str, sentence: str) -> None:
        super().__init__(sentence)
        self.cell, self.sentence = cell, sentence


def cells(field: Field, op: str, value: Any) -> dict[str, list[str]]:
    """A value of a condition as it stands in the cells of its row; `value` gives it again."""
    if field.type == "variance":
        return {"percent": [value["percent"]], "absolute": [value["absolute"]]}
    if field.choices and op in LISTS:
        return {"value": list(value)}
    return {"value": [write(field, op, value)]}


def value(field: Field, op: str, given: Mapping[str, Sequence[str]]) -> Any:
    """What stands in the cells of a row, as a condition holds it. Unclear with the cell where it cannot be told."""
    several = [one for one in given.get("value", ()) if one]
    if field.type == "variance" and not several:
        return {side: _limit(field, side, given.get(side, ())) for side in ("percent", "absolute")}
    if field.choices and op in LISTS:
        if not several:
            raise Unclear("value", "Choose at least one.")
        if len(several) > 1 or several[0] in field.choices:
            return several
    try:
        return read(field, op, several[0] if several else "")
    except ValueError as mistake:
        raise Unclear("value", str(mistake)) from None


def _limit(field: Field, side: str, given: Sequence[str]) -> str:
    text = (given[0] if given else "").replace("%", "" if side == "percent" else "%").strip()
    if not text:
        raise Unclear(side, "Both limits are needed.")
    try:
        return _number(field, text)
    except ValueError as mistake:
        raise Unclear(side, str(mistake)) from None


def read(field: Field, op: str, text: str) -> Any:
    """What was typed, as a condition holds it. ValueError with a sentence where it cannot be told what was meant.

    Whether the value suits the field is judged by `conditions.check`.
    """
    text = text.strip()
    if not text:
        raise ValueError("Say what it is compared with.")
    if field.type in NUMERIC:
        return _number(field, text)
    if field.type == "boolean":
        word = text.casefold()
        if word not in _TRUE | _FALSE:
            raise ValueError("Write true or false.")
        return word in _TRUE
    if field.type == "variance":
        limits = re.split(r"/|;| or ", text)
        if len(limits) != 2:
            raise ValueError("Write both limits, the percentage first, such as “2 % / 250”.")
        return {
            "percent": _number(field, limits[0].replace("%", "")),
            "absolute": _number(field, limits[1]),
        }
    if op not in LISTS:
        quoted = _quoted(text)
        return quoted[0] if quoted and len(quoted) == 1 else text
    if quoted := _quoted(text):
        return quoted
    # A list whose members have commas of their own is separated by semicolons.
    separator = ";" if ";" in text else ","
    return [part.strip() for part in text.split(separator) if part.strip()] or [text]


def write(field: Field, op: str, value: Any) -> str:
    """A value of a condition as it stands in the form; `read` gives the value again.

    Texts that a form would change, such as one with a line of its own, stand in quotes.
    """
    if field.type == "boolean":
        return "true" if value else "false"
    if field.type == "variance":
        return f"{value['percent']} % / {value['absolute']}"
    if field.type in NUMERIC:
        return str(value)
    several = list(value) if op in LISTS else [str(value)]
    plain = ("; " if any("," in part for part in several) else ", ").join(several)
    kept = all(character.isprintable() for character in plain) and plain and read(field, op, plain) == value
    return plain if kept else ", ".join(literal(part) for part in several)


def _quoted(text: str) -> list[str] | None:
    """The texts that stand in quotes, separated by commas; None where that is not all there is."""
    if not text.startswith('"'):
        return None
    try:
        words = tokens(text)[:-1]
    except Unreadable:
        return None
    members, commas = words[::2], words[1::2]
    if len(members) != len(commas) + 1 or any(word.text != "," for word in commas):
        return None
    return [word.text for word in members] if all(word.kind == TEXT for word in members) else None


def hint(field: Field) -> str:
    """What may be typed for a field, in a few words."""
    if field.type == "money":
        return f"an amount in {field.unit}, such as 5000"
    if field.type == "days":
        return "a whole number of days"
    if field.type == "number":
        return f"a number{f' of {field.unit}' if field.unit else ''}, such as 0.90"
    if field.type == "boolean":
        return "true or false"
    if field.type == "variance":
        return f"two limits, percent and {field.unit}, such as 2 % / 250"
    if field.choices:
        return f"one of {', '.join(field.choices)}"
    return "words; several are separated by commas"


def _number(field: Field, text: str) -> str:
    """A plain number; a thousands comma is taken out only where it cannot be a decimal one."""
    plain = text.strip().replace("−", "-")
    for sign in (field.unit, SYMBOLS.get(field.unit, ""), "days" if field.type == "days" else ""):
        if sign:
            plain = plain.replace(sign, "")
    plain = plain.translate(_SPACES)
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not re.fullmatch(r"-?\d+(\.\d+)?", plain, re.ASCII):
        raise ValueError(f"“{text.strip()[:40]}” is not a plain number, such as 5000 or 0.90.")
    return plain
