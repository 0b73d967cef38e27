"""What a reviewer makes of an AI output: typed fields in, a whole output out."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from audit.errors import Invalid
from reviews.domain import amounts, texts

LONGEST = 50_000


def apply(
    before: Mapping[str, Any], changes: Mapping[str, Any], fields: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The output after the reviewer's changes. Only fields of the step may change; each keeps its type.

    Raises Invalid naming the field.
    """
    known = {entry["name"]: entry for entry in fields}
    after = dict(before)
    for name, value in changes.items():
        if name not in known:
            raise Invalid("unknown_field", f"This step has no field {name!r}.", f"output.{name}")
        if name not in before and not str(value).strip():
            # Left empty, as the AI left it.
            continue
        after[name] = _typed(known[name], value, before.get(name))
    return after


def _typed(entry: Mapping[str, Any], value: Any, before: Any) -> Any:
    name, kind = entry["name"], entry.get("type", "text")
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise Invalid(
            "wrong_type", f"{entry.get('label', name)}: a text or a number is required.", f"output.{name}"
        )
    text = (
        str(value).replace("\r\n", "\n").strip() if kind != "longtext" else str(value).replace("\r\n", "\n")
    )
    if not texts.storable(text):
        raise Invalid("text_broken", "This text has characters that cannot be stored.", f"output.{name}")
    if len(text) > LONGEST:
        raise Invalid(
            "too_long", f"{entry.get('label', name)}: at most {LONGEST:,} characters.", f"output.{name}"
        )
    if kind == "choice" and text not in entry.get("choices", ()):
        raise Invalid(
            "unknown_choice", f"{entry.get('label', name)}: choose from the list.", f"output.{name}"
        )
    if kind in {"number", "money"}:
        return _number(entry, text, before)
    if text == str(before):
        return before
    return text


def _number(entry: Mapping[str, Any], text: str, before: Any) -> Any:
    """A number in the spelling of the AI's own where it is the same, otherwise as plain text digits."""
    number = amounts.read(text)
    if number is None or abs(number) > Decimal(10) ** 15:
        raise Invalid(
            "wrong_type",
            f"{entry.get('label', entry['name'])}: a number is required.",
            f"output.{entry['name']}",
        )
    try:
        if before is not None and Decimal(str(before)) == number:
            return before
    except InvalidOperation:
        pass
    if isinstance(before, int | float):
        return int(number) if number == number.to_integral_value() else float(number)
    return format(number, "f")
