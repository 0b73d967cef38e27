"""Data quality at the door (A3): weighted checks of a process, a score from 0 to 100, and what follows from it.

A policy is plain data: `{"checks": [{"kind", "field", "steps", "weight", "consequence", "low", "high",
"max_age_hours"}, …], "minimum": 60, "below_minimum": "quarantine"}`. A check with `steps` is run on those alone. A range
holds from `low` to `high`; a score of OCR must reach `low`; a score of duplicates must stay below `high`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from audit.errors import Invalid

REVIEW, QUARANTINE = "review", "quarantine"
CODES = {
    "required": "DQ_MISSING",
    "range": "DQ_RANGE",
    "freshness": "DQ_STALE",
    "ocr": "DQ_OCR",
    "duplicate": "DQ_DUPLICATE",
}

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_DEFAULT_FIELDS = {"ocr": "ocr_score", "duplicate": "duplicate_score"}
_LIMITS = {"range": ("low", "high"), "freshness": ("max_age_hours",), "ocr": ("low",), "duplicate": ("high",)}


@dataclass(frozen=True, slots=True)
class Check:
    """One check of one field: its weight in the score, and whether failing it means "review" or "quarantine". Without
    `steps` it is run on every step."""

    kind: str
    field: str
    weight: int = 1
    consequence: str = REVIEW
    low: Decimal | None = None
    high: Decimal | None = None
    max_age_hours: Decimal | None = None
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What a process demands of its data; a score below `minimum` has a consequence of its own."""

    checks: tuple[Check, ...] = ()
    minimum: int = 0
    below_minimum: str = QUARANTINE


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that failed, by its stable code and in one sentence."""

    code: str
    field: str
    sentence: str
    consequence: str


@dataclass(frozen=True, slots=True)
class Report:
    """The score from 0 to 100, what failed, and the strictest consequence: "", "review" or "quarantine"."""

    score: int
    findings: tuple[Finding, ...]
    consequence: str


def read(policy: Mapping[str, Any]) -> Terms:
    """The terms that a policy states; Invalid with the JSON pointer of what cannot be understood."""
    if not isinstance(policy, Mapping):
        raise Invalid("quality_policy", "A quality policy must be an object.", "")
    entries = policy.get("checks", [])
    if not isinstance(entries, list):
        raise Invalid("quality_policy", "The checks must be a list.", "/checks")
    minimum, below = policy.get("minimum", 0), policy.get("below_minimum", QUARANTINE)
    if type(minimum) is not int or not 0 <= minimum <= 100:
        raise Invalid("quality_policy", "The minimum must be a whole number from 0 to 100.", "/minimum")
    if below not in (REVIEW, QUARANTINE):
        raise Invalid("quality_policy", "The consequence must be “review” or “quarantine”.", "/below_minimum")
    return Terms(
        tuple(_check(entry, f"/checks/{index}") for index, entry in enumerate(entries)), minimum, below
    )


def assess(
    given: Any,
    attributes: Mapping[str, Any],
    policy: Mapping[str, Any],
    at: datetime,
    *,
    own: Mapping[str, Any] = _NOTHING,
    step: str = "",
) -> Report:
    """Run every check of `policy` for a step; the score is the passed share of the weights, 100 where nothing is checked.

    A field is looked up among the interaction's `own` facts, by which rules route it; where it has none of that name, in
    the attributes, then in the input. What should be measured and was not has
    failed; only a range lets a missing value pass, since a value that must be there is checked as required. A
    policy that cannot be understood sends the case to a person (DQ_POLICY).
    """
    try:
        terms = read(policy)
    except Invalid as refused:
        return Report(0, (Finding("DQ_POLICY", "", refused.sentence, REVIEW),), REVIEW)
    fields = given if isinstance(given, Mapping) else {}
    findings = []
    passed = total = 0
    for check in terms.checks:
        if check.steps and step not in check.steps:
            continue
        value = _look_up(check.field, own, attributes, fields)
        sentence = _FAULTS[check.kind](check, value, at)
        total += check.weight
        if sentence is None:
            passed += check.weight
        else:
            findings.append(Finding(CODES[check.kind], check.field, sentence, check.consequence))
    share = Decimal(100 * passed) / total if total else Decimal(100)
    score = int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if share < terms.minimum:
        sentence = f"The data quality is {score} of 100, below the {terms.minimum} that this process needs"
        findings.append(Finding("DQ_SCORE", "", sentence, terms.below_minimum))
    consequences = {finding.consequence for finding in findings}
    strictest = QUARANTINE if QUARANTINE in consequences else REVIEW if consequences else ""
    return Report(score, tuple(findings), strictest)


def quarantining(policy: Any) -> frozenset[str]:
    """The codes that keep an interaction apart under a policy; none where it cannot be understood."""
    try:
        terms = read(policy)
    except Invalid:
        return frozenset()
    codes = {CODES[check.kind] for check in terms.checks if check.consequence == QUARANTINE}
    return frozenset(codes | ({"DQ_SCORE"} if terms.below_minimum == QUARANTINE else set()))


def _look_up(name: str, *places: Mapping[str, Any]) -> Any:
    return next((place[name] for place in places if name in place), None)


def _check(entry: Any, path: str) -> Check:
    kind = entry.get("kind") if isinstance(entry, Mapping) else None
    if not isinstance(kind, str) or kind not in CODES:
        raise Invalid("quality_policy", f"A check is one of: {', '.join(CODES)}.", f"{path}/kind")
    field = entry.get("field", _DEFAULT_FIELDS.get(kind))
    if not isinstance(field, str) or not field:
        raise Invalid("quality_policy", "A check needs a field.", f"{path}/field")
    weight, consequence = entry.get("weight", 1), entry.get("consequence", REVIEW)
    if type(weight) is not int or not 1 <= weight <= 100:
        raise Invalid("quality_policy", "A weight is a whole number from 1 to 100.", f"{path}/weight")
    if consequence not in (REVIEW, QUARANTINE):
        raise Invalid(
            "quality_policy", "The consequence must be “review” or “quarantine”.", f"{path}/consequence"
        )
    steps = entry.get("steps", [])
    if not isinstance(steps, list) or not all(isinstance(code, str) and code for code in steps):
        raise Invalid("quality_policy", "The steps must be a list of their codes.", f"{path}/steps")
    limits = {name: figure(entry[name]) for name in _LIMITS.get(kind, ()) if name in entry}
    # A hundred years at most, so that no moment can lie outside the calendar.
    if (
        None in limits.values()
        or (limits.get("max_age_hours") or 0) > 876_000
        or (kind in _LIMITS and not limits)
    ):
        raise Invalid("quality_policy", f"This check needs a number: {' or '.join(_LIMITS[kind])}.", path)
    return Check(kind, field, weight, consequence, **limits, steps=tuple(steps))


def figure(value: Any) -> Decimal | None:
    """A posted value as a finite number, also where it was written as text; None if it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, str)) or len(str(value)) > 40:
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _absent(check: Check, value: Any, _at: datetime) -> str | None:
    blank = value is None or (isinstance(value, str) and not value.strip())
    if blank or (isinstance(value, (list, tuple, Mapping)) and not value):
        return f"The field “{check.field}” is missing"
    return None


