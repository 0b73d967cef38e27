"""The life of a rule set: proposed, simulated, approved by somebody else at once or for a set time — or sent back, called
off, rolled back to (B1, B8).

No version changes after it was proposed. How one comes into force is in `rule_activation`, emergencies have their own.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.errors import Conflict, Invalid
from contracts import access
from contracts.models import Process, User
from reviews import permissions
from reviews.domain.transitions import RULE_SET, before
from reviews.enums import RuleSetState
from reviews.models import RuleSet
from reviews.selectors import rulesets, simulations
from reviews.services import nudges, rule_activation, rule_drafts, rule_events, shadowing

AHEAD = timedelta(days=90)
_WAITING = (RuleSetState.PROPOSED, RuleSetState.SIMULATED)


@transaction.atomic
def propose(*, ruleset_id: UUID, by: User, at: datetime, edits: int | None = None) -> RuleSet:
    """Propose a draft: from here on it does not change. Raises Conflict naming the rule that makes it unsafe.

    What was simulated as a draft, against the rules that are still in force, is simulated.
    """
    ruleset = rule_drafts.editable(ruleset_id, by, edits)
    if not ruleset.rules.exists():
        raise Invalid("rules_empty", "There is no rule in this draft.", "rules")
    rule_activation.refuse_problems(ruleset)
    RuleSet.objects.filter(pk=ruleset.pk).update(state=RuleSetState.PROPOSED, proposed_at=at, proposed_by=by)
    ruleset.refresh_from_db()
    facts = {"version": ruleset.version, "rules_digest": rule_events.digest(ruleset)}
    rule_events.record(ruleset, "rules.proposed", facts, by, at)
    rule_events.tell_approvers(ruleset, at)
    done = simulations.latest_trial(ruleset)
    active = rulesets.active(ruleset.process)
    if done is not None and done.digest == facts["rules_digest"] and done.base_id == (active and active.pk):
        return simulated(ruleset_id=ruleset.pk, base=done.base, by=done.requested_by, at=at)
    return ruleset


@transaction.atomic
def simulated(*, ruleset_id: UUID, base: RuleSet | None, by: User, at: datetime) -> RuleSet:
    """A simulation of a proposal against `base` is done; of anything else it changes nothing."""
    ruleset = rulesets.found(ruleset_id)
    moved = RuleSet.objects.filter(pk=ruleset.pk, state__in=before(RULE_SET, RuleSetState.SIMULATED)).update(
        state=RuleSetState.SIMULATED, simulated_at=at, simulated_by=by, compared_with=base
    )
    if moved:
        ruleset.refresh_from_db()
        facts: dict[str, Any] = {
            "version": ruleset.version,
            "rules_digest": rule_events.digest(ruleset),
            "against": base.version if base else None,
        }
        rule_events.record(ruleset, "rules.simulated", facts, by, at)
    return ruleset


@transaction.atomic
def approve(
    *,
    ruleset_id: UUID,
    by: User,
    at: datetime,
    against: int,
    activate_at: datetime | None = None,
) -> RuleSet:
    """Approve proposed rules: in force at once, so that the next interaction follows them, or at a set time.

    `against` is the version in force that they were compared with, 0 for none. Raises NotAllowed for whoever wrote in them or
    has no decision authority, Invalid for a time that is past or too far, Conflict where they are unsafe, were not
    simulated against the rules in force, or where other rules have come into force.
    """
    ruleset = rulesets.found(ruleset_id)
    permissions.check_can_approve_rules(by, ruleset, at)
    _wait(ruleset)
    if activate_at is not None:
        _check_time(activate_at, at)
    active = rule_activation.hold(ruleset.process, against)
    # The wait may have been long: a right may have been taken back, and the rules may have moved on.
    access.read_again(by)
    ruleset = rulesets.found(ruleset_id)
    permissions.check_can_approve_rules(by, ruleset, at)
    _wait(ruleset)
    permissions.check_is_simulated(ruleset, active)
    rule_activation.refuse_problems(ruleset)
    shadowing.end(ruleset, "approved", by, at)
    digest = rule_events.digest(ruleset)
    facts: dict[str, Any] = {"version": ruleset.version, "rules_digest": digest, "author": ruleset.author_id}
    rule_events.record(ruleset, "rules.approved", facts, by, at)
    if activate_at is not None:
        return _schedule(ruleset, active, activate_at, by, at)
    decided = {"decided_at": at, "decided_by": by, "compared_with": active}
    rule_activation.put_in_force(ruleset, rule_activation.activation(ruleset, active), by, at, decided)
    rule_events.tell_author(ruleset, "are in force", "", at)
    return ruleset


def _wait(ruleset: RuleSet) -> None:
    if ruleset.state not in _WAITING:
        raise Conflict("not_proposed", "These rules do not wait for approval.")


def _check_time(activate_at: datetime, at: datetime) -> None:
    if activate_at <= at:
        raise Invalid("in_the_past", "Choose a time that is still to come.", "activate_at")
    if activate_at > at + AHEAD:
        raise Invalid("too_far", f"Choose a time within {AHEAD.days} days.", "activate_at")


def _schedule(
    ruleset: RuleSet, active: RuleSet | None, activate_at: datetime, by: User, at: datetime
) -> RuleSet:
    won = RuleSet.objects.filter(
        pk=ruleset.pk, state__in=before(RULE_SET, RuleSetState.APPROVED) & {ruleset.state}
    ).update(
        state=RuleSetState.APPROVED,
        decided_at=at,
        decided_by=by,
        activate_at=activate_at,
        compared_with=active,
    )
    if not won:
        raise Conflict("moved", "These rules have just moved on: look at them again.")
    ruleset.refresh_from_db()
    facts = {
        "version": ruleset.version,
        "rules_digest": rule_events.digest(ruleset),
        "activate_at": activate_at,
    }
    rule_events.record(ruleset, "rules.scheduled", facts, by, at)
    rule_events.tell_author(ruleset, "are approved for a set time", "", at)
    nudges.after_commit("reviews.activate_rules", (activate_at - at).total_seconds())
    return ruleset


@transaction.atomic
def reject(*, ruleset_id: UUID, by: User, reason: str, at: datetime) -> RuleSet:
    """Send proposed rules back, with a reason of at most 300 characters that their author can read."""
    ruleset = rulesets.found(ruleset_id)
    permissions.check_can_judge_rules(by, ruleset)
    _wait(ruleset)
    reason = reason_given(reason)
    _end(ruleset, _WAITING, reason, by, at)
    rule_events.record(ruleset, "rules.rejected", {"version": ruleset.version}, by, at, {"why": reason})
    rule_events.tell_author(ruleset, "were sent back", reason, at)
    return ruleset


@transaction.atomic
def call_off(*, ruleset_id: UUID, by: User, reason: str, at: datetime) -> RuleSet:
    """Call off an activation at a set time: these rules do not come into force any more."""
    ruleset = rulesets.found(ruleset_id)
    permissions.check_can_call_off_rules(by, ruleset.process)
    if ruleset.state != RuleSetState.APPROVED:
        raise Conflict("not_scheduled", "These rules do not wait for a set time.")
    reason = reason_given(reason)
    approver = ruleset.decided_by
    _end(ruleset, (RuleSetState.APPROVED,), reason, by, at)
    rule_events.record(ruleset, "rules.called_off", {"version": ruleset.version}, by, at, {"why": reason})
    rule_events.tell(ruleset, [ruleset.author, approver], "were called off", reason, at)
    return ruleset


def reason_given(reason: str) -> str:
    """The reason as it is kept. Raises Invalid for none, or one that is too long."""
    reason = reason.strip()
    if not 1 <= len(reason) <= 300 or "\0" in reason:
        raise Invalid("reason_required", "Say why, in at most 300 characters.", "reason")
    return reason


def _end(ruleset: RuleSet, states: tuple[RuleSetState, ...], reason: str, by: User, at: datetime) -> None:
    won = RuleSet.objects.filter(
        pk=ruleset.pk, state__in=before(RULE_SET, RuleSetState.REJECTED) & set(states)
    ).update(
        state=RuleSetState.REJECTED, decided_at=at, decided_by=by, decision_note=reason, activate_at=None
    )
    if not won:
        raise Conflict("moved", "These rules have just moved on: look at them again.")
    shadowing.end(ruleset, "rejected", by, at)
    ruleset.refresh_from_db()


@transaction.atomic
def roll_back(*, process: Process, to: RuleSet, by: User, at: datetime, against: int) -> RuleSet:
    """Put a superseded version back in force at once. Two people approved it then; one click restores it.

    Raises Conflict where it would loosen a legal lock of the rules that stand, where nobody ever ratified it, or where
    the rules in force are not `against`.
    """
    permissions.check_can_restore_rules(by, process, at)
    active = rule_activation.hold(process, against)
    access.read_again(by)
    permissions.check_can_restore_rules(by, process, at)
    to = rulesets.found(to.pk)
    if to.process_id != process.pk or to.state != RuleSetState.SUPERSEDED:
        raise Conflict("not_superseded", "Only a version that was in force can be restored.")
    permissions.check_was_approved(to)
    rule_activation.refuse_problems(to)
    rule_activation.put_in_force(to, rule_activation.rollback(to, active), by, at)
    return to
