from governance.models.rollup import DayRollup, SampleRollup, UndoableDecision
from governance.models.trail_mark import TrailMark

__all__ = ["DayRollup", "SampleRollup", "TrailMark", "UndoableDecision"]
