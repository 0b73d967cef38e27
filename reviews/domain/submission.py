"""What an agent posts, checked field by field (A1): every mistake is named with its JSON pointer, none is guessed at.

Names follow the API; the OpenTelemetry names of generative AI (`gen_ai.request.model` …) are accepted beside them (M4).
"""

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from audit.errors import Invalid

MAX_DEPTH = 32
MAX_LIST = 200
_CURRENCY = re.compile(r"[A-Z]{3}")
_FINGERPRINT = re.compile(r"[A-Za-z0-9_.:+/=-]+")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,4})?")
# An escaped NUL, and not the text \\u0000 whose own backslash is escaped.
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_canonical = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode
_CODE = re.compile(r"[A-Za-z0-9_.:-]+")
FIELDS = frozenset(
    {
        "process",
        "step",
        "external_id",
        "source",
        "subject_ref",
        "customer",
        "language",
        "input",
        "ai_output",
        "confidence",
        "factors",
        "citations",
        "attributes",
        "amount",
        "currency",
        "data_classes",
        "model_version",
        "model_fingerprint",
        "endpoint",
        "lineage",
        "attestation",
        "correlation_id",
    }
)


@dataclass(frozen=True, slots=True)
class Submission:
    """One interaction as posted, well-formed but not yet judged. Nothing in it is redacted yet."""

    process: str
    step: str
    input: Any
    output: dict[str, Any]
    external_id: str = ""
    source: str = ""
    subject_ref: str = ""
    customer: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    confidence: Decimal | None = None
    factors: list[dict] = field(default_factory=list)
    citations: list[dict] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)
    amount: Decimal | None = None
    currency: str = ""
    data_classes: list[str] = field(default_factory=list)
    model_version: str = ""
    model_fingerprint: str = ""
    endpoint: str = ""
    lineage: list[dict] = field(default_factory=list)
    attestation: dict[str, str] | None = None
    telemetry: dict[str, Any] = field(default_factory=dict)
    correlation_id: str = ""
    digest: str = ""


class _Reader:
    """Reads one object and collects what is wrong with it, instead of stopping at the first mistake."""

    def __init__(self, payload: Mapping[str, Any]) -> None:
        self.payload = payload
        self.problems: list[dict[str, str]] = []

    def wrong(self, pointer: str, sentence: str) -> None:
        self.problems.append({"pointer": pointer, "detail": sentence})

    def text(
        self, name: str, longest: int, *, required: bool = False, pattern: re.Pattern | None = None
    ) -> str:
        value = self.payload.get(name)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or (required and not value.strip()):
            self.wrong(f"/{name}", "A text is required." if required else "This is not a text.")
            return ""
        if len(value) > longest:
            self.wrong(f"/{name}", f"At most {longest} characters.")
            return ""
        if value and pattern and not pattern.fullmatch(value):
            self.wrong(f"/{name}", "This is not written as expected.")
            return ""
        return value

    def decimal(self, name: str, lowest: Decimal, highest: Decimal, places: int) -> Decimal | None:
        value = self.payload.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            self.wrong(f"/{name}", "This is not a number.")
            return None
        try:
            number = Decimal(str(value).strip()) if len(str(value)) <= 40 else Decimal("NaN")
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            self.wrong(f"/{name}", "This is not a number.")
            return None
        if not lowest <= number <= highest:
            self.wrong(f"/{name}", f"A number from {lowest} to {highest} is required.")
            return None
        if -int(number.as_tuple().exponent) > places:  # type: ignore[arg-type]
            number = round(number, places)
        return number

    def objects(self, name: str, check: Callable[[dict], str | None]) -> list[dict]:
        value = self.payload.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > MAX_LIST:
            self.wrong(f"/{name}", f"A list of at most {MAX_LIST} objects is required.")
            return []
        for index, entry in enumerate(value):
            if not isinstance(entry, dict):
                self.wrong(f"/{name}/{index}", "An object is required.")
            elif problem := check(entry):
                self.wrong(f"/{name}/{index}", problem)
        return value

    def mapping(self, name: str, *, required: bool = False, texts_only: bool = False) -> dict[str, Any]:
        value = self.payload.get(name)
        if value is None and not required:
            return {}
        if not isinstance(value, dict) or len(value) > MAX_LIST or (required and not value):
            self.wrong(f"/{name}", f"An object of at most {MAX_LIST} members is required.")
            return {}
        if texts_only and not all(isinstance(part, str) for part in value.values()):
            self.wrong(f"/{name}", "Its values must be texts.")
            return {}
        return value


def _factor(entry: dict) -> str | None:
    if not isinstance(entry.get("name"), str) or not entry["name"]:
        return "A factor needs a name."
    weight = entry.get("weight")
    if weight is not None and (
        isinstance(weight, bool) or not isinstance(weight, int | float) or not math.isfinite(weight)
    ):
        return "The weight of a factor is a number."
    return None


