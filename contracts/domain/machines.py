"""State machines as dicts: from each state, the states it may go to. The first one begins."""

from collections.abc import Mapping

Machine = Mapping[str, frozenset[str]]


def machine(**states: str) -> Machine:
    return {state: frozenset(targets.split()) for state, targets in states.items()}


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
