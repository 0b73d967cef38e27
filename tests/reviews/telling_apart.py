"""Telling two kinds of things apart by what can be seen of them: the area under the curve, with its interval.

Each feature by itself (Mann–Whitney), and all of them together by a logistic regression that is judged on things it was not
made from; the same figures each time.
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Z = 1.959964
_ROUNDS, _RATE, _FOLDS = 60, 1.0, 5


@dataclass(frozen=True)
class Area:
    """The chance that one of the first kind scores higher than one of the second, and its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def is_chance(self) -> bool:
        return self.low <= 0.5 <= self.high


def area(marked: Sequence[float], plain: Sequence[float], z: float = Z) -> Area:
    """By ranks, ties halved; the interval by Hanley and McNeil, no narrower than under chance."""
    ranked = sorted((value, kind) for kind, values in ((1, marked), (0, plain)) for value in values)
    total, place = 0.0, 0
    while place < len(ranked):
        end = place
        while end < len(ranked) and ranked[end][0] == ranked[place][0]:
            end += 1
        total += (place + end + 1) / 2 * sum(kind for _, kind in ranked[place:end])
        place = end
    m, n = len(marked), len(plain)
    value = (total - m * (m + 1) / 2) / (m * n)
    first, second = value / (2 - value), 2 * value * value / (1 + value)
    spread = value * (1 - value) + (m - 1) * (first - value**2) + (n - 1) * (second - value**2)
    error = math.sqrt(max(spread, 0.0) / (m * n)) or math.sqrt((m + n + 1) / (12 * m * n))
    return Area(value, value - z * error, value + z * error)


def together(rows: Sequence[Mapping[str, float]], marked: Sequence[bool], seed: int = 1) -> Area:
    """All features at once: what a logistic regression makes of four fifths, judged on the fifth it did not see."""
    names = sorted(rows[0])
    table = np.array([[row[name] for name in names] for row in rows], dtype=float)
    spread = table.std(axis=0)
    table = (table - table.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    table = np.hstack([np.ones((len(rows), 1)), table])
    kinds = np.array(marked, dtype=float)
    dice = random.Random(seed)
    # Each fold has as many of each kind: whoever learns from fewer of one kind expects fewer, and would seem to know.
    order = [one for kind in (1.0, 0.0) for one in _shuffled(np.flatnonzero(kinds == kind).tolist(), dice)]
    scores = np.zeros(len(rows))
    for fold in range(_FOLDS):
        held = np.zeros(len(rows), dtype=bool)
        held[order[fold::_FOLDS]] = True
        made = table[held] @ _fit(table[~held], kinds[~held])
        scores[held] = made.argsort().argsort() / len(made)
    return area(scores[kinds > 0].tolist(), scores[kinds == 0].tolist())


def _shuffled(values: list[int], dice: random.Random) -> list[int]:
    dice.shuffle(values)
    return values


def _fit(table: np.ndarray, kinds: np.ndarray) -> np.ndarray:
    weights = np.zeros(table.shape[1])
    for _ in range(_ROUNDS):
        wrong = kinds - 1 / (1 + np.exp(-np.clip(table @ weights, -30, 30)))
        weights += _RATE * (table.T @ wrong) / len(table)
    return weights
