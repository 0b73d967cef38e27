"""Where a case stands, and its interaction with it: both change together, as the state machines lead."""

from typing import Any

from reviews.domain import transitions
from reviews.enums import CaseState, InteractionState
from reviews.models import Case, Interaction

# What the interaction is called while its case is called so.
_INTERACTION = {
    CaseState.WAITING: InteractionState.AWAITING,
    CaseState.IN_REVIEW: InteractionState.IN_REVIEW,
    CaseState.AWAITING_SECOND: InteractionState.AWAITING_SECOND,
    CaseState.AWAITING_INFORMATION: InteractionState.AWAITING_INFORMATION,
    CaseState.ESCALATED: InteractionState.ESCALATED,
    CaseState.DECIDED: InteractionState.DECIDED,
    CaseState.CLOSED: InteractionState.RELEASED,
}


def move(case: Case, to: CaseState, *, only: CaseState | None = None, **changes: Any) -> bool:
    """Bring a case and its interaction to a state, by conditional update from the states that lead there, or from one
    of them only; False where it stands elsewhere. Part of the caller's transaction."""
    leading = transitions.before(transitions.CASE, to)
    leading = leading if only is None else leading & {only}
    if not Case.objects.filter(pk=case.pk, state__in=leading).update(state=to, **changes):
        return False
    follows = _INTERACTION[to]
    leading = transitions.before(transitions.INTERACTION, follows)
    Interaction.objects.filter(pk=case.interaction_id, state__in=leading).update(state=follows)
    return True
