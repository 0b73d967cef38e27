from governance.models.bias import BiasAudit, ProtectedAttribute
from governance.models.clock_rollup import ClockRollup
from governance.models.drill_run import DrillRun
from governance.models.evidence_export import EvidenceExport
from governance.models.incident import Incident
from governance.models.late_event import LateEvent
from governance.models.record_read import RecordRead
from governance.models.rollup import DayRollup, SampleRollup, ScoreRollup, UndoableDecision
from governance.models.rule_cost import RuleActivation, RuleRollup
from governance.models.trail_mark import TrailMark
from governance.models.webhook import Delivery, Subscription

__all__ = [
    "BiasAudit",
    "ClockRollup",
    "DayRollup",
    "Delivery",
    "DrillRun",
    "EvidenceExport",
    "Incident",
    "LateEvent",
    "ProtectedAttribute",
    "RecordRead",
    "RuleActivation",
    "RuleRollup",
    "SampleRollup",
    "ScoreRollup",
    "Subscription",
    "TrailMark",
    "UndoableDecision",
]
