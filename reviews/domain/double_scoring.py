"""Scoring twice (F6): which evaluations a second auditor scores blind, and how far the two agree.

At least a tenth of a month's evaluations, counted up at every draw; within a draw the smallest digests of its seed, so
that whoever has the seed finds the same ones, and nobody chose them.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from reviews.domain import estimates
from reviews.domain.estimates import Interval

SHARE = Fraction(1, 10)
# Below this two auditors do not mean the same by the same line.
AGREED = 0.6
# F8: under so many pairs nothing is said, and nothing follows.
ENOUGH = 10


def wanted(evaluations: int, chosen: int) -> int:
    """How many more are to be chosen, where so many were drawn this month and so many of them are chosen: at least a
    tenth of them at any time, so that every draw of ten has one."""
    return max(0, -(-evaluations * SHARE.numerator // SHARE.denominator) - chosen)


def digest(seed: str, evaluation: str) -> str:
    """What decides: SHA-256 of the draw's seed, the word `second` and the interaction."""
    return hashlib.sha256(f"{seed}\x1fsecond\x1f{evaluation}".encode()).hexdigest()


def choose(seed: str, interactions: Collection[str], count: int) -> list[tuple[str, str]]:
    """The `count` smallest digests, each with its interaction."""
    return sorted((digest(seed, interaction), interaction) for interaction in interactions)[:count]


@dataclass(frozen=True, slots=True)
class Agreed:
    """How two auditors marked the same things: so many pairs, so many alike, and κ with its interval and word."""

    pairs: int
    alike: int
    kappa: Interval
    word: str

    @property
    def low(self) -> bool:
        """Whether they agree too little; where there are few pairs that may be chance."""
        return self.kappa.share is not None and self.kappa.share < AGREED


def agreement(pairs: Iterable[tuple[str, str]]) -> Agreed | None:
    """How far two auditors agree over pairs of marks; None where there are none."""
    found = list(pairs)
    if not found:
        return None
    marks = sorted({mark for pair in found for mark in pair})
    table = [[0] * len(marks) for _ in marks]
    for first, second in found:
        table[marks.index(first)][marks.index(second)] += 1
    alike = sum(table[index][index] for index in range(len(marks)))
    return Agreed(len(found), alike, estimates.kappa_interval(table), estimates.kappa(table).word)


def by_line(
    scored: Iterable[tuple[Mapping[str, str], Mapping[str, str]]],
) -> dict[str, list[tuple[str, str]]]:
    """The pairs of marks of each line, from the marks that two auditors gave the same evaluations."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for first, second in scored:
        for code, mark in first.items():
            if code in second:
                found[code].append((mark, second[code]))
    return found


# A pass and a fail lie one apart; what does not apply says nothing about how strict somebody is.
_POINTS = {"pass": 1.0, "fail": 0.0}


def points(mark: str) -> float | None:
    """A mark as a number between 0 and 1; None for N/A. The marks 0 to 4 are quarters."""
    if mark in _POINTS:
        return _POINTS[mark]
    return int(mark) / 4 if mark.isdigit() else None


def variance(marks: Iterable[str]) -> float | None:
    """How far auditors lie apart on a line: the variance of their marks, 0.25 where half of them pass it and half fail it."""
    given = [point for mark in marks if (point := points(mark)) is not None]
    if len(given) < 2:
        return None
    mean = sum(given) / len(given)
    return sum((point - mean) ** 2 for point in given) / len(given)


Marks = Mapping[str, Mapping[str, Mapping[str, str]]]


def disputed_lines(marks: Marks) -> list[tuple[str, str]]:
    """The evaluations and lines on which the auditors differ, of marks by evaluation, auditor and line."""
    return [
        (evaluation, code)
        for evaluation, given in sorted(marks.items())
        for code in sorted({code for line in given.values() for code in line})
        if len({line[code] for line in given.values() if code in line}) > 1
    ]


def variances(marks: Marks) -> dict[str, float]:
    """The mean variance of each line over the evaluations that two auditors or more marked on it."""
    found: dict[str, list[float]] = defaultdict(list)
    for given in marks.values():
        for code in {code for line in given.values() for code in line}:
            value = variance(line[code] for line in given.values() if code in line)
            if value is not None:
                found[code].append(value)
    return {code: sum(values) / len(values) for code, values in sorted(found.items())}


def agreed_name(evaluation: str, code: str) -> str:
    """The field for the agreed mark of a line of an evaluation."""
    return f"agreed_{evaluation}_{code}"
