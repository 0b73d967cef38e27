"""Who may do what to a case, as the state stands: each rule is a pair — `check_can_X` raises with a sentence for a
person, `can_X` wraps it — so that the same words refuse the request and label the dead button."""

from collections.abc import Callable
from datetime import datetime

from audit.errors import Conflict, NotAllowed, NotVisible, Refused
from contracts import access
from contracts.domain import roles as process_roles
from contracts.models import User
from reviews.domain import roles
from reviews.enums import CaseState, InteractionState
from reviews.models import Case, Claim, Decision, Escalation, Evaluation, Interaction, Queue, RuleSet
from reviews.models.case import CLAIMABLE


def allowed(check: Callable[..., None], *args: object, **kwargs: object) -> tuple[bool, str]:
    """Whether a check passes, and the sentence where it does not: what a button needs to know."""
    try:
        check(*args, **kwargs)
    except Refused as refusal:
        return False, refusal.sentence
    return True, ""


def check_can_see_case(user: User, case: Case) -> None:
    """A case is seen by whoever may see its queue or the cases of its process, and by its owner."""
    if case.owner_id == user.pk and user.is_active:
        return
    if access.can(user, roles.VIEW_QUEUE, case.queue) or access.can(user, process_roles.VIEW_CASES, case.process):
        return
    raise NotVisible("not_found", "There is no such case that you can see.")


def check_can_work(user: User, queue: Queue) -> None:
    if access.can(user, roles.WORK_QUEUE, queue):
        return
    if access.can(user, roles.VIEW_QUEUE, queue) or access.can(user, process_roles.VIEW_CASES, queue.process):
        raise NotAllowed("not_allowed", "Only reviewers of this queue work its cases.")
    raise NotVisible("not_found", "There is no such case that you can see.")


def check_can_claim(user: User, case: Case) -> None:
    """Claiming needs the queue, a case that waits, and — for a second review — eyes that have not seen it first."""
    check_can_work(user, case.queue)
    if case.first_reviewer_id == user.pk:
        raise NotAllowed("own_work", "You gave the first review: a second pair of eyes is needed.")
    if case.state == CaseState.AWAITING_SECOND:
        access.check(user, roles.SECOND_REVIEW, case.queue, "Second reviews are given by reviewers of this queue.")
    if case.state not in CLAIMABLE:
        raise Conflict("not_waiting", f"This case is not waiting for anybody: {CaseState(case.state).label.lower()}.")


def holding(user: User, case: Case, at: datetime) -> Claim | None:
    """The user's living claim on the case, if he has one."""
    return case.claims.filter(user=user, ended_at__isnull=True, expires_at__gt=at).first()


def check_holds(user: User, case: Case, at: datetime) -> None:
    """Deciding needs the case in hand: by a living lease, or as the owner of its running escalation."""
    if case.state == CaseState.ESCALATED:
        if case.owner_id != user.pk:
            raise NotAllowed("not_owner", "This case is escalated: it is decided by the person who owns it.")
        return
    if holding(user, case, at) is None:
        check_can_work(user, case.queue)
        if case.decisions.filter(decided_by=user, withdrawn_at__isnull=True).exists():
            raise Conflict("already_decided", "You have decided this case already: nothing was recorded twice.")
        raise Conflict("lease_lapsed", "You do not hold this case any more. Your draft is kept; claim it again.")


def missing_evidence(user: User, case: Case, required: tuple[str, ...]) -> list[str]:
    """The required panels this person has not opened."""
    opened = set(case.evidence_views.filter(user=user).values_list("panel", flat=True))
    return [panel for panel in required if panel not in opened]


def check_can_approve(user: User, case: Case, required: tuple[str, ...], at: datetime) -> None:
    """D6: approval is open once the required evidence was opened by the person who approves."""
    check_holds(user, case, at)
    missing = missing_evidence(user, case, required)
    if missing:
        labels = {panel["name"]: panel.get("label", panel["name"]) for panel in case.interaction.step.evidence}
        named = ", ".join(labels.get(panel, panel) for panel in missing)
        raise Conflict("evidence_missing", f"Open the evidence first: {named}.", "evidence", details=missing)


def check_can_withdraw(user: User, decision: Decision, at: datetime) -> None:
    """Undo belongs to the person who decided, until the release."""
    if decision.decided_by_id != user.pk:
        raise NotAllowed("not_yours", "Only the person who decided can take it back.")
    interaction = decision.interaction
    if not decision.is_final or decision.withdrawn_at or interaction.state != InteractionState.DECIDED:
        raise Conflict("undo_over", "There is nothing to take back any more.")
    if interaction.release_after is None or interaction.release_after <= at:
        raise Conflict("undo_over", "It has been released already.")


def check_can_reveal(user: User, case: Case) -> None:
    access.check(
        user, process_roles.REVEAL_PERSONAL, case.process, "Your role may not see the personal data of this process."
    )


def check_can_see_story(user: User, interaction: Interaction) -> None:
    access.check(
        user, process_roles.VIEW_STORY, interaction.process, "Your role may not read the whole story of an interaction."
    )


def check_can_own(user: User, escalation: Escalation) -> None:
    if escalation.owner_id != user.pk:
        raise NotAllowed("not_owner", "This escalation belongs to somebody else.")


def check_can_propose(user: User, ruleset: RuleSet) -> None:
    access.check(
        user, process_roles.PROPOSE_RULES, ruleset.process, "Rules are drafted by the client’s administrators."
    )


def check_can_approve_rules(user: User, ruleset: RuleSet) -> None:
    access.check(
        user, process_roles.APPROVE_RULES, ruleset.process, "Rules are approved by the client’s administrators or owner."
    )
    if ruleset.author_id == user.pk or ruleset.proposed_by_id == user.pk:
        raise NotAllowed("own_rules", "You wrote these rules: somebody else approves them.")


def touched(interaction: Interaction) -> set:
    """Everybody who had a hand in an interaction: they, and whoever they lead, do not audit it (F2)."""
    case = getattr(interaction, "case", None)
    if case is None:
        return set()
    people = set(case.decisions.values_list("decided_by", flat=True))
    people |= set(case.claims.values_list("user", flat=True))
    people |= set(case.escalations.values_list("steps__owner", flat=True))
    return people - {None}


def check_can_evaluate(user: User, evaluation: Evaluation) -> None:
    """F2: an auditor never scores what he touched, nor what his own team or his lead's team touched."""
    access.check(
        user, process_roles.EVALUATE_SAMPLE, evaluation.process, "Samples are scored by QA auditors of this process."
    )
    people = touched(evaluation.interaction)
    if user.pk in people:
        raise NotAllowed("not_independent", "You had a hand in this interaction: somebody else scores it.")
    leads = set(User.objects.filter(pk__in=people).values_list("lead", flat=True)) - {None}
    if user.pk in leads or (user.lead_id is not None and (user.lead_id in leads or user.lead_id in people)):
        raise NotAllowed("not_independent", "Your team had a hand in this interaction: another team scores it.")
