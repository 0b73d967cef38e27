"""Redaction of texts and whole JSON values: personal data out, tokens in, originals apart."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from audit.errors import Invalid
from reviews.domain.redaction.detector import VERSION, detect
from reviews.domain.redaction.keys import context_of, is_identifier, is_plain_key
from reviews.domain.redaction.reading import BOUNDARY
from reviews.domain.redaction.spans import Span
from reviews.domain.redaction.tokens import Numbering

DEEPEST = 64
# Taking one value out can lay another bare beside it; real texts need two rounds, this many bound the work.
_ROUNDS = 8
_SMALLEST_NUMBER = 10**8


@dataclass(frozen=True)
class Redacted:
    """A text without personal data, the values by token (for the vault only), and a report without values."""

    text: str
    originals: dict[str, str]
    report: dict[str, Any]


@dataclass(frozen=True)
class RedactedJson:
    """A JSON value without personal data, the values by token (for the vault only), and a report without values."""

    value: Any
    originals: dict[str, str]
    report: dict[str, Any]


class _Entry(NamedTuple):
    """One string, key or long number of a JSON value; `context` is what its key says about it."""

    text: str
    context: str = ""
    whole: bool = False
    named: bool = True


def redact_text(
    text: str, *, names: Sequence[str] = (), region: str = "", numbering: Numbering | None = None
) -> Redacted:
    """Put a token such as «IBAN_1» in the place of every piece of personal data.

    `names` are the fields of the customer's record (names, lines of the address), masked wherever they stand;
    `region` is the ISO code of the text's country. Tokens already in the text stay, and redacting what was
    redacted changes nothing. The report counts the places by kind.
    """
    redaction = _Redaction([_Entry(text)], names, region, numbering or Numbering())
    return Redacted(redaction.texts[0], redaction.originals, redaction.report)


def redact_json(
    value: Any, *, names: Sequence[str] = (), region: str = "", numbering: Numbering | None = None
) -> RedactedJson:
    """Redact every string, key and long whole number of a JSON value, with one numbering throughout.

    The key of a value counts as the word before it ("passport_no", "dob"). Names in keys are masked unless the
    key looks like a field name. A whole number that is personal data becomes a token, and restores as text.
    With a `numbering` of its own a caller redacts several values alike; tokens that any of them may already
    carry must be reserved in it first. Nested more than 64 deep raises Invalid("too_deep").
    """
    redaction = _Redaction(list(_entries(value)), names, region, numbering or Numbering())
    return RedactedJson(_rebuilt(value, iter(redaction.texts)), redaction.originals, redaction.report)


def scan_json(value: Any, *, names: Sequence[str] = (), region: str = "") -> dict[str, int]:
    """How many places of each kind a JSON value still holds; for input that claims to be redacted already."""
    entries = list(_entries(value))
    found, _ = _found(entries, [entry.text for entry in entries], range(len(entries)), names, region)
    return dict(sorted(Counter(span.kind for spans in found.values() for span in spans).items()))


class _Redaction:
    """The run over all entries of one value: rounds of detection until nothing bare is left."""

    def __init__(
        self, entries: list[_Entry], names: Sequence[str], region: str, numbering: Numbering
    ) -> None:
        self.texts = [entry.text for entry in entries]
        self.originals: dict[str, str] = {}
        counts: Counter[str] = Counter()
        for text in self.texts:
            numbering.reserve(text)
        pending: Sequence[int] = range(len(entries))
        rounds = 0
        while pending and rounds < _ROUNDS:
            found, settled = _found(entries, self.texts, pending, names, region)
            for index, spans in found.items():
                self.texts[index] = self._masked(self.texts[index], spans, numbering)
                counts.update(span.kind for span in spans)
            pending = () if settled else list(found)
            rounds += 1
        self.report = {"detector_version": VERSION, "counts": dict(sorted(counts.items()))}

    def _masked(self, text: str, spans: list[Span], numbering: Numbering) -> str:
        pieces: list[str] = []
        done = 0
        for start, end, kind in spans:
            token = numbering.token(kind, text[start:end])
            self.originals[token] = text[start:end]
            pieces += (text[done:start], token)
            done = end
        return "".join(pieces) + text[done:]


def _entries(value: Any, context: str = "", depth: int = 0) -> Iterator[_Entry]:
    """Everything that is read, in the order in which `_rebuilt` takes it back."""
    if isinstance(value, str):
        yield _Entry(value, context)
    elif isinstance(value, dict):
        _refuse_depth(depth)
        for key, item in value.items():
            if not is_plain_key(key):
                yield _Entry(key, named=not is_identifier(key))
            yield from _entries(item, context_of(key), depth + 1)
    elif isinstance(value, list):
        _refuse_depth(depth)
        for item in value:
            yield from _entries(item, context, depth + 1)
    elif _is_long_number(value):
        yield _Entry(str(value), context, whole=True)


def _rebuilt(value: Any, texts: Iterator[str]) -> Any:
    if isinstance(value, str):
        return next(texts)
    if isinstance(value, dict):
        return {
            (key if is_plain_key(key) else next(texts)): _rebuilt(item, texts) for key, item in value.items()
        }
    if isinstance(value, list):
        return [_rebuilt(item, texts) for item in value]
    if _is_long_number(value):
        text = next(texts)
        return value if text == str(value) else text
    return value


def _refuse_depth(depth: int) -> None:
    if depth >= DEEPEST:
        raise Invalid("too_deep", f"The value is nested more than {DEEPEST} levels deep.")


def _is_long_number(value: Any) -> bool:
    return type(value) is int and value >= _SMALLEST_NUMBER


def _found(
    entries: list[_Entry], texts: list[str], indexes: Sequence[int], names: Sequence[str], region: str
) -> tuple[dict[int, list[Span]], bool]:
    """The spans of each entry and whether they are settled, from one reading of all joined: most are short."""
    joined = BOUNDARY.join([entries[index].context + texts[index] for index in indexes])
    found: dict[int, list[Span]] = {}
    spans, settled = detect(joined, names=names, region=region)
    places, begin = iter(indexes), 0
    index, low, high = -1, 0, -1
    for span in spans:
        while span.start >= high:
            index = next(places)
            low = begin + len(entries[index].context)
            high = low + len(texts[index])
            begin = high + 1
        entry = entries[index]
        if span.start < low or span.end > high or (entry.whole and (span.start, span.end) != (low, high)):
            continue
        if entry.named or span.kind not in {"NAME", "ADDRESS"}:
            found.setdefault(index, []).append(Span(span.start - low, span.end - low, span.kind))
    return found, settled
