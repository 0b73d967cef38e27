"""The function map (K8, requirements §3.3 and §3.4): how much a step depends on AI, how much people are involved, declared and
measured, and what follows for its supervision; pure."""

from dataclasses import dataclass
from enum import IntEnum

from contracts.enums import Labelled

# From here on a step leans on AI, or on people.
HIGH = 3
# A map is looked at anew after so many days (§3.4, step 10).
REVIEW_DAYS = 183
# Measured over so many days (§3.4, step 5), and only where so many outputs were decided on.
MEASURED_DAYS = 28
ENOUGH = 30
# What counts as every item, and as any at all: a handful that is still on its way must not make a step another one.
_EVERY, _SOME = 0.99, 0.01


class Dependency(IntEnum):
    """How much of the result is the AI's."""

    NONE = 0
    ASSISTS = 1
    DRAFTS = 2
    DECIDES_CONFIRMED = 3
    DECIDES_AND_ACTS = 4

    @property
    def label(self) -> str:
        return (
            "none",
            "assists or searches",
            "drafts or recommends",
            "decides, a person confirms",
            "decides and acts",
        )[self.value]


class Involvement(IntEnum):
    """How much of the work people look at before it takes effect."""

    NONE = 0
    SAMPLE = 1
    EXCEPTIONS = 2
    EVERY_ITEM = 3
    FIRST = 4

    @property
    def label(self) -> str:
        return (
            "nobody",
            "a sample afterwards",
            "exceptions",
            "every item",
            "people decide first",
        )[self.value]


class Impact(Labelled):
    """What an error costs: money, rights, safety, personal data."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Quadrant(Labelled):
    STRICT = "strict"
    WATCH = "watch"
    CONVENTIONAL = "conventional"
    QUESTION = "question"

    @property
    def label(self) -> str:
        return {
            "strict": "Strict supervision",
            "watch": "Rubber-stamp watch",
            "conventional": "Conventional",
            "question": "Question why it exists",
        }[self.value]

    @property
    def means(self) -> str:
        return {
            "strict": "10 % QA, monthly review, the client approves changes beforehand",
            "watch": "control items for 2 %, attention measured, blind first",
            "conventional": "5 % QA, quarterly review",
            "question": "neither AI nor people do much here",
        }[self.value]


class MapTier(Labelled):
    """How closely a step is supervised."""

    MINIMAL = "minimal"
    LIMITED = "limited"
    HIGH = "high"


_TIER = {
    Quadrant.STRICT: MapTier.HIGH,
    Quadrant.WATCH: MapTier.LIMITED,
    Quadrant.CONVENTIONAL: MapTier.LIMITED,
    Quadrant.QUESTION: MapTier.MINIMAL,
}
_LIFTED = {MapTier.MINIMAL: MapTier.LIMITED, MapTier.LIMITED: MapTier.HIGH, MapTier.HIGH: MapTier.HIGH}


@dataclass(frozen=True)
class Measured:
    """What the trail says of a step: outputs decided by people, outputs that went straight through, and whether QA looked
    at any of those."""

    decided: int
    straight_through: int
    sampled: bool = False

    @property
    def total(self) -> int:
        return self.decided + self.straight_through

    @property
    def touch(self) -> float | None:
        """The share of outputs a person decided on; None where too few were decided to say."""
        return None if self.total < ENOUGH else self.decided / self.total


def involvement(measured: Measured) -> Involvement | None:
    """The level that the measured share comes to; None where too little was measured.

    Whether people decided before they saw what the AI thought cannot be counted, so nothing measures as level 4.
    """
    touch = measured.touch
    if touch is None:
        return None
    if touch >= _EVERY:
        return Involvement.EVERY_ITEM
    if touch >= _SOME:
        return Involvement.EXCEPTIONS
    return Involvement.SAMPLE if measured.sampled else Involvement.NONE


def effective(declared: Involvement, measured: Involvement | None) -> Involvement:
    """What counts: the smaller of what is declared and what is measured, as far as it can be measured."""
    if measured is None or measured >= min(declared, Involvement.EVERY_ITEM):
        return declared
    return measured


def quadrant(dependency: Dependency, people: Involvement) -> Quadrant:
    if dependency >= HIGH:
        return Quadrant.WATCH if people >= HIGH else Quadrant.STRICT
    return Quadrant.CONVENTIONAL if people >= HIGH else Quadrant.QUESTION


def tier(dependency: Dependency, people: Involvement, impact: Impact) -> MapTier:
    """tier = f(dependency, min(declared, measured), impact); a high impact lifts it by one (§3.3)."""
    found = _TIER[quadrant(dependency, people)]
    return _LIFTED[found] if impact == Impact.HIGH else found


def mismatch(step: str, declared: Involvement, measured: Measured) -> str:
    """What is wrong, in words, where people are involved less than declared; nothing where they are not."""
    found = involvement(measured)
    if found is None or measured.touch is None or found >= min(declared, Involvement.EVERY_ITEM):
        return ""
    return (
        f"{step}: declared “{declared.label}”, but people decided {measured.touch:.0%} of {measured.total:,} outputs "
        f"in {MEASURED_DAYS} days."
    )
