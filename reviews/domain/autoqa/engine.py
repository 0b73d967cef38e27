"""What every engine of automatic QA is given and gives back, and what becomes of an answer that makes no sense."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from reviews.domain.autoqa.terms import Terms
from reviews.enums import AutoFlag

SENTENCE = 300
MOST_FINDINGS = 40


@dataclass(frozen=True, slots=True)
class Subject:
    """An interaction as it is stored, redacted: what came in, what the AI put out, and what it pointed to.

    `beside` are facts that were posted next to the input and may be repeated in the output (attributes, factors, the
    amount, the names of records). `chosen` are the fields of the output that were picked from a list: what they say needs
    no ground.
    """

    step: str
    language: str
    input: Any
    output: Any
    citations: Any = ()
    beside: Any = ()
    region: str = ""
    chosen: frozenset[str] = frozenset()


def chosen(output_fields: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The fields of a step's output that are picked from a list."""
    return frozenset(one["name"] for one in output_fields if one.get("type") == "choice")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found, by its flag and in one sentence; a sentence never repeats personal data."""

    flag: AutoFlag
    sentence: str


@dataclass(frozen=True, slots=True)
class Result:
    """How the other side feels, from −1 to 1 (None where nobody could say), and what was found."""

    sentiment: float | None
    findings: tuple[Finding, ...] = field(default=())

    @property
    def flags(self) -> tuple[AutoFlag, ...]:
        """Each flag once, in the order in which it was found."""
        return tuple(dict.fromkeys(finding.flag for finding in self.findings))


class Engine(Protocol):
    """Anything that can score an interaction. Name and version stand beside every score it gives."""

    name: str
    version: str

    def score(self, subject: Subject, terms: Terms) -> Result: ...


def accepted(result: Result) -> Result:
    """The answer of an engine, its sentences cut to what can be kept. Raises ValueError for one that makes no sense."""
    sentiment = result.sentiment
    if sentiment is None or not math.isfinite(sentiment) or not -1 <= sentiment <= 1:
        raise ValueError("A sentiment lies between −1 and 1.")
    findings = tuple(
        Finding(AutoFlag(finding.flag), _plain(finding.sentence))
        for finding in result.findings[:MOST_FINDINGS]
    )
    return Result(round(sentiment, 3) + 0.0, findings)


def failed(why: str) -> Result:
    """What stands in the place of a score that could not be given: a flag that brings a person."""
    return Result(None, (Finding(AutoFlag.ENGINE_FAILED, _plain(why)),))


def _plain(sentence: str) -> str:
    """No NUL and no half of a surrogate pair, which no database could hold."""
    return sentence.replace("\x00", " ").encode("utf-8", "replace").decode()[:SENTENCE]
