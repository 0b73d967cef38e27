"""The state machines of the work, as dicts: from each state, the states it may go to. The first one begins.

Services change a state by conditional update, from the states that `before` names.
"""

from collections.abc import Mapping

Machine = Mapping[str, frozenset[str]]


def _machine(**states: str) -> Machine:
    return {state: frozenset(targets.split()) for state, targets in states.items()}


# Escalated while it waits means that a limit ran out; decided → in_review is an undo before the release. Escalated →
# escalated is a recommendation from above the queue that goes on to the final decision-maker.
INTERACTION = _machine(
    received="quarantined auto_released awaiting",
    quarantined="awaiting",
    auto_released="",
    awaiting="in_review escalated",
    in_review="awaiting awaiting_second awaiting_information escalated decided",
    awaiting_second="in_review escalated",
    awaiting_information="awaiting awaiting_second in_review escalated",
    escalated="awaiting awaiting_second in_review escalated decided",
    decided="in_review escalated released",
    released="",
)

# A case begins to wait where a person is needed, follows its interaction, and closes with the release.
CASE = _machine(
    waiting="in_review escalated",
    in_review="waiting awaiting_second awaiting_information escalated decided",
    awaiting_second="in_review escalated",
    awaiting_information="waiting awaiting_second in_review escalated",
    escalated="waiting awaiting_second in_review escalated decided",
    decided="in_review escalated closed",
    closed="",
)

# Open → open is the promotion to the next level, which has to be acknowledged anew; resolved → acknowledged is
# an undo of the decision that resolved it.
ESCALATION = _machine(
    open="open acknowledged resolved",
    acknowledged="open resolved",
    resolved="acknowledged",
)

# Superseded → active is the rollback.
RULE_SET = _machine(
    draft="proposed",
    proposed="active rejected draft",
    active="superseded",
    superseded="active",
    rejected="",
)

EVALUATION = _machine(
    drawn="submitted void",
    submitted="void",
    void="",
)

MACHINES: Mapping[str, Machine] = {
    "interaction": INTERACTION,
    "case": CASE,
    "escalation": ESCALATION,
    "rule set": RULE_SET,
    "evaluation": EVALUATION,
}


def before(machine: Machine, wanted: str) -> frozenset[str]:
    """The states from which `machine` leads straight to `wanted`."""
    return frozenset(state for state, targets in machine.items() if wanted in targets)


def final_states(machine: Machine) -> frozenset[str]:
    """The states from which nothing leads on."""
    return frozenset(state for state, targets in machine.items() if not targets)


def mermaid(machine: Machine) -> str:
    """The machine as a Mermaid state diagram, the same text each time."""
    lines = ["stateDiagram-v2", f"    [*] --> {next(iter(machine))}"]
    for state, targets in machine.items():
        lines += [f"    {state} --> {target}" for target in machine if target in targets]
        if not targets:
            lines.append(f"    {state} --> [*]")
    return "\n".join(lines) + "\n"
