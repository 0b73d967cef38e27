"""Which of the flagged interactions an auditor looks at today, and how far a flag is to be trusted (F4, F5).

A flag is trusted where it agreed with people: κ of at least 0.6 and no more than 20 % of the wrong outputs missed, over at
least 30 scored interactions. A flag that is not says something to people and moves nothing by itself.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from reviews.domain.estimates import Agreement, Interval, kappa, wilson
from reviews.enums import AutoFlag

LOWEST_KAPPA = Fraction(3, 5)
MOST_MISSED = Fraction(1, 5)
FEWEST = 30
# A person has to look at these, however the engine does: it did not look at all of it itself.
ALWAYS = frozenset({AutoFlag.ENGINE_FAILED, AutoFlag.UNREAD})
# What the worst of these may cost decides who comes first.
_WEIGHTS = {
    AutoFlag.ENGINE_FAILED: 9,
    AutoFlag.INJECTION: 8,
    AutoFlag.PERSONAL: 8,
    AutoFlag.FOREIGN: 8,
    AutoFlag.UNREAD: 6,
    AutoFlag.FORBIDDEN: 5,
    AutoFlag.FIGURE: 4,
    AutoFlag.DATE: 4,
    AutoFlag.NAME: 4,
    AutoFlag.REQUIRED: 3,
    AutoFlag.CITATION: 3,
    AutoFlag.TONE: 2,
    AutoFlag.SENTIMENT: 1,
}


@dataclass(frozen=True, slots=True)
class Flagged:
    """An interaction that went out and was flagged."""

    id: str
    flags: frozenset[AutoFlag]


def choose(frame: Iterable[Flagged], *, always: Collection[str] = (), cap: int) -> list[Flagged]:
    """All whose ids are in `always` or that could not be scored, then the weightiest, `cap` in all.

    What counts alike is in an order that nobody chose: that of the digests of its ids. What finds no room today comes
    again tomorrow.
    """
    ordered = sorted(frame, key=lambda one: (-weight(one.flags), _digest(one.id)))
    first = [one for one in ordered if one.id in always or one.flags & ALWAYS]
    rest = [one for one in ordered if one.id not in always and not one.flags & ALWAYS]
    return first + rest[: max(cap - len(first), 0)]


def mixed(flagged: Iterable[Flagged]) -> list[Flagged]:
    """In the order of their digests, so that the order tells nothing of why each is there."""
    return sorted(flagged, key=lambda one: _digest(one.id))


def weight(flags: Iterable[AutoFlag]) -> int:
    """The weight of the weightiest flag."""
    return max((_WEIGHTS[flag] for flag in flags), default=0)


def frame_hash(frame: Iterable[Flagged]) -> str:
    """SHA-256 over the flagged in the order of their ids: what was chosen from."""
    lines = (f"{one.id}\x1f{' '.join(sorted(one.flags))}\n" for one in sorted(frame, key=lambda one: one.id))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _digest(pk: str) -> str:
    return hashlib.sha256(pk.encode()).hexdigest()


@dataclass(slots=True)
class Tally:
    """How a flag and people judged the same outputs: how often it stood on wrong and right ones, and did not."""

    hits: int = 0
    alarms: int = 0
    misses: int = 0
    passes: int = 0

    def add(self, *, flagged: bool, wrong: bool) -> None:
        if flagged:
            self.hits, self.alarms = self.hits + wrong, self.alarms + (not wrong)
        else:
            self.misses, self.passes = self.misses + wrong, self.passes + (not wrong)

    @property
    def n(self) -> int:
        return self.hits + self.alarms + self.misses + self.passes

    @property
    def agreement(self) -> Agreement | None:
        return kappa([[self.hits, self.alarms], [self.misses, self.passes]]) if self.n else None

    @property
    def sensitivity(self) -> Interval:
        """Of the wrong outputs, the share that was flagged."""
        return wilson(self.hits, self.hits + self.misses)

    @property
    def missed(self) -> Interval:
        """Of the wrong outputs, the share that was not: the false-negative rate."""
        return wilson(self.misses, self.hits + self.misses)

    @property
    def trusted(self) -> bool:
        """Whether something may follow from the flag by itself. What was never compared is not trusted.

        Reckoned in whole numbers: at the very limits no rounding decides.
        """
        n, wrong = self.n, self.hits + self.misses
        flagged = self.hits + self.alarms
        by_chance = flagged * wrong + (n - flagged) * (n - wrong)
        if n < FEWEST or wrong == 0 or by_chance == n * n:
            return False
        agreed = Fraction(n * (self.hits + self.passes) - by_chance, n * n - by_chance)
        return agreed >= LOWEST_KAPPA and Fraction(self.misses, wrong) <= MOST_MISSED


ANY = "any"
Key = tuple[str, str]
"""Flag (or `any`) and language ("" for all)."""


@dataclass
class Calibration:
    """Tallies by flag and language, over the interactions that chance drew and auditors scored."""

    tallies: dict[Key, Tally] = field(default_factory=dict)

    def add(self, *, flags: frozenset[AutoFlag], language: str, wrong: bool) -> None:
        for name in (ANY, *AutoFlag):
            flagged = bool(flags) if name == ANY else name in flags
            for spoken in dict.fromkeys(("", language)):
                self.tallies.setdefault((name, spoken), Tally()).add(flagged=flagged, wrong=wrong)

    def trusted(self, language: str = "") -> frozenset[AutoFlag]:
        """The flags that may move something by themselves, in a language or over all."""
        return frozenset(flag for flag in AutoFlag if self.tallies.get((flag, language), Tally()).trusted)

    @property
    def overall(self) -> Tally:
        """Any flag, in all languages: the engine as a whole. Where it is not trusted, the engine is advisory only."""
        return self.tallies.get((ANY, ""), Tally())

    def acts_in(self, language: str) -> bool:
        """Whether something may follow by itself from what the engine flags in a language: it agrees with people as a
        whole, and there."""
        return self.overall.trusted and self.tallies.get((ANY, language), Tally()).trusted

    def lines(self) -> list[dict[str, Any]]:
        """The tallies as they are kept, in one order."""
        return [
            {"flag": flag, "language": language, **{name: getattr(tally, name) for name in _CELLS}}
            for (flag, language), tally in sorted(self.tallies.items())
        ]

    @classmethod
    def read(cls, lines: Iterable[Mapping[str, Any]]) -> "Calibration":
        """The calibration of kept lines."""
        return cls(
            {
                (line["flag"], line["language"]): Tally(**{name: line[name] for name in _CELLS})
                for line in lines
            }
        )


_CELLS = ("hits", "alarms", "misses", "passes")
