from governance.models.drill_run import DrillRun
from governance.models.rollup import DayRollup, SampleRollup, UndoableDecision
from governance.models.trail_mark import TrailMark
from governance.models.webhook import Delivery, Subscription

__all__ = ["DayRollup", "Delivery", "DrillRun", "SampleRollup", "Subscription", "TrailMark", "UndoableDecision"]
