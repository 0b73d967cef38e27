"""What a person must not see yet: the first verdict before the second is in (D8), the AI's before his own (B5, D3)."""

from reviews.enums import CaseState

_ROUND_OPEN = frozenset({CaseState.AWAITING_SECOND, CaseState.IN_REVIEW, CaseState.AWAITING_INFORMATION})
_DONE = frozenset({CaseState.DECIDED, CaseState.CLOSED})

# Events that tell what the first reviewer made of a case, and those that would tell that something was told.
VERDICT_EVENTS = frozenset({"review.decided", "review.overridden", "review.withdrawn"})


def first_verdict_hidden(*, state: str, second_round: bool, decided: bool) -> bool:
    """True while a second review is open, for everybody who has not decided on the case himself."""
    return second_round and state in _ROUND_OPEN and not decided


def ai_output_hidden(*, category: str, state: str, decided: bool) -> bool:
    """True on a step that belongs to people, until the case is decided or the person's own outcome is recorded."""
    return category == "D3" and state not in _DONE and not decided
