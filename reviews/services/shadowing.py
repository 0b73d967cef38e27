"""Shadow: a proposal meets every live interaction beside the rules in force, and nothing follows from it but a record.

One version of a process runs in shadow at a time. What it would have done differently is found while intake routes
(`intake_rows`) and stored with it; whatever fails there is a missing row and touches no route.
"""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from audit.errors import Conflict
from contracts import access
from contracts.models import User
from contracts.services import processes, scopes
from reviews import permissions
from reviews.enums import RuleSetState
from reviews.models import RuleSet
from reviews.selectors import rulesets
from reviews.services import rule_events

_MAY = (RuleSetState.PROPOSED, RuleSetState.SIMULATED)


@transaction.atomic
def start(*, ruleset_id: UUID, by: User, at: datetime) -> RuleSet:
    """Put a proposal in shadow: from the reply on it meets every live interaction of its process."""
    ruleset = rulesets.found(ruleset_id)
    permissions.check_can_propose(by, ruleset)
    scopes.exclude(ruleset.process)
    access.read_again(by)
    permissions.check_can_propose(by, ruleset)
    idle = Q(shadowed_at__isnull=True) | Q(unshadowed_at__isnull=False)
    try:
        with transaction.atomic():
            begun = RuleSet.objects.filter(idle, pk=ruleset.pk, state__in=_MAY).update(
                shadowed_at=at, shadowed_by=by, unshadowed_at=None, unshadowed_by=None
            )
    except IntegrityError:
        other = rulesets.in_shadow(ruleset.process)
        named = f"v{other.version}" if other else "Another version"
        raise Conflict("shadow_taken", f"{named} runs in shadow already: stop it first.") from None
    if not begun:
        raise Conflict("not_proposed", "Only a proposal that is not in shadow yet can be put there.")
    processes.touch(ruleset.process)
    ruleset.refresh_from_db()
    facts = {"version": ruleset.version, "rules_digest": rule_events.digest(ruleset)}
    rule_events.record(ruleset, "rules.shadow_started", facts, by, at)
    return ruleset


@transaction.atomic
def stop(*, ruleset_id: UUID, by: User, at: datetime) -> RuleSet:
    """Take a version out of the shadow; what it found stays."""
    ruleset = rulesets.found(ruleset_id)
    permissions.check_can_propose(by, ruleset)
    scopes.exclude(ruleset.process)
    access.read_again(by)
    permissions.check_can_propose(by, ruleset)
    if not end(ruleset, "stopped", by, at):
        raise Conflict("not_in_shadow", "These rules do not run in shadow.")
    return ruleset


def end(ruleset: RuleSet, cause: str, by: User, at: datetime) -> bool:
    """End the shadow of a version, where it is in one: stopped, or because of what became of it."""
    ended = RuleSet.objects.filter(
        pk=ruleset.pk, shadowed_at__isnull=False, unshadowed_at__isnull=True
    ).update(unshadowed_at=at, unshadowed_by=by)
    if not ended:
        return False
    processes.touch(ruleset.process)
    ruleset.refresh_from_db()
    rule_events.record(ruleset, "rules.shadow_ended", {"version": ruleset.version, "cause": cause}, by, at)
    return True
