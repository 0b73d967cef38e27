from reviews.models.case import (
    Case,
    Claim,
    Draft,
    EvidenceView,
    Queue,
    QueueGroupGrant,
    QueueUserGrant,
)
from reviews.models.decision import Decision
from reviews.models.escalation import Escalation, EscalationStep
from reviews.models.interaction import Interaction, Reveal, SubjectTally
from reviews.models.qa import Draw, Evaluation, SamplingPlan, Scorecard
from reviews.models.rule import RoutingDecision, Rule, RuleSet

__all__ = [
    "Case",
    "Claim",
    "Decision",
    "Draft",
    "Draw",
    "Escalation",
    "EscalationStep",
    "Evaluation",
    "EvidenceView",
    "Interaction",
    "Queue",
    "QueueGroupGrant",
    "QueueUserGrant",
    "Reveal",
    "RoutingDecision",
    "Rule",
    "RuleSet",
    "SamplingPlan",
    "Scorecard",
    "SubjectTally",
]
