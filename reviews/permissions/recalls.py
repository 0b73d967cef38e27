"""Who recalls what went out, and who says what has to be said before a recall is over."""

from audit.errors import Conflict, NotAllowed
from contracts import access
from contracts.domain import roles as process_roles
from contracts.models import Process, User
from reviews.domain.qa_kinds import ProposalState
from reviews.enums import InteractionState, RecallState
from reviews.models import Interaction, Recall, RecallProposal
from reviews.models.interaction import RELEASED

NOT_OUT = "It has not gone out: while it is being decided, the decision can be taken back instead."
RECALLED = "It is recalled already; the recall can be corrected until its fix is confirmed."
SETTLED = "This proposal is settled already."
OVER = "This recall is over: its fix was confirmed."


def check_can_see_recalls(user: User, process: Process) -> None:
    access.check(
        user,
        process_roles.VIEW_CASES,
        process,
        "Recalls are read by those who see the cases of the process.",
    )


def check_can_recall(user: User, interaction: Interaction) -> None:
    """D4: a senior reviewer, a team lead or the client's owner recalls what went out; before that it is withdrawn."""
    check_may_recall(user, interaction.process)
    if interaction.state == InteractionState.RECALLED:
        raise Conflict("recalled", RECALLED)
    if interaction.state not in RELEASED:
        raise Conflict("not_released", NOT_OUT)


def check_may_recall(user: User, process: Process) -> None:
    access.check(
        user,
        process_roles.RECALL_OUTPUT,
        process,
        "What went out is recalled by senior reviewers, team leads and the client’s owner.",
    )


def check_can_dismiss(user: User, proposal: RecallProposal) -> None:
    """F4: whoever may recall an output says why it may stand instead, but not of what he let go himself."""
    check_may_recall(user, proposal.process)
    if proposal.state != ProposalState.OPEN:
        raise Conflict("proposal_settled", SETTLED)
    decision = proposal.interaction.final_decision
    if decision is not None and decision.decided_by_id == user.pk:
        raise NotAllowed("own_decision", "You decided this output: somebody else says whether it may stand.")


def check_can_correct(user: User, recall: Recall) -> None:
    check_may_recall(user, recall.process)
    check_is_running(recall)


def check_can_acknowledge(user: User, recall: Recall) -> None:
    """Where no system answers, whoever answers for the integration says that it knows."""
    access.check(
        user,
        process_roles.MANAGE_WEBHOOKS,
        recall.process,
        "That the client’s system knows is said by the system, or by those who set up its webhooks.",
    )
    if recall.state == RecallState.ACKNOWLEDGED:
        raise Conflict("acknowledged", "The client’s system knows already.")
    check_is_running(recall)


def check_can_decide_notice(user: User, recall: Recall) -> None:
    access.check(
        user,
        process_roles.TELL_CUSTOMERS,
        recall.process,
        "Whether the customer is told is decided by the client.",
    )
    if recall.notify is not None:
        raise Conflict("notice_decided", "Whether the customer is told has been decided already.")
    check_is_running(recall)


def check_can_confirm(user: User, recall: Recall) -> None:
    """The fix is confirmed by somebody who did not open the recall, once everything else was said."""
    check_may_recall(user, recall.process)
    check_is_running(recall)
    if recall.opened_by_id == user.pk:
        raise NotAllowed("own_recall", "You opened this recall: somebody else confirms the fix.")
    if not recall.remedy:
        raise Conflict("no_correction", "Say first what takes the place of the output.")
    if recall.state == RecallState.OPEN:
        raise Conflict("not_acknowledged", "The client’s system has not taken note of it yet.")
    if recall.notify is None:
        raise Conflict("no_notice", "The client has not decided yet whether the customer is told.")


def check_is_running(recall: Recall) -> None:
    if recall.state == RecallState.CONFIRMED:
        raise Conflict("recall_over", OVER)
