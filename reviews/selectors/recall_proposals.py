"""What automatic QA proposes to recall: what waits for a person, and one proposal with all its page shows (F4)."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from audit.errors import NotAllowed, NotVisible
from contracts import access
from contracts.domain.roles import VIEW_CASES
from contracts.models import User
from reviews import permissions
from reviews.domain.autoqa.watch import REASON
from reviews.domain.qa_kinds import ProposalState
from reviews.enums import InteractionState, Verdict
from reviews.models import Interaction, RecallProposal
from reviews.selectors import evaluations

PAGE = 50


def unseen(interactions: Collection[UUID]) -> list[Interaction]:
    """Of these, what went out as the AI wrote it, is not recalled, and was not held for its flags before a person let it go:
    of those nobody has decided yet what to make of a flag."""
    found = (
        Interaction.objects.filter(pk__in=interactions, is_honeypot=False)
        .filter(Q(final_decision__isnull=True) | Q(final_decision__verdict=Verdict.APPROVE))
        .exclude(state=InteractionState.RECALLED)
        .select_related("process__client")
        .order_by("pk")
    )
    return [one for one in found if all(reason["code"] != REASON for reason in one.reasons)]


def waiting(user: User, limit: int = PAGE) -> tuple[list[RecallProposal], bool]:
    """The oldest that wait for a person, on the processes whose cases the user may see, and whether there are more.

    An auditor who is still to score an interaction does not learn here what was found in it (F2).
    """
    rows = list(
        RecallProposal.objects.filter(
            process__in=access.processes(user, VIEW_CASES).values("pk"), state=ProposalState.OPEN
        )
        .select_related("process", "interaction__step")
        .order_by("opened_at", "pk")[: limit + 1]
    )
    hidden = evaluations.blind_to(user, [row.interaction_id for row in rows[:limit]])
    return [row for row in rows[:limit] if row.interaction_id not in hidden], len(rows) > limit


def one(user: User, proposal_id: UUID) -> RecallProposal:
    """A proposal with all its page shows. Raises NotVisible for strangers, NotAllowed for those who see no cases and for an
    auditor who is still to score the interaction."""
    found = (
        _whole()
        .select_related(
            "interaction__step",
            "interaction__final_decision__decided_by",
            "calibration__engine",
            "settled_by",
        )
        .filter(pk=proposal_id)
        .first()
    )
    if found is None:
        raise _unknown()
    permissions.check_can_see_recalls(user, found.process)
    if evaluations.blind_to(user, [found.interaction_id]):
        raise NotAllowed("to_score", "Score the interaction first: this would tell you what was found.")
    return found


def found(proposal_id: UUID) -> RecallProposal:
    """A proposal by its key, for a service that looks at rights itself. Raises NotVisible for an unknown one."""
    row = _whole().select_related("interaction__final_decision").filter(pk=proposal_id).first()
    if row is None:
        raise _unknown()
    return row


def _whole() -> QuerySet[RecallProposal]:
    return RecallProposal.objects.select_related("process__client", "interaction__process__client")


def _unknown() -> NotVisible:
    return NotVisible("not_found", "There is no such proposal that you can see.")
