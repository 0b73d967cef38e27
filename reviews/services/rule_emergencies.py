"""Emergencies: one person puts rules in force alone, and another one stands behind them in time, or they go (B8, K4).

No emergency loosens what the law locks. When nobody ratifies in time, the rules before come back by themselves; where
they cannot, none are in force and every case goes to a person.
"""

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from audit.errors import Conflict, Invalid
from contracts import access
from contracts.models import User
from reviews import permissions
from reviews.enums import RuleSetState
from reviews.models import RuleSet
from reviews.selectors import rulesets
from reviews.services import nudges, rule_activation, rule_drafts, rule_events, rules, shadowing

logger = logging.getLogger(__name__)

_FROM = (RuleSetState.DRAFT, RuleSetState.PROPOSED, RuleSetState.SIMULATED)


@transaction.atomic
def activate(
    *,
    ruleset_id: UUID,
    reason: str,
    by: User,
    at: datetime,
    against: int,
    edits: int | None = None,
) -> RuleSet:
    """Put a draft or proposal in force at once, alone and without a simulation; another person ratifies it in time.

    Raises NotAllowed without the right to approve and decision authority, Conflict where it is unsafe or another
    emergency still waits to be ratified.
    """
    ruleset = rulesets.found(ruleset_id)
    permissions.check_can_restore_rules(by, ruleset.process, at)
    reason = rules.reason_given(reason)
    active = rule_activation.hold(ruleset.process, against)
    access.read_again(by)
    # An edit under way is waited for: what is looked at from here on is what comes into force.
    rule_drafts.hold(ruleset_id)
    ruleset = rulesets.found(ruleset_id)
    permissions.check_can_restore_rules(by, ruleset.process, at)
    if ruleset.state not in _FROM:
        raise Conflict("not_open", "Only a draft or a proposal can be put in force in an emergency.")
    if edits is not None and edits != ruleset.edits:
        raise Conflict("edited_meanwhile", "Somebody else has edited this draft: look at it again.")
    if active is not None and active.unratified:
        raise Conflict(
            "unratified",
            f"v{active.version} waits to be ratified: ratify it, or restore the rules before it.",
        )
    if not ruleset.rules.exists():
        raise Invalid("rules_empty", "There is no rule in this draft.", "rules")
    rule_activation.refuse_problems(ruleset)
    shadowing.end(ruleset, "emergency", by, at)
    until = at + timedelta(hours=settings.RATIFY_HOURS)
    facts: dict[str, Any] = {
        "rules_digest": rule_events.digest(ruleset),
        "replaces": active.version if active else None,
        "ratify_until": until,
        "author": ruleset.author_id,
    }
    act = rule_activation.Act("rules.emergency_activated", facts, reason)
    alone = {"emergency_at": at, "emergency_by": by, "emergency_reason": reason, "ratify_until": until}
    rule_activation.put_in_force(ruleset, act, by, at, alone)
    rule_events.tell_all(ruleset, "are in force in an emergency and wait to be ratified", reason, at, but=by)
    nudges.after_commit("reviews.lapse_rules", (until - at).total_seconds())
    return ruleset


@transaction.atomic
def ratify(*, ruleset_id: UUID, by: User, at: datetime) -> RuleSet:
    """Stand behind rules that somebody else put in force alone. Raises Conflict when the time for it is over."""
    ruleset = rulesets.found(ruleset_id)
    permissions.check_can_ratify_rules(by, ruleset, at)
    won = RuleSet.objects.filter(
        pk=ruleset.pk, state=RuleSetState.ACTIVE, ratified_at__isnull=True, ratify_until__gt=at
    ).update(ratified_at=at, ratified_by=by)
    if not won:
        raise Conflict("not_unratified", "These rules do not wait to be ratified, or no longer.")
    ruleset.refresh_from_db()
    facts = {"version": ruleset.version, "rules_digest": rule_events.digest(ruleset)}
    rule_events.record(ruleset, "rules.ratified", facts, by, at)
    rule_events.tell_all(ruleset, "are ratified", "", at, but=by)
    return ruleset


def lapse_due(*, at: datetime) -> int:
    """Take out of force what nobody ratified in time; returns how many went. A sweep, which may run beside itself."""
    due = RuleSet.objects.filter(state=RuleSetState.ACTIVE, ratified_at__isnull=True, ratify_until__lte=at)
    count = 0
    for pk in list(due.order_by("ratify_until", "pk").values_list("pk", flat=True)):
        try:
            count += lapse(ruleset_id=pk, at=at)
        except Exception:
            logger.exception("The rules %s could not be taken out of force", pk)
    return count


@transaction.atomic
def lapse(*, ruleset_id: UUID, at: datetime) -> bool:
    """Put the rules before an unratified emergency back in force; False where there is nothing to do."""
    rule_activation.hold(rulesets.found(ruleset_id).process, None)
    # Read for update: a ratification that was faster is waited for, and seen.
    ruleset = (
        RuleSet.objects.select_for_update(of=("self",))
        .select_related("process__client", "author")
        .get(pk=ruleset_id)
    )
    over = ruleset.ratify_until is not None and ruleset.ratify_until <= at
    if ruleset.state != RuleSetState.ACTIVE or not ruleset.unratified or not over:
        return False
    earlier = rulesets.before_emergency(ruleset.process)
    if earlier is not None:
        earlier = rulesets.found(earlier.pk)
    safe = earlier is not None and not rulesets.problems(earlier)
    facts: dict[str, Any] = {"to_version": earlier.version if earlier is not None and safe else None}
    lapsed = rule_activation.Act("rules.ratification_lapsed", facts, about=ruleset)
    if earlier is not None and safe:
        rule_activation.put_in_force(earlier, lapsed, None, at)
        what = f"v{earlier.version} is in force again."
    else:
        rule_activation.take_out_of_force(ruleset, lapsed, at)
        what = "No rules are in force now: every case goes to a person."
    rule_events.tell_all(ruleset, "were not ratified in time", what, at)
    return True
