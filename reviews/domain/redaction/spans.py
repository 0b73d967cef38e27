"""What a recogniser is, what it finds, and which finding wins where two overlap."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from reviews.domain.redaction.reading import Reading

# The more specific kind first: it wins where two of the same length overlap.
KINDS = (
    "IBAN",
    "CARD",
    "SSN",
    "AADHAAR",
    "IN_PAN",
    "MY_NUMBER",
    "DE_TAX_ID",
    "PPS",
    "NHS",
    "NINO",
    "PH_TIN",
    "PH_SSS",
    "PASSPORT",
    "DOB",
    "EMAIL",
    "PHONE",
    "IP",
    "SECRET",
    "NAME",
    "ADDRESS",
)
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}


class Span(NamedTuple):
    """Characters `start` to `end` (exclusive) of a text that hold one value of a kind."""

    start: int
    end: int
    kind: str


class Recognizer(Protocol):
    """Finds the values of some kinds in a reading.

    `hint` is the cheap test of the pre-filter: false only where `find` would find nothing.
    """

    @property
    def kinds(self) -> tuple[str, ...]: ...

    def hint(self, reading: Reading) -> bool: ...

    def find(self, reading: Reading) -> Iterator[Span]: ...


class Resolved(NamedTuple):
    """The spans to mask, in order and without overlap; `clean` if every loser lies wholly inside a winner."""

    spans: list[Span]
    clean: bool


def resolve(spans: Iterable[Span]) -> Resolved:
    """The longest wins, then the more specific kind, then the first."""
    ranked = sorted(spans, key=lambda span: (span.start - span.end, _RANK.get(span.kind, len(KINDS)), span))
    kept: list[Span] = []
    clean = True
    for span in ranked:
        place = bisect_right(kept, span)
        rivals = [other for other in kept[max(0, place - 1) : place + 1] if _overlap(span, other)]
        if not rivals:
            kept.insert(place, span)
        elif clean:
            clean = any(other.start <= span.start and span.end <= other.end for other in rivals)
    return Resolved(kept, clean)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
