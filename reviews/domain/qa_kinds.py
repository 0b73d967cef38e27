"""The vocabularies of scorecards and calibrations."""

from contracts.enums import Labelled
from reviews.enums import Mark


class CalibrationCause(Labelled):
    """F6: why auditors sit down together."""

    HAND = "hand"
    KAPPA = "kappa"

    @property
    def label(self) -> str:
        return {"hand": "Opened by hand", "kappa": "κ below 0.6"}[self.value]


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
