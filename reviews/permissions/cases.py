"""Who sees, claims, decides, takes back and reveals: the rights of people and agents on a case."""

from collections.abc import Collection
from datetime import datetime

from audit.errors import Conflict, NotAllowed, NotVisible
from contracts import access
from contracts.domain import roles as process_roles
from contracts.models import Process, User
from reviews.domain import roles
from reviews.enums import CaseState, InteractionState
from reviews.models import Case, Claim, Decision, EscalationStep, Interaction, Queue
from reviews.models.case import CLAIMABLE
from reviews.permissions.escalations import check_can_decide_escalations


def check_can_see_case(user: User, case: Case) -> None:
    """A case is seen by whoever may see its queue or the cases of its process.

    Owning it opens nothing: whoever lost his role does not see what he had in hand any more. A control item is not there
    for whoever may read stories: it has none.
    """
    _check_is_there(user, case)
    if access.can(user, roles.VIEW_QUEUE, case.queue) or access.can(
        user, process_roles.VIEW_CASES, case.process
    ):
        return
    raise NotVisible("not_found", "There is no such case that you can see.")


def _check_is_there(user: User, case: Case) -> None:
    if case.meant_for_id is not None and access.can(user, process_roles.VIEW_STORY, case.process):
        raise NotVisible("not_found", "There is no such case that you can see.")


def check_can_see_cases_of(user: User, process: Process) -> None:
    access.check(
        user, process_roles.VIEW_CASES, process, "Single interactions are seen by those who see its cases."
    )


def check_can_pause(user: User, case: Case) -> None:
    """Whoever leads the reviewers says when the clocks of a case stood still; nobody does so for his own reviews."""
    check_can_see_case(user, case)
    access.check(
        user,
        process_roles.LEAD_REVIEWERS,
        case.process,
        "Clocks are paused by team leads and operations managers.",
    )
    if (
        case.claims.filter(user=user).exists()
        or EscalationStep.objects.filter(escalation__case=case, owner=user).exists()
    ):
        raise NotAllowed(
            "own_work", "This case was in your own hands: somebody else says when it stood still."
        )


def check_can_work(user: User, queue: Queue) -> None:
    if access.can(user, roles.WORK_QUEUE, queue):
        return
    if access.can(user, roles.VIEW_QUEUE, queue) or access.can(user, process_roles.VIEW_CASES, queue.process):
        raise NotAllowed("not_allowed", "Only reviewers of this queue work its cases.")
    raise NotVisible("not_found", "There is no such case that you can see.")


def check_can_claim(user: User, case: Case) -> None:
    """Claiming needs the queue, a case that waits, and — for a second review — eyes that have not seen it first."""
    _check_is_there(user, case)
    check_can_work(user, case.queue)
    if case.first_reviewer_id == user.pk:
        raise NotAllowed("own_work", "You gave the first review: a second pair of eyes is needed.")
    if case.state == CaseState.AWAITING_SECOND:
        access.check(
            user, roles.SECOND_REVIEW, case.queue, "Second reviews are given by reviewers of this queue."
        )
    if case.state not in CLAIMABLE:
        raise Conflict(
            "not_waiting", f"This case is not waiting for anybody: {CaseState(case.state).label.lower()}."
        )


def holding(user: User, case: Case, at: datetime) -> Claim | None:
    """The user's living claim on the case, if he has one."""
    return case.claims.filter(user=user, ended_at__isnull=True, expires_at__gt=at).first()


def check_holds(user: User, case: Case, at: datetime) -> Claim | None:
    """Deciding needs the case in hand: by a living lease, which is returned, or as the owner of its running escalation.

    And the right to it still: a role that was taken back during the lease ends what the lease allowed.
    """
    held = holding(user, case, at) if case.state != CaseState.ESCALATED else None
    check_in_hand(user, case, held)
    return held


def check_in_hand(user: User, case: Case, held: Claim | None) -> None:
    """What `check_holds` asks, for whoever has read the user's living claim."""
    if case.state == CaseState.ESCALATED:
        check_can_see_case(user, case)
        if case.owner_id != user.pk:
            raise NotAllowed("not_owner", "This case is escalated: it is decided by the person who owns it.")
        check_can_decide_escalations(user, case.process)
        return
    check_can_work(user, case.queue)
    if held is None:
        if case.decisions.filter(decided_by=user, withdrawn_at__isnull=True).exists():
            raise Conflict(
                "already_decided", "You have decided this case already: nothing was recorded twice."
            )
        raise Conflict(
            "lease_lapsed", "You do not hold this case any more. Your draft is kept; claim it again."
        )


def check_can_approve(case: Case, required: Collection[str], opened: Collection[str]) -> None:
    """D6: approval is open once the person who has the case in hand opened the required evidence."""
    if missing := [panel for panel in required if panel not in opened]:
        labels = {
            panel["name"]: panel.get("label", panel["name"]) for panel in case.interaction.step.evidence
        }
        named = ", ".join(labels.get(panel, panel) for panel in missing)
        raise Conflict("evidence_missing", f"Open the evidence first: {named}.", "evidence", details=missing)


def check_can_withdraw(user: User, decision: Decision, at: datetime) -> None:
    """Undo belongs to the person who decided, while he may still see the case, until the release."""
    check_can_see_case(user, decision.case)
    if decision.decided_by_id != user.pk:
        raise NotAllowed("not_yours", "Only the person who decided can take it back.")
    interaction = decision.interaction
    if not decision.is_final or decision.withdrawn_at or interaction.state != InteractionState.DECIDED:
        raise Conflict("undo_over", "There is nothing to take back any more.")
    if interaction.release_after is None or interaction.release_after <= at:
        raise Conflict("undo_over", "It has been released already.")


def check_can_reveal(user: User, case: Case) -> None:
    access.check(
        user,
        process_roles.REVEAL_PERSONAL,
        case.process,
        "Your role may not see the personal data of this process.",
    )


def check_can_see_story(user: User, interaction: Interaction) -> None:
    if interaction.is_honeypot:
        raise NotVisible("not_found", "There is no such interaction that you can see.")
    access.check(
        user,
        process_roles.VIEW_STORY,
        interaction.process,
        "Your role may not read the whole story of an interaction.",
    )


def check_is_agent_of(agent: User, interaction: Interaction) -> None:
    """An AI agent speaks about what it posted itself, while it may still post; of everything else it knows nothing."""
    posts = access.can(agent, process_roles.POST_INTERACTION, interaction.process)
    if interaction.agent_id != agent.pk or interaction.is_honeypot or not posts:
        raise NotVisible("not_found", "There is no such interaction of yours.")
