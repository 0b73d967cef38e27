"""The state machines of the work, as dicts: from each state, the states it may go to. The first one begins.

Services change a state by conditional update, from the states that `before` names.
"""

from collections.abc import Mapping

from contracts.domain.machines import Machine, before, final_states, machine, mermaid

__all__ = [
    "CASE",
    "CLOCK",
    "CORRECTIVE_ACTION",
    "ESCALATION",
    "ESCALATION_DRILL",
    "EVALUATION",
    "HONEYPOT",
    "INTERACTION",
    "MACHINES",
    "RECALL",
    "RULE_SET",
    "SIMULATION",
    "before",
    "final_states",
    "mermaid",
]

# Suspended is what came in during a shadow halt: when it ends, a person gets it. Escalated while it waits means that a
# limit ran out; decided → in_review is an undo before the release. Escalated → escalated is a recommendation from above
# the queue that goes on to the final decision-maker.
INTERACTION = machine(
    received="quarantined auto_released awaiting suspended",
    quarantined="awaiting",
    suspended="awaiting",
    auto_released="recalled",
    awaiting="in_review escalated",
    in_review="awaiting awaiting_second awaiting_information escalated decided",
    awaiting_second="in_review escalated",
    awaiting_information="awaiting awaiting_second in_review escalated",
    escalated="awaiting awaiting_second in_review escalated decided",
    decided="in_review escalated released",
    released="recalled",
    recalled="",
)

# A case begins to wait where a person is needed, follows its interaction, and closes with the release. That of a control
# item closes by itself: withdrawn while it waits, or once its reviewer has said what he thinks of it.
CASE = machine(
    waiting="in_review escalated closed",
    in_review="waiting awaiting_second awaiting_information escalated decided",
    awaiting_second="in_review escalated closed",
    awaiting_information="waiting awaiting_second in_review escalated",
    escalated="waiting awaiting_second in_review escalated decided closed",
    decided="in_review escalated closed",
    closed="",
)

# Open → open is the promotion to the next level, which has to be acknowledged anew; resolved → acknowledged is
# an undo of the decision that resolved it.
ESCALATION = machine(
    open="open acknowledged resolved",
    acknowledged="open resolved",
    resolved="acknowledged",
)

# Running → running is the call to the next level, when nobody answered in time.
ESCALATION_DRILL = machine(
    running="running answered unanswered cancelled",
    answered="",
    unanswered="",
    cancelled="",
)

# Simulated → simulated compares with other rules in force, approved → proposed is an activation at a set time that found
# the rules changed. Superseded → active is the rollback; draft and proposed → active need an emergency or, for a proposal,
# a process that has no rules in force.
RULE_SET = machine(
    draft="proposed active discarded",
    proposed="simulated approved active rejected",
    simulated="simulated approved active rejected",
    approved="proposed active rejected",
    active="superseded",
    superseded="active",
    rejected="",
    discarded="",
)

# Requested → failed where three workers died over it; running → running where another worker begins it anew.
SIMULATION = machine(
    requested="running cancelled failed",
    running="running done cancelled failed",
    done="",
    cancelled="",
    failed="",
)

DRAW = machine(
    fixed="drawn",
    drawn="",
)

# Acknowledged → open is another correction, which the client's system has to take note of anew.
RECALL = machine(
    open="acknowledged",
    acknowledged="open confirmed",
    confirmed="",
)

# Recalled also by whoever recalls the output without having seen the proposal.
RECALL_PROPOSAL = machine(
    open="recalled dismissed",
    recalled="",
    dismissed="",
)

# Done → open: whoever verifies it found that it does not help.
CORRECTIVE_ACTION = machine(
    open="done",
    done="open verified",
    verified="",
)

# A score nobody disputed in time, and one that was adjudicated, is closed when the time to dispute it is over.
EVALUATION = machine(
    drawn="submitted void",
    submitted="disputed closed void",
    disputed="adjudicated void",
    adjudicated="closed void",
    closed="",
    void="",
)

# Served is put before a reviewer; caught and missed wait until he can take nothing back any more.
HONEYPOT = machine(
    planned="served withdrawn",
    served="caught missed withdrawn",
    caught="",
    missed="",
    withdrawn="",
)

# Missed → met is a judgement that a pause entered afterwards changed.
CLOCK = machine(
    running="met missed",
    met="",
    missed="met",
)

MACHINES: Mapping[str, Machine] = {
    "interaction": INTERACTION,
    "case": CASE,
    "escalation": ESCALATION,
    "escalation drill": ESCALATION_DRILL,
    "rule set": RULE_SET,
    "simulation": SIMULATION,
    "draw": DRAW,
    "evaluation": EVALUATION,
    "honeypot": HONEYPOT,
    "recall": RECALL,
    "recall proposal": RECALL_PROPOSAL,
    "corrective action": CORRECTIVE_ACTION,
    "clock": CLOCK,
}
