"""How rules come into force: alone with their process, safe to replace what is there, at once or when their time has come.

Activation waits for every intake that is still routing under the old terms; after its reply nobody routes by them.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.errors import Conflict
from contracts import access
from contracts.domain.raci import Task
from contracts.models import Process, User
from contracts.services import processes, raci_notices, scopes
from reviews import permissions
from reviews.domain.transitions import RULE_SET, before
from reviews.enums import RuleSetState
from reviews.models import RuleSet
from reviews.selectors import rulesets
from reviews.services import rule_events

logger = logging.getLogger(__name__)


def refuse_problems(ruleset: RuleSet) -> None:
    """Raise Conflict, naming each rule, where something forbids that these rules come into force."""
    found = rulesets.problems(ruleset)
    if found:
        details = [{"pointer": f"/rules/{problem.rule}", "detail": problem.sentence} for problem in found]
        raise Conflict("rules_unsafe", found[0].sentence, "rules", details)


def hold(process: Process, against: int | None) -> RuleSet | None:
    """Wait for every intake under way, then hold the process alone; the rules in force from here to the commit.

    What is checked after this is checked against the rules that are replaced, not against those before them. Where the
    clock acts nobody compared, and `against` is None.
    """
    scopes.exclude(process)
    active = rulesets.active(process)
    if against is not None and against != (active.version if active else 0):
        raise Conflict(
            "active_moved", "Other rules have come into force since you opened this page: look again."
        )
    return active


@dataclass(frozen=True)
class Act:
    """What puts rules in force, as the trail tells it: the event with its facts, why in somebody's words, and the
    version it is about where that is not the one that comes into force."""

    action: str
    facts: dict[str, Any]
    why: str = ""
    about: RuleSet | None = None


def put_in_force(
    ruleset: RuleSet, act: Act, by: User | None, at: datetime, changes: dict[str, Any] | None = None
) -> None:
    """Supersede the rules in force, put these in their place and record it; the process is held.

    Without a person the clock acts, and whoever approved the rules stands for it. Raises Conflict where they moved on.
    """
    _supersede(ruleset.process, by, at)
    values: dict[str, Any] = {
        "state": RuleSetState.ACTIVE,
        "activated_at": at,
        "activated_by": by or ruleset.ratified_by or ruleset.decided_by,
        "activate_at": None,
        "superseded_at": None,
        "superseded_by": None,
    }
    allowed = before(RULE_SET, RuleSetState.ACTIVE) & {ruleset.state}
    if not RuleSet.objects.filter(pk=ruleset.pk, state__in=allowed).update(**values | (changes or {})):
        raise Conflict("moved", "These rules have just moved on: look at them again.")
    processes.touch(ruleset.process)
    ruleset.refresh_from_db()
    told = act.about or ruleset
    facts = {"version": told.version, **act.facts}
    rule_events.record(told, act.action, facts, by, at, {"why": act.why} if act.why else None)
    sentence = f"the rules v{ruleset.version} are in force"
    raci_notices.notify_informed(
        process=ruleset.process, task=Task.EDIT_RULES, sentence=sentence, but=[by] if by else [], at=at
    )


def take_out_of_force(ruleset: RuleSet, act: Act, at: datetime) -> None:
    """Leave the process without rules, so that every case goes to a person, and record it; the process is held."""
    _supersede(ruleset.process, None, at)
    processes.touch(ruleset.process)
    rule_events.record(ruleset, act.action, {"version": ruleset.version, **act.facts}, None, at)


def _supersede(process: Process, by: User | None, at: datetime) -> None:
    superseding = before(RULE_SET, RuleSetState.SUPERSEDED)
    RuleSet.objects.filter(process=process, state__in=superseding).update(
        state=RuleSetState.SUPERSEDED, superseded_at=at, superseded_by=by
    )


def activation(ruleset: RuleSet, replaced: RuleSet | None) -> Act:
    """The ordinary way into force."""
    return Act(
        "rules.activated",
        {"rules_digest": rule_events.digest(ruleset), "replaces": replaced.version if replaced else None},
    )


def rollback(to: RuleSet, replaced: RuleSet | None) -> Act:
    """The way back."""
    return Act(
        "rules.rolled_back",
        {"from_version": replaced.version if replaced else None, "to_version": to.version},
    )


# ── At a set time ────────────────────────────────────────────────────────────────────────────────────────────


def activate_due(*, at: datetime) -> int:
    """Put in force what was approved for a moment that has come; returns how many came into force.

    A sweep, which may run twice and beside itself: under the lock the first one acts and the others find it done.
    """
    due = RuleSet.objects.filter(state=RuleSetState.APPROVED, activate_at__lte=at)
    count = 0
    for pk in list(due.order_by("activate_at", "pk").values_list("pk", flat=True)):
        try:
            count += activate_one(ruleset_id=pk, at=at)
        except Exception:
            # One that fails, or has just been called off, must not keep the others: the next sweep tries it again.
            logger.exception("The rules %s could not come into force", pk)
    return count


@transaction.atomic
def activate_one(*, ruleset_id: UUID, at: datetime) -> bool:
    """Put one approved version in force if its time has come; False where there is nothing to do or it is refused.

    Refused is what would replace other rules than those it was compared with, or has become unsafe: it is a proposal
    again, and both people are told.
    """
    active = hold(rulesets.found(ruleset_id).process, None)
    ruleset = rulesets.found(ruleset_id)
    if ruleset.state != RuleSetState.APPROVED or ruleset.activate_at is None or ruleset.activate_at > at:
        return False
    problems = rulesets.problems(ruleset)
    still, why = access.allowed(permissions.check_can_restore_rules, ruleset.decided_by, ruleset.process, at)
    if not still:
        _send_back(ruleset, "approver_lost", f"Whoever approved it may not any more: {why}", (), at)
    elif ruleset.compared_with_id != (active.pk if active else None):
        _send_back(ruleset, "active_moved", "Other rules have come into force since it was approved.", (), at)
    elif problems:
        _send_back(ruleset, "rules_unsafe", problems[0].sentence, [one.rule for one in problems], at)
    else:
        put_in_force(ruleset, activation(ruleset, active), None, at)
        rule_events.tell(ruleset, [ruleset.author, ruleset.decided_by], "are in force", "", at)
        return True
    return False


def _send_back(ruleset: RuleSet, cause: str, sentence: str, rules: list[str] | tuple, at: datetime) -> None:
    approver = ruleset.decided_by
    sent = RuleSet.objects.filter(
        pk=ruleset.pk, state__in=before(RULE_SET, RuleSetState.PROPOSED) & {RuleSetState.APPROVED}
    ).update(
        state=RuleSetState.PROPOSED,
        activate_at=None,
        decided_at=None,
        decided_by=None,
        simulated_at=None,
        simulated_by=None,
        compared_with=None,
    )
    if not sent:
        return
    facts = {"version": ruleset.version, "cause": cause, "rules": list(rules)}
    rule_events.record(ruleset, "rules.activation_refused", facts, None, at)
    rule_events.tell(ruleset, [ruleset.author, approver], "did not come into force", sentence, at)
