"""The state machines of agreement; services change a state by conditional update, from the states `before` names."""

from collections.abc import Mapping

from contracts.domain.machines import Machine, before, final_states, machine, mermaid

__all__ = ["CONTRACT_VERSION", "HALT", "MACHINES", "before", "final_states", "mermaid"]

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

MACHINES: Mapping[str, Machine] = {"halt": HALT, "contract_version": CONTRACT_VERSION}
