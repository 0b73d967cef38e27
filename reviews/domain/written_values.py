"""The values of conditions as people type them and read them back: "€5,000", "30 days", "DE, AT", "2 % / 250"."""

import re
from typing import Any

from contracts.domain.money import SYMBOLS
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
    if op in LISTS:
        # A list whose members have commas of their own is separated by semicolons.
        separator = ";" if ";" in text else ","
        return [part.strip() for part in text.split(separator) if part.strip()] or [text]
    return text


def write(field: Field, op: str, value: Any) -> str:
    """A value of a condition as it stands in the form; `read` gives the value again."""
    if field.type == "boolean":
        return "true" if value else "false"
    if field.type == "variance":
        return f"{value['percent']} % / {value['absolute']}"
    if op in LISTS:
        return "; ".join(value) if any("," in part for part in value) else ", ".join(value)
    return str(value)


def survives(field: Field, op: str, value: Any) -> bool:
    """Whether a value comes back from the form as it went in: one that does not must not be edited there."""
    try:
        return read(field, op, write(field, op, value)) == value
    except ValueError:
        return False


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
