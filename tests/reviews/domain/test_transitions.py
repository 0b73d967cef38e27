import pytest

from reviews import enums
from reviews.domain import qa_kinds, transitions
from reviews.domain.clock_kinds import ClockState
from reviews.domain.transitions import CASE, ESCALATION, INTERACTION, MACHINES, RULE_SET

STATES = {
    "interaction": enums.InteractionState,
    "case": enums.CaseState,
    "escalation": enums.EscalationState,
    "escalation drill": enums.DrillState,
    "rule set": enums.RuleSetState,
    "simulation": enums.SimulationState,
    "draw": enums.DrawState,
    "evaluation": enums.EvaluationState,
    "honeypot": enums.HoneypotState,
    "recall": enums.RecallState,
    "recall proposal": qa_kinds.ProposalState,
    "corrective action": enums.ActionState,
    "clock": ClockState,
}
FINAL = {
    "interaction": {"recalled"},
    "case": {"closed"},
    "escalation": set(),
    "escalation drill": {"answered", "unanswered", "cancelled"},
    "rule set": {"rejected", "discarded"},
    "simulation": {"done", "cancelled", "failed"},
    "draw": {"drawn"},
    "evaluation": {"closed", "void"},
    "honeypot": {"caught", "missed", "withdrawn"},
    "recall": {"confirmed"},
    "recall proposal": {"recalled", "dismissed"},
    "corrective action": {"verified"},
    "clock": {"met"},
}
machines = pytest.mark.parametrize("name", MACHINES)


@machines
def test_a_machine_has_its_states_and_ends(name):
    machine = MACHINES[name]

    assert list(machine) == [state.value for state in STATES[name]]
    assert transitions.final_states(machine) == FINAL[name]


@machines
def test_every_state_can_be_reached_and_left_towards_an_end(name):
    machine = MACHINES[name]
    reached, frontier = set(), {next(iter(machine))}
    while frontier:
        reached |= frontier
        frontier = set().union(*(machine[state] for state in frontier)) - reached
    # A rule set may stay active for good, an escalation resolved.
    ending = set(transitions.final_states(machine)) | ({"active", "resolved"} & set(machine))
    for _ in machine:
        ending |= {state for state, targets in machine.items() if targets & ending}

    assert reached == set(machine)
    assert ending == set(machine)


@machines
def test_before_is_the_machine_read_backwards(name):
    machine = MACHINES[name]

    for wanted in [*machine, "lost"]:
        leading = {state for state, targets in machine.items() if wanted in targets}
        assert transitions.before(machine, wanted) == leading


def test_a_case_follows_its_interaction():
    """But for that of a control item, which is closed where it stands: nothing of it is ever released."""
    other_words = {"waiting": "awaiting", "closed": "released"}
    control = {"waiting", "awaiting_second", "escalated"}
    followed = {
        other_words.get(state, state): {
            other_words.get(target, target)
            for target in targets - ({"closed"} if state in control else set())
        }
        for state, targets in CASE.items()
    }

    # What is recalled stays closed: the recall is a work of its own.
    own = {state: INTERACTION[state] - {"recalled"} for state in followed}
    assert followed == own


def test_what_waits_for_a_person_is_never_released_without_a_decision():
    assert {state for state, targets in INTERACTION.items() if "released" in targets} == {"decided"}
    assert {state for state, targets in INTERACTION.items() if "auto_released" in targets} == {"received"}


def test_what_is_escalated_can_be_escalated_anew_and_a_rule_set_rolled_back():
    assert "open" in transitions.before(ESCALATION, "open")
    assert "escalated" in transitions.before(CASE, "escalated")
    assert "superseded" in transitions.before(RULE_SET, "active")


def test_mermaid_draws_the_ends():
    assert transitions.mermaid({"a": frozenset("b"), "b": frozenset()}).endswith(
        "    a --> b\n    b --> [*]\n"
    )


def test_mermaid_draws_every_transition():
    assert transitions.mermaid(ESCALATION) == (
        "stateDiagram-v2\n"
        "    [*] --> open\n"
        "    open --> open\n"
        "    open --> acknowledged\n"
        "    open --> resolved\n"
        "    acknowledged --> open\n"
        "    acknowledged --> resolved\n"
        "    resolved --> acknowledged\n"
    )
