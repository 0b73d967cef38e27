"""Who writes, approves, restores and ratifies the rules of a process, and what these must have been through."""

from datetime import datetime

from audit.errors import Conflict, NotAllowed, NotVisible
from contracts import access
from contracts.domain import roles as process_roles
from contracts.domain.raci import Task
from contracts.enums import Authority
from contracts.models import Process, User
from contracts.selectors import authority, raci_duties
from reviews.enums import RuleSetState
from reviews.models import RuleSet

# Whoever has one of these writes or approves the rules of a process.
_RULE_WORK = frozenset({process_roles.PROPOSE_RULES, process_roles.APPROVE_RULES})


def check_can_see_rules(user: User, ruleset: RuleSet) -> None:
    """What is or was in force is read by everybody on the process; drafts by those who write and approve rules."""
    held = access.codenames(user, ruleset.process)
    if process_roles.VIEW_PROCESS not in held:
        raise NotVisible("not_found", "There are no such rules that you can see.")
    if ruleset.state in {RuleSetState.ACTIVE, RuleSetState.SUPERSEDED}:
        return
    if not held & _RULE_WORK:
        raise NotAllowed("not_allowed", "Drafts are read by those who write and approve the rules.")


def check_can_see_emergency_reason(user: User, ruleset: RuleSet) -> None:
    """That one person put rules in force alone is told to everybody; why, in his words, to those who answer for them."""
    if not access.codenames(user, ruleset.process) & _RULE_WORK:
        raise NotAllowed("not_allowed", "The reason is read by those who write and approve the rules.")


def check_can_draft(user: User, process: Process) -> None:
    access.check(
        user, process_roles.PROPOSE_RULES, process, "Rules are drafted by the client’s administrators."
    )


def check_can_propose(user: User, ruleset: RuleSet) -> None:
    check_can_draft(user, ruleset.process)


def check_can_discard(user: User, ruleset: RuleSet) -> None:
    """A draft is thrown away by whoever began it."""
    check_can_propose(user, ruleset)
    if ruleset.author_id != user.pk:
        raise NotAllowed("not_yours", f"Only {ruleset.author.name}, who began this draft, can discard it.")


def check_can_simulate(user: User, ruleset: RuleSet) -> None:
    """Whoever writes or approves the rules of the process may see what they would have done."""
    held = access.codenames(user, ruleset.process)
    if process_roles.VIEW_PROCESS not in held:
        raise NotVisible("not_found", "There are no such rules that you can see.")
    if not held & _RULE_WORK:
        raise NotAllowed("not_allowed", "Rules are simulated by those who write and approve them.")


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
    """Putting rules in force alone, earlier ones or in an emergency, needs both: the right to approve and to decide."""
    check_can_call_off_rules(user, process)
    _check_decides(user, process, at)


def check_can_call_off_rules(user: User, process: Process) -> None:
    """Whoever may approve rules of the process stops an activation that waits, also of rules he wrote himself."""
    access.check(
        user,
        process_roles.APPROVE_RULES,
        process,
        "Rules are approved by the client’s administrators or owner.",
    )


def check_is_simulated(ruleset: RuleSet, active: RuleSet | None) -> None:
    """What replaces rules was compared with them first: nobody approves what he has not seen at work."""
    if active is None:
        return
    if ruleset.state != RuleSetState.SIMULATED:
        raise Conflict(
            "simulate_first",
            "Simulate first: “Simulate” on the page of these rules shows what they would have done.",
        )
    if ruleset.compared_with_id != active.pk:
        raise Conflict(
            "simulate_first",
            f"Simulate again: v{active.version} has come into force since these rules were simulated.",
        )


def check_was_approved(ruleset: RuleSet) -> None:
    """One click restores what two people stood behind, and nothing else."""
    if ruleset.unratified:
        raise Conflict(
            "never_ratified", "No second person ever stood behind these rules: propose them anew instead."
        )


def check_can_ratify_rules(user: User, ruleset: RuleSet, at: datetime) -> None:
    """The second person of an emergency: neither wrote the rules nor put them in force."""
    check_can_approve_rules(user, ruleset, at)
    if user.pk == ruleset.emergency_by_id:
        raise NotAllowed("own_rules", "You put these rules in force: somebody else ratifies them.")


def _check_decides(user: User, process: Process, at: datetime) -> None:
    if authority.grant(user, process, Authority.DECISION, at) is None:
        raise NotAllowed("no_authority", "You hold no decision authority on this process.")
    raci_duties.check_accountable(user, process, Task.EDIT_RULES)


def check_can_set_acting_flags(user: User, process: Process) -> None:
    """F4: which flags bring a person is a rule of the process, and is said by those who write its rules."""
    access.check(
        user,
        process_roles.PROPOSE_RULES,
        process,
        "Which flags bring a person is said by the client’s administrators, who write the rules.",
    )
