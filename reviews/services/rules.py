"""The life of a rule set: drafted, proposed, approved by somebody else, active, superseded — or rolled back to (B1, B8).

No version changes after it was proposed. Activation waits for every intake that is still routing under the old terms.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from contracts import access
from contracts.models import Process, User
from contracts.services import processes, scopes
from reviews import permissions
from reviews.domain import conditions
from reviews.domain.routing import SEVERITIES, Effect
from reviews.domain.transitions import RULE_SET, before
from reviews.enums import RuleSetState
from reviews.models import Rule, RuleSet
from reviews.selectors import rulesets
from reviews.services import rule_events

_LONGEST = {"code": 20, "name": 120, "trigger_class": 30}
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)


@dataclass(frozen=True)
class RuleInput:
    """A rule as somebody writes it."""

    code: str
    name: str
    condition: Mapping[str, Any]
    effect: str
    severity: int = 3
    trigger_class: str = "general"
    rationale: str = ""
    legal_lock: bool = False


@transaction.atomic
def draft(*, process: Process, by: User, at: datetime, note: str = "") -> RuleSet:
    """Start a draft from the active rules (or from none). Raises Conflict where the person has an open draft."""
    permissions.check_can_draft(by, process)
    mine = RuleSet.objects.filter(process=process, author=by, state=RuleSetState.DRAFT).first()
    if mine is not None:
        raise Conflict("draft_open", f"You have an open draft already: v{mine.version}.")
    active = rulesets.active(process)
    last = RuleSet.objects.filter(process=process).aggregate(last=Max("version"))["last"] or 0
    try:
        with transaction.atomic():
            ruleset = RuleSet.objects.create(
                process=process, version=last + 1, based_on=active, note=note[:300], author=by, drafted_at=at
            )
    except IntegrityError:
        raise Conflict("draft_race", "Somebody has just started a draft: try again.") from None
    if active is not None:
        for rule in active.rules.order_by("position", "pk"):
            rule.pk, rule.id = None, Rule._meta.get_field("id").get_default()
            rule.ruleset = ruleset
            rule.save(force_insert=True)
    facts = {
        "version": ruleset.version,
        "based_on": active.version if active else None,
        "rules": rule_events.listed(ruleset),
    }
    rule_events.record(ruleset, "rules.drafted", facts, by, at)
    return ruleset


def _found(ruleset_id: UUID) -> RuleSet:
    ruleset = RuleSet.objects.select_related("process__client", "author").filter(pk=ruleset_id).first()
    if ruleset is None:
        raise NotVisible("not_found", "There are no such rules that you can see.")
    return ruleset


def _editable(ruleset_id: UUID, by: User, edits: int | None) -> RuleSet:
    """The draft, locked for one edit. Two people in one draft are told apart by the number of edits."""
    ruleset = _found(ruleset_id)
    permissions.check_can_propose(by, ruleset)
    if ruleset.state != RuleSetState.DRAFT:
        raise Conflict("not_a_draft", "Only a draft can be edited; start a new one.")
    expected = ruleset.edits if edits is None else edits
    if not RuleSet.objects.filter(pk=ruleset.pk, state=RuleSetState.DRAFT, edits=expected).update(
        edits=F("edits") + 1
    ):
        raise Conflict("edited_meanwhile", "Somebody else has edited this draft: look at it again.")
    return ruleset


def _checked(ruleset: RuleSet, rule: RuleInput) -> RuleInput:
    """The rule as it is stored. Raises Invalid with the field at fault and, for a condition, the place in it."""
    rule = replace(rule, **{name: getattr(rule, name).strip() for name in (*_LONGEST, "rationale")})
    problems = conditions.check(rule.condition, rulesets.schema(ruleset.process))
    if problems:
        details = [{"pointer": problem.path, "detail": problem.sentence} for problem in problems]
        raise Invalid("condition", problems[0].sentence, "condition", details)
    if rule.effect not in set(Effect):
        raise Invalid("effect", "Choose what the rule does.", "effect")
    if rule.severity not in SEVERITIES:
        raise Invalid("severity", "Severity is 1 (worst) to 4.", "severity")
    for name, longest in _LONGEST.items():
        if not 1 <= len(getattr(rule, name)) <= longest:
            raise Invalid(name, f"1 to {longest} characters are required.", name)
    if not _CODE.fullmatch(rule.code):
        raise Invalid("code", "A code has letters, digits, points and dashes only, such as AP-R5.", "code")
    if len(rule.rationale) > 300:
        raise Invalid("rationale", "300 characters at most.", "rationale")
    return rule


@transaction.atomic
def put_rule(*, ruleset_id: UUID, rule: RuleInput, by: User, at: datetime, edits: int | None = None) -> Rule:
    """Add a rule to a draft, or change the one with its code; a lock by law stays on it.

    Raises Invalid with the place of each mistake, Conflict where somebody else edited the draft since `edits`.
    """
    ruleset = _editable(ruleset_id, by, edits)
    rule = _checked(ruleset, rule)
    values = {name: value for name, value in asdict(rule).items() if name != "code"}
    existing = ruleset.rules.filter(code=rule.code).first()
    if existing is None:
        last = ruleset.rules.aggregate(last=Max("position"))["last"] or 0
        stored = Rule.objects.create(ruleset=ruleset, code=rule.code, position=last + 1, **values)
    else:
        values["legal_lock"] = existing.legal_lock or rule.legal_lock
        Rule.objects.filter(pk=existing.pk).update(**values)
        stored = Rule.objects.get(pk=existing.pk)
    _edited(ruleset, f"{'changed' if existing else 'added'} {rule.code}", by, at)
    return stored


@transaction.atomic
def remove_rule(*, ruleset_id: UUID, code: str, by: User, at: datetime, edits: int | None = None) -> None:
    """Take a rule out of a draft. Raises NotAllowed for a legally locked one (B6)."""
    ruleset = _editable(ruleset_id, by, edits)
    rule = ruleset.rules.filter(code=code).first()
    if rule is None:
        raise NotVisible("not_found", f"This draft has no rule {code!r}.")
    if rule.legal_lock:
        raise NotAllowed("legal_lock", f"{code} is locked by law: it cannot be removed here.")
    rule.delete()
    _edited(ruleset, f"removed {code}", by, at)


def _edited(ruleset: RuleSet, change: str, by: User, at: datetime) -> None:
    if by.pk != ruleset.author_id:
        ruleset.editors.add(by)
    facts = {"version": ruleset.version, "change": change, "rules": rule_events.listed(ruleset)}
    rule_events.record(ruleset, "rules.edited", facts, by, at)


def _refuse_problems(ruleset: RuleSet) -> None:
    found = rulesets.problems(ruleset)
    if found:
        details = [{"pointer": f"/rules/{problem.rule}", "detail": problem.sentence} for problem in found]
        raise Conflict("rules_unsafe", found[0].sentence, "rules", details)


@transaction.atomic
def propose(*, ruleset_id: UUID, by: User, at: datetime, edits: int | None = None) -> RuleSet:
    """Propose a draft: from here on it does not change. Raises Conflict naming the rule that makes it unsafe."""
    ruleset = _editable(ruleset_id, by, edits)
    if not ruleset.rules.exists():
        raise Invalid("rules_empty", "There is no rule in this draft.", "rules")
    _refuse_problems(ruleset)
    RuleSet.objects.filter(pk=ruleset.pk).update(state=RuleSetState.PROPOSED, proposed_at=at, proposed_by=by)
    ruleset.refresh_from_db()
    facts = {"version": ruleset.version, "rules_digest": rule_events.digest(ruleset)}
    rule_events.record(ruleset, "rules.proposed", facts, by, at)
    rule_events.tell_approvers(ruleset, at)
    return ruleset


def _wait(ruleset: RuleSet) -> None:
    if ruleset.state != RuleSetState.PROPOSED:
        raise Conflict("not_proposed", "These rules do not wait for approval.")


@transaction.atomic
def approve(*, ruleset_id: UUID, by: User, at: datetime, against: int | None = None) -> RuleSet:
    """Approve proposed rules and put them in force at once: the next interaction follows them.

    `against` is the version in force that they were compared with. Raises NotAllowed for whoever wrote in them or
    has no decision authority, Conflict where they are unsafe or another version has come into force.
    """
    ruleset = _found(ruleset_id)
    permissions.check_can_approve_rules(by, ruleset, at)
    _wait(ruleset)
    active = _hold(ruleset.process, against)
    # The wait may have been long, and a right taken back meanwhile.
    access.read_again(by)
    permissions.check_can_approve_rules(by, ruleset, at)
    _refuse_problems(ruleset)
    digest = rule_events.digest(ruleset)
    facts: dict[str, Any] = {"version": ruleset.version, "rules_digest": digest, "author": ruleset.author_id}
    rule_events.record(ruleset, "rules.approved", facts, by, at)
    _activate(ruleset, by, at, decided=True)
    facts = {
        "version": ruleset.version,
        "rules_digest": digest,
        "replaces": active.version if active else None,
    }
    rule_events.record(ruleset, "rules.activated", facts, by, at)
    rule_events.tell_author(ruleset, "are in force", "", at)
    return ruleset


@transaction.atomic
def reject(*, ruleset_id: UUID, by: User, reason: str, at: datetime) -> RuleSet:
    """Send proposed rules back, with a reason of at most 300 characters that their author can read."""
    ruleset = _found(ruleset_id)
    permissions.check_can_judge_rules(by, ruleset)
    _wait(ruleset)
    reason = reason.strip()
    if not 1 <= len(reason) <= 300:
        raise Invalid("reason_required", "Say why, in at most 300 characters.", "reason")
    won = RuleSet.objects.filter(pk=ruleset.pk, state__in=before(RULE_SET, RuleSetState.REJECTED)).update(
        state=RuleSetState.REJECTED, decided_at=at, decided_by=by, decision_note=reason
    )
    if not won:
        raise Conflict("moved", "These rules have just moved on: look at them again.")
    ruleset.refresh_from_db()
    rule_events.record(ruleset, "rules.rejected", {"version": ruleset.version}, by, at, {"why": reason})
    rule_events.tell_author(ruleset, "were sent back", reason, at)
    return ruleset


@transaction.atomic
def roll_back(
    *, process: Process, to: RuleSet, by: User, at: datetime, against: int | None = None
) -> RuleSet:
    """Put a superseded version back in force at once. Two people approved it then; one click restores it.

    Raises Conflict where it would loosen a legal lock of the rules in force, or where these are not `against`.
    """
    permissions.check_can_restore_rules(by, process, at)
    active = _hold(process, against)
    access.read_again(by)
    permissions.check_can_restore_rules(by, process, at)
    to = _found(to.pk)
    if to.process_id != process.pk or to.state != RuleSetState.SUPERSEDED:
        raise Conflict("not_superseded", "Only a version that was in force can be restored.")
    _refuse_problems(to)
    _activate(to, by, at, decided=False)
    facts = {
        "version": to.version,
        "from_version": active.version if active else None,
        "to_version": to.version,
    }
    rule_events.record(to, "rules.rolled_back", facts, by, at)
    return to


def _hold(process: Process, against: int | None) -> RuleSet | None:
    """Wait for every intake under way, then hold the process alone; the rules in force from here to the commit.

    What is checked after this is checked against the rules that are replaced, not against those before them.
    """
    scopes.exclude(process)
    active = rulesets.active(process)
    if against is not None and against != (active.version if active else 0):
        raise Conflict(
            "active_moved", "Other rules have come into force since you opened this page: look again."
        )
    return active


def _activate(ruleset: RuleSet, by: User, at: datetime, *, decided: bool) -> None:
    """Supersede the active rules and put these in force. The process is held."""
    superseding = before(RULE_SET, RuleSetState.SUPERSEDED)
    RuleSet.objects.filter(process=ruleset.process, state__in=superseding).update(
        state=RuleSetState.SUPERSEDED, superseded_at=at, superseded_by=by
    )
    changes: dict[str, Any] = {
        "state": RuleSetState.ACTIVE,
        "activated_at": at,
        "activated_by": by,
        "superseded_at": None,
        "superseded_by": None,
    }
    if decided:
        changes |= {"decided_at": at, "decided_by": by}
    won = RuleSet.objects.filter(pk=ruleset.pk, state=ruleset.state).update(**changes)
    if not won:
        raise Conflict("moved", "These rules have just moved on: look at them again.")
    processes.touch(ruleset.process)
    ruleset.refresh_from_db()
