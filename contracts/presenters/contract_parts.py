"""How versions and gaps of contracts stand, as sign, word and hue."""

from datetime import date

from contracts.domain.clause_gaps import Standing
from contracts.domain.contracting import ContractState
from contracts.models import ContractVersion
from contracts.presenters.parts import State

_STATES = {
    ContractState.DRAFT: State("Draft", "info", "dot"),
    ContractState.PROPOSED: State("Waits for signatures", "warn", "clock"),
    ContractState.IN_FORCE: State("In force", "good", "check"),
    ContractState.REJECTED: State("Sent back", "neutral", "dot"),
    ContractState.SUPERSEDED: State("Superseded", "neutral", "dot"),
    ContractState.TERMINATED: State("Terminated", "bad", "bad"),
}
_STANDINGS = {
    Standing.PRESENT: State("Present", "good", "check"),
    Standing.WEAK: State("Weak", "warn", "warn"),
    Standing.MISSING: State("Missing", "bad", "bad"),
}


def state(version: ContractVersion, today: date) -> State:
    """How a version stands today; one in force whose last day is over has run out."""
    if version.state == ContractState.IN_FORCE and version.valid_until and version.valid_until < today:
        return State("Ran out", "bad", "bad")
    return _STATES[ContractState(version.state)]


def standing(code: Standing) -> State:
    return _STANDINGS[code]