def _out_of_range(check: Check, value: Any, _at: datetime) -> str | None:
    if value is None:
        return None
    number = figure(value)
    if number is None:
        return f"The field “{check.field}” is not a number"
    if check.low is not None and number < check.low:
        return f"The field “{check.field}” is {number}, below {check.low}"
    if check.high is not None and number > check.high:
        return f"The field “{check.field}” is {number}, above {check.high}"
    return None


def _stale(check: Check, value: Any, at: datetime) -> str | None:
    moment = _moment(value)
    if moment is None:
        return f"The field “{check.field}” does not say how old the data is"
    if at - moment > timedelta(hours=float(check.max_age_hours or 0)):
        return f"The data is older than {check.max_age_hours} hours (“{check.field}”)"
    return None


def _illegible(check: Check, value: Any, _at: datetime) -> str | None:
    number = figure(value)
    if number is None:
        return "It is not known how well the text was recognised"
    if number < (check.low or 0):
        return f"The text was recognised with {number}, below {check.low}"
    return None


def _duplicate(check: Check, value: Any, _at: datetime) -> str | None:
    if isinstance(value, bool):
        return "The same was sent before" if value else None
    number = figure(value)
    if number is None:
        return "It is not known whether the same was sent before"
    if number >= (check.high or 0):
        return f"This looks like one sent before ({number}, limit {check.high})"
    return None


def _moment(value: Any) -> datetime | None:
    """A moment with its time zone, also as ISO 8601 text; None if it is none."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, datetime) and value.tzinfo is not None else None


_FAULTS = {
    "required": _absent,
    "range": _out_of_range,
    "freshness": _stale,
    "ocr": _illegible,
    "duplicate": _duplicate,
}