def _citation(entry: dict) -> str | None:
    return None if isinstance(entry.get("source"), str) and entry["source"] else "A citation needs a source."


def _edge(entry: dict) -> str | None:
    return None if all(isinstance(value, str) for value in entry.values()) else "Lineage is written in texts."


def parse(payload: object) -> Submission:
    """The submission in a JSON object. Raises Invalid with one detail per mistake, each with its pointer."""
    if not isinstance(payload, dict):
        raise Invalid(
            "not_an_object",
            "An interaction is a JSON object.",
            "",
            [{"pointer": "", "detail": "An object is required."}],
        )
    read = _Reader(payload)
    telemetry = {}
    for name in payload:
        if name.startswith("gen_ai."):
            value = payload[name]
            if isinstance(value, str | int | float | bool) and len(str(value)) <= 200:
                telemetry[name] = value
            else:
                read.wrong(_pointer(name), "A short text or a number is required.")
        elif name not in FIELDS:
            read.wrong(_pointer(name), "There is no such field.")
    _check_depth(payload, read)
    if (
        "input" not in payload
        or payload["input"] is None
        or not isinstance(payload["input"], dict | str | list)
    ):
        read.wrong("/input", "An object, a text or a list is required.")
    classes = payload.get("data_classes") or []
    if not isinstance(classes, list) or not all(
        isinstance(item, str) and len(item) <= 40 for item in classes
    ):
        read.wrong("/data_classes", "A list of short texts is required.")
        classes = []
    attestation = read.mapping("attestation", texts_only=True)
    amount = read.decimal("amount", Decimal(-(10**15)), Decimal(10**15), 2)
    submission = Submission(
        process=read.text("process", 20, required=True, pattern=_CODE),
        step=read.text("step", 30, required=True, pattern=_CODE),
        input=payload.get("input"),
        output=read.mapping("ai_output", required=True),
        external_id=read.text("external_id", 120),
        source=read.text("source", 80),
        subject_ref=read.text("subject_ref", 200),
        customer=read.mapping("customer", texts_only=True),
        language=read.text("language", 8, pattern=_LANGUAGE),
        confidence=read.decimal("confidence", Decimal(0), Decimal(1), 5),
        factors=read.objects("factors", _factor),
        citations=read.objects("citations", _citation),
        attributes=read.mapping("attributes"),
        amount=amount,
        currency=read.text("currency", 3, pattern=_CURRENCY, required=amount is not None),
        data_classes=sorted(set(classes)),
        model_version=read.text("model_version", 120) or str(telemetry.get("gen_ai.request.model", "")),
        model_fingerprint=read.text("model_fingerprint", 128, pattern=_FINGERPRINT),
        endpoint=read.text("endpoint", 80),
        lineage=read.objects("lineage", _edge),
        attestation=attestation or None,
        telemetry=telemetry,
        correlation_id=read.text("correlation_id", 64),
        digest=_digest(payload, read),
    )
    if read.problems:
        raise Invalid(
            "invalid_fields",
            "The interaction has fields that are wrong.",
            read.problems[0]["pointer"],
            read.problems,
        )
    return submission


def _pointer(name: object) -> str:
    """The JSON pointer of a member whose name somebody else chose: short, escaped, and always printable."""
    text = str(name)[:80].encode("utf-8", "replace").decode("utf-8")
    return "/" + text.replace("~", "~0").replace("/", "~1")


def _check_depth(payload: dict, read: _Reader) -> None:
    level: list[Any] = [payload]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        if not level:
            return
    read.wrong("", f"Nested deeper than {MAX_DEPTH} levels.")


def _digest(payload: dict, read: _Reader) -> str:
    """The SHA-256 of the payload in one canonical spelling; texts no database can hold are refused here."""
    try:
        text = _canonical(payload)
        if "u0000" in text and _NUL.search(text):
            read.wrong("", "Texts must not contain the NUL character.")
        return hashlib.sha256(text.encode()).hexdigest()
    except UnicodeEncodeError:
        read.wrong("", "Texts must be valid Unicode: there is half of a surrogate pair.")
    except (ValueError, RecursionError):
        read.wrong("", "Numbers must be finite and nesting must be shallow.")
    return ""


def fact(value: Any, kind: str) -> Any:
    """A posted value as the fact a field of that type asks for: numbers become Decimals, everything else stays.

    A value that is no number stays as it is, so that the rule that asks for it finds it unreadable and fails safe.
    """
    if kind in {"number", "money", "days"} and isinstance(value, str | float) and not isinstance(value, bool):
        try:
            return Decimal(str(value).strip()) if len(str(value)) <= 40 else value
        except InvalidOperation:
            return value
    if kind == "variance" and isinstance(value, dict):
        return {name: fact(part, "number") for name, part in value.items()}
    return value
