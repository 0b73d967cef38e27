from governance.models.rollup import DayRollup, SampleRollup, UndoableDecision
from governance.models.trail_mark import TrailMark
from governance.models.webhook import Delivery, Subscription

__all__ = ["DayRollup", "Delivery", "SampleRollup", "Subscription", "TrailMark", "UndoableDecision"]
