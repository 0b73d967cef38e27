from governance.models.rollup import DayRollup, SampleRollup, UndoableDecision

__all__ = ["DayRollup", "SampleRollup", "UndoableDecision"]
