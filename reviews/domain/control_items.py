"""Control items: what may stand in one, and how one is made of a real interaction without anybody real in it (E4)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from audit.errors import Invalid
from reviews.domain import submission
from reviews.domain.redaction.tokens import TOKEN
from reviews.domain.submission import Submission

# What an item says itself. All the rest says who posted it and when, and is made when it is put before somebody.
FIELDS = (
    "input",
    "ai_output",
    "confidence",
    "factors",
    "citations",
    "attributes",
    "amount",
    "currency",
    "language",
    "data_classes",
    "customer",
)
_FIRST = ("Alex", "Robin", "Sam", "Kim", "Toni", "Chris", "Jo", "Pat", "Lee")
# Invented people and numbers that are given to nobody, each a kind of which redaction makes the same token again.
_INVENTED = {
    "IBAN": ("DE89370400440532013000", "GB82WEST12345698765432", "FR1420041010050500013M02606"),
    "CARD": ("4111111111111111", "5500005555555559", "340000000000009"),
    "EMAIL": ("a.morgan@example.org", "r.bell@example.net", "s.hart@example.com"),
    "PHONE": ("+49 30 23125 014", "+44 20 7946 0018", "+1 202 555 0143"),
    "IP": ("192.0.2.17", "198.51.100.8", "203.0.113.40"),
}
_PLACE = re.compile(r"«([A-Z][A-Z0-9_]{0,30})_([0-9]{1,9})»")


def read(process: str, step: str, payload: Mapping[str, Any], output_fields: Sequence[Mapping]) -> Submission:
    """An item as it would be posted. Raises Invalid for a field that an item does not have, a mistake in one of them, an
    output that the step does not give, and a token in the place of a value."""
    if not isinstance(payload, Mapping):
        raise Invalid("payload_malformed", "Write the fields of the item as a JSON object.", "payload")
    if unknown := sorted(set(payload) - set(FIELDS)):
        raise Invalid(
            "unknown_field", f"An item has no field {unknown[0]!r}: {', '.join(FIELDS)}.", "payload"
        )
    try:
        posted = submission.parse({"process": process, "step": step, **payload})
    except Invalid as refusal:
        told = "; ".join(f"{one['pointer']}: {one['detail']}" for one in refusal.details or [])
        raise Invalid("payload_malformed", told or refusal.sentence, "payload") from None
    _check_output(posted.output, output_fields)
    if TOKEN.search(str(payload)):
        raise Invalid(
            "token_in_payload", "Write an invented value where a token such as «IBAN_1» stands.", "payload"
        )
    return posted


def _check_output(output: Mapping[str, Any], fields: Sequence[Mapping]) -> None:
    known = {field["name"]: field for field in fields}
    if unknown := sorted(set(output) - known.keys()):
        raise Invalid("output_mismatch", f"The step gives no {unknown[0]!r}: {', '.join(known)}.", "payload")
    for name, field in known.items():
        if name not in output:
            if field.get("decision"):
                raise Invalid("output_mismatch", f"The output has no {name!r}.", "payload")
            continue
        choices = field.get("choices")
        if choices and output[name] not in choices:
            raise Invalid("output_mismatch", f"{name}: one of {', '.join(map(str, choices))}.", "payload")


def presence(posted: Submission) -> dict[str, bool]:
    """Which of the fields that not every interaction has this one has."""
    return {
        "confidence": posted.confidence is not None,
        "factors": bool(posted.factors),
        "citations": bool(posted.citations),
        "attributes": bool(posted.attributes),
        "amount": posted.amount is not None,
        "language": bool(posted.language),
    }


def invented(value: Any, names: dict[str, str]) -> Any:
    """The same with an invented value for every token; `names` collects the invented people."""
    if isinstance(value, Mapping):
        return {key: invented(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [invented(one, names) for one in value]
    if isinstance(value, str):
        return _PLACE.sub(lambda found: _value(found[1], int(found[2]), names), value)
    return value


def _value(kind: str, number: int, names: dict[str, str]) -> str:
    if values := _INVENTED.get(kind):
        return values[(number - 1) % len(values)]
    name = f"{_FIRST[(number - 1) % len(_FIRST)]} Morgan"
    names[f"name_{number}"] = name
    return name
