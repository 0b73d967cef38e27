from reviews.models.auto_qa import ActingFlags, AutoQa, EngineCalibration
from reviews.models.case import (
    Case,
    Claim,
    Draft,
    EvidenceView,
    Queue,
    QueueGroupGrant,
    QueueUserGrant,
)
from reviews.models.clock import CaseClock, ClockPause
from reviews.models.consequence import CorrectiveAction, RecalibrationFinding
from reviews.models.decision import Decision
from reviews.models.drill import EscalationDrill, EscalationDrillCall
from reviews.models.enhanced_mode import EnhancedMode
from reviews.models.escalation import Escalation, EscalationStep
from reviews.models.extra_pick import ExtraPick
from reviews.models.fixed_frame import FixedFrame
from reviews.models.honeypot import ControlItem, Honeypot, HoneypotPlan
from reviews.models.interaction import Interaction, Reveal, SubjectTally
from reviews.models.qa import Draw, Evaluation, SamplingPlan, Scorecard
from reviews.models.qa_review import CalibrationSession, Dispute, SecondScore
from reviews.models.recall import Recall, RecallProposal
from reviews.models.rule import RoutingDecision, Rule, RuleSet, ShadowDifference
from reviews.models.simulation import RuleSimulation, SimulatedChange
from reviews.models.vigilance import ReviewerSignal, VigilanceAction, VigilanceNotice

__all__ = [
    "CaseClock",
    "ClockPause",
    "ActingFlags",
    "AutoQa",
    "CalibrationSession",
    "Case",
    "Claim",
    "ControlItem",
    "CorrectiveAction",
    "Decision",
    "Dispute",
    "Draft",
    "Draw",
    "EngineCalibration",
    "EnhancedMode",
    "Escalation",
    "EscalationDrill",
    "EscalationDrillCall",
    "EscalationStep",
    "Evaluation",
    "EvidenceView",
    "ExtraPick",
    "FixedFrame",
    "Honeypot",
    "HoneypotPlan",
    "Interaction",
    "Queue",
    "QueueGroupGrant",
    "QueueUserGrant",
    "RecalibrationFinding",
    "Recall",
    "RecallProposal",
    "Reveal",
    "ReviewerSignal",
    "RoutingDecision",
    "Rule",
    "RuleSet",
    "RuleSimulation",
    "SamplingPlan",
    "Scorecard",
    "SecondScore",
    "ShadowDifference",
    "SimulatedChange",
    "SubjectTally",
    "VigilanceAction",
    "VigilanceNotice",
]
