"""The state machines of agreement; services change a state by conditional update, from the states `before` names."""

from collections.abc import Mapping

from contracts.domain.machines import Machine, before, final_states, machine, mermaid

__all__ = [
    "BREACH",
    "CONTRACT_VERSION",
    "HALT",
    "MACHINES",
    "MODEL_CHANGE",
    "RACI",
    "SERVICE_LEVELS",
    "before",
    "final_states",
    "mermaid",
]

# Asked for by whoever works there, engaged by whoever may; it governs from `engaged` until somebody else releases it.
HALT = machine(
    requested="engaged declined",
    engaged="release_requested",
    release_requested="released",
    declined="",
    released="",
)

# Both parties sign a proposal; what is sent back is copied into another draft, never reopened.
CONTRACT_VERSION = machine(
    draft="proposed",
    proposed="in_force rejected",
    in_force="superseded terminated",
    rejected="",
    superseded="",
    terminated="",
)

# A change of a model, from its draft to the end of its watch. Where it was deployed in an emergency, another party ratifies it.
MODEL_CHANGE = machine(
    draft="notified emergency_deployed",
    notified="classified rejected",
    classified="in_test client_review rejected",
    in_test="client_review rejected",
    client_review="approved objection rejected",
    objection="in_test rejected",
    approved="scheduled rejected",
    scheduled="deployed rejected",
    deployed="watch rolled_back",
    watch="closed rolled_back",
    emergency_deployed="ratified rolled_back",
    ratified="",
    rejected="",
    closed="",
    rolled_back="",
)

# Drafted and proposed by one person, in force once both parties have signed it.
RACI = machine(
    draft="proposed",
    proposed="in_force sent_back",
    in_force="superseded",
    superseded="",
    sent_back="",
)

# Written by one party, and in force once both have accepted it.
SERVICE_LEVELS = machine(
    draft="proposed",
    proposed="active rejected",
    active="superseded",
    superseded="",
    rejected="",
)

# Recorded → waived is the withdrawal of one that a later fact disproves, such as a pause that was entered afterwards.
BREACH = machine(
    recorded="disputed waived",
    disputed="upheld waived",
    upheld="",
    waived="",
)

MACHINES: Mapping[str, Machine] = {
    "halt": HALT,
    "contract_version": CONTRACT_VERSION,
    "model_change": MODEL_CHANGE,
    "raci": RACI,
    "service_levels": SERVICE_LEVELS,
    "breach": BREACH,
}
