"""The vocabularies of scorecards and calibrations, and of what automatic QA proposes."""

from contracts.enums import Labelled
from reviews.enums import Mark


class CalibrationCause(Labelled):
    """F6: why auditors sit down together."""

    HAND = "hand"
    KAPPA = "kappa"

    @property
    def label(self) -> str:
        return {"hand": "Opened by hand", "kappa": "κ below 0.6"}[self.value]


class Cut(Labelled):
    """F1: what a day's frame is cut by beside tier and route, in the order in which it is cut."""

    LANGUAGE = "language"
    SHIFT = "shift"
    REVIEWER = "reviewer"

    @property
    def label(self) -> str:
        return {
            "language": "Language",
            "shift": "Shift: when of the day it was decided",
            "reviewer": "Reviewer who decided",
        }[self.value]


class Allocation(Labelled):
    """F1: how the looks of a day are spread over its strata."""

    TIER = "tier"
    NEYMAN = "neyman"

    @property
    def label(self) -> str:
        return {"tier": "By the cost of an error", "neyman": "By how scores turned out (Neyman)"}[self.value]


class Shift(Labelled):
    """A third of the local day of a process."""

    EARLY = "early"
    LATE = "late"
    NIGHT = "night"

    @property
    def label(self) -> str:
        return {"early": "06–14 h", "late": "14–22 h", "night": "22–06 h"}[self.value]

    @classmethod
    def of(cls, hour: int) -> "Shift":
        """The shift of an hour of the day: three of eight hours, which begin at 6, 14 and 22."""
        if 6 <= hour < 14:
            return cls.EARLY
        return cls.LATE if 14 <= hour < 22 else cls.NIGHT


class ProposalState(Labelled):
    """F4: what became of the proposal to recall an output."""

    OPEN = "open"
    RECALLED = "recalled"
    DISMISSED = "dismissed"


class LineKind(Labelled):
    """F3: how a line of a scorecard is answered."""

    MARK = "mark"
    POINTS = "points"

    @property
    def label(self) -> str:
        return {"mark": "Pass or fail", "points": "0 to 4"}[self.value]

    @property
    def marks(self) -> list[Mark]:
        """What may be answered; whether N/A is among it, the line says."""
        if self == LineKind.MARK:
            return [Mark.PASS, Mark.FAIL]
        return [Mark.NONE, Mark.QUARTER, Mark.HALF, Mark.MOST, Mark.FULL]


# A failure needs its evidence, and so does what is worth less than half.
FAILURES = frozenset({Mark.FAIL, Mark.NONE, Mark.QUARTER})
