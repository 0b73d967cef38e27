"""What a person must not see yet: a verdict before he has given his own judgement as second reviewer (D8) or as auditor
(F2), and the AI's before his own (B5, D3)."""

from reviews.enums import CaseState

_ROUND_OPEN = frozenset({CaseState.AWAITING_SECOND, CaseState.IN_REVIEW, CaseState.AWAITING_INFORMATION})
_DONE = frozenset({CaseState.DECIDED, CaseState.CLOSED})

# Events that tell what a reviewer made of a case, those that would tell that something was told, and the facts by
# which others repeat it.
VERDICT_EVENTS = frozenset(
    {
        "review.decided",
        "review.overridden",
        "review.withdrawn",
        "release.recalled",
        "release.recall_corrected",
        "release.recall_acknowledged",
        "release.recall_notice",
        "release.recall_confirmed",
        "action.opened",
        "action.assigned",
        "action.done",
        "action.returned",
        "action.verified",
        # Who is to give the second score does not read the first one, nor what was said about it (F6).
        "qa.submitted",
        "qa.disputed",
        "qa.adjudicated",
        "qa.second_submitted",
        "qa.closed",
    }
)
VERDICT_FACTS = frozenset({"verdict"})


def verdicts_hidden(*, state: str, second_round: bool, decided: bool, to_score: bool) -> bool:
    """True while a second review is open, for everybody who has not decided on the case himself; and for an auditor who
    is still to score it."""
    return to_score or (second_round and state in _ROUND_OPEN and not decided)


def ai_output_hidden(*, category: str, state: str, decided: bool) -> bool:
    """True on a step that belongs to people, until the case is decided or the person's own outcome is recorded."""
    return category == "D3" and state not in _DONE and not decided
