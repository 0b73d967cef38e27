"""Who may do what to a case, as the state stands: each rule is a pair — `check_can_X` raises with a sentence for a
person, `can_X` wraps it — so that the same words refuse the request and label the dead button."""

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Model, Q

from audit.errors import Conflict, NotAllowed, NotVisible, Refused
from contracts import access
from contracts.domain import roles as process_roles
from contracts.enums import Authority
from contracts.models import Process, User
from contracts.selectors import authority
from reviews.domain import roles
from reviews.enums import CaseState, InteractionState, RuleSetState
from reviews.models import (
    Case,
    Claim,
    Decision,
    Draft,
    Escalation,
    EscalationStep,
    Evaluation,
    EvidenceView,
    Interaction,
    Queue,
    Reveal,
    RuleSet,
)
from reviews.models.case import CLAIMABLE


def allowed(check: Callable[..., None], *args: object, **kwargs: object) -> tuple[bool, str]:
    """Whether a check passes, and the sentence where it does not: what a button needs to know."""
    try:
        check(*args, **kwargs)
    except Refused as refusal:
        return False, refusal.sentence
    return True, ""


def check_can_see_case(user: User, case: Case) -> None:
    """A case is seen by whoever may see its queue or the cases of its process.

    Owning it opens nothing: whoever lost his role does not see what he had in hand any more.
    """
    if access.can(user, roles.VIEW_QUEUE, case.queue) or access.can(
        user, process_roles.VIEW_CASES, case.process
    ):
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
    access.check(
        user,
        process_roles.VIEW_STORY,
        interaction.process,
        "Your role may not read the whole story of an interaction.",
    )


def check_is_agent_of(agent: User, interaction: Interaction) -> None:
    """An AI agent speaks about what it posted itself, while it may still post; of everything else it knows nothing."""
    posts = access.can(agent, process_roles.POST_INTERACTION, interaction.process)
    if interaction.agent_id != agent.pk or not posts:
        raise NotVisible("not_found", "There is no such interaction of yours.")


def check_can_own(user: User, escalation: Escalation) -> None:
    """Owning an escalation opens it to whoever may still decide escalations of the process."""
    if escalation.owner_id != user.pk:
        raise NotAllowed("not_owner", "This escalation belongs to somebody else.")
    check_can_decide_escalations(user, escalation.process)


def check_can_decide_escalations(user: User, process: Process) -> None:
    access.check(
        user,
        process_roles.DECIDE_ESCALATION,
        process,
        "Escalations are decided by those whose role may decide them.",
    )


def check_can_see_rules(user: User, ruleset: RuleSet) -> None:
    """What is or was in force is read by everybody on the process; drafts by those who write and approve rules."""
    held = access.codenames(user, ruleset.process)
    if process_roles.VIEW_PROCESS not in held:
        raise NotVisible("not_found", "There are no such rules that you can see.")
    if ruleset.state in {RuleSetState.ACTIVE, RuleSetState.SUPERSEDED}:
        return
    if not held & {process_roles.PROPOSE_RULES, process_roles.APPROVE_RULES}:
        raise NotAllowed("not_allowed", "Drafts are read by those who write and approve the rules.")


def check_can_draft(user: User, process: Process) -> None:
    access.check(
        user, process_roles.PROPOSE_RULES, process, "Rules are drafted by the client’s administrators."
    )


def check_can_propose(user: User, ruleset: RuleSet) -> None:
    check_can_draft(user, ruleset.process)


def check_can_judge_rules(user: User, ruleset: RuleSet) -> None:
    """Nobody who wrote in a draft says yes or no to it."""
    access.check(
        user,
        process_roles.APPROVE_RULES,
        ruleset.process,
        "Rules are approved by the client’s administrators or owner.",
    )
    if user.pk in {ruleset.author_id, ruleset.proposed_by_id} or ruleset.editors.filter(pk=user.pk).exists():
        raise NotAllowed("own_rules", "You wrote these rules: somebody else approves them.")


def check_can_approve_rules(user: User, ruleset: RuleSet, at: datetime) -> None:
    """Approval puts rules in force, so it needs the authority to decide (K4)."""
    check_can_judge_rules(user, ruleset)
    _check_decides(user, ruleset.process, at)


def check_can_restore_rules(user: User, process: Process, at: datetime) -> None:
    access.check(
        user,
        process_roles.APPROVE_RULES,
        process,
        "Rules are approved by the client’s administrators or owner.",
    )
    _check_decides(user, process, at)


def _check_decides(user: User, process: Process, at: datetime) -> None:
    if authority.grant(user, process, Authority.DECISION, at) is None:
        raise NotAllowed("no_authority", "You hold no decision authority on this process.")


# Every table that shows a hand in an interaction: the way to the interaction, and who it was.
TOUCHES: tuple[tuple[type[Model], str, str], ...] = (
    (Decision, "interaction", "decided_by"),
    (Claim, "case__interaction", "user"),
    (Draft, "case__interaction", "user"),
    (EvidenceView, "case__interaction", "user"),
    (Reveal, "interaction", "revealed_by"),
    (Escalation, "case__interaction", "opened_by"),
    (Escalation, "case__interaction", "owner"),
    (Escalation, "case__interaction", "acknowledged_by"),
    (Escalation, "case__interaction", "resolved_by"),
    (EscalationStep, "escalation__case__interaction", "owner"),
)


def touched(interaction: Interaction) -> set[UUID]:
    """Everybody who had a hand in an interaction: they, and whoever shares their team, do not audit it (F2)."""
    parts = [
        model._default_manager.filter(**{path: interaction.pk}).order_by().values_list(person)
        for model, path, person in TOUCHES
    ]
    return {person for (person,) in parts[0].union(*parts[1:]) if person is not None}


def team(user: User) -> Q:
    """Whose work a person never audits: his own, his lead's, and that of whoever has the same lead or has him as lead."""
    return Q(pk=user.pk) | Q(team=user.pk) | Q(lead__team=user.pk) | Q(lead=user.pk)


def check_can_evaluate(user: User, evaluation: Evaluation) -> None:
    """F2: an auditor never scores what he touched, nor what his own team or his lead touched."""
    access.check(
        user,
        process_roles.EVALUATE_SAMPLE,
        evaluation.process,
        "Samples are scored by QA auditors of this process.",
    )
    people = touched(evaluation.interaction)
    if user.pk in people:
        raise NotAllowed("not_independent", "You had a hand in this interaction: somebody else scores it.")
    if people and User.objects.filter(pk__in=people).filter(team(user)).exists():
        raise NotAllowed(
            "not_independent", "Your team had a hand in this interaction: another team scores it."
        )
