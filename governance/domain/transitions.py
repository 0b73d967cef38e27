"""The state machines of oversight; services change a state by conditional update, from the states `before` names."""

from collections.abc import Mapping

from contracts.domain.machines import Machine, before, final_states, machine, mermaid

__all__ = ["INCIDENT", "MACHINES", "before", "final_states", "mermaid"]

# Closed by a person who decides; what happens again is another one.
INCIDENT = machine(
    reported="closed",
    closed="",
)

MACHINES: Mapping[str, Machine] = {"incident": INCIDENT}
