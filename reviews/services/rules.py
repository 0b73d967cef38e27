"""The life of a rule set: drafted, proposed, approved by somebody else, active, superseded — or rolled back to (B1, B8).

No version changes after it was proposed. Activation waits for every intake that is still routing under the old terms.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from audit.domain.envelope import Target
from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from audit.services import recording
from contracts import access
from contracts.domain.roles import APPROVE_RULES, PROPOSE_RULES
from contracts.enums import Authority
from contracts.models import Process, User
from contracts.selectors import authority, paths
from contracts.services import processes, scopes
from contracts.services.acting import actor
from reviews import permissions
from reviews.domain import conditions, rule_lint
from reviews.domain.routing import Effect
from reviews.enums import RuleSetState
from reviews.models import Rule, RuleSet
from reviews.selectors import rulesets


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


def _record(
    ruleset: RuleSet, action: str, facts: dict, by: User, at: datetime, personal: dict[str, str] | None = None
) -> None:
    process = ruleset.process
    recording.record(
        log=process.client.log_key,
        action=action,
        actor=actor(by, authority.role_on(by, process)),
        target=Target("ruleset", str(ruleset.pk), f"v{ruleset.version}", "process", str(process.pk)),
        facts=facts,
        at=at,
        client=process.client.slug,
        process=process.code,
        personal=personal,
        subject=str(ruleset.pk) if personal else "",
    )


def _told(ruleset: RuleSet) -> list[dict[str, Any]]:
    """The rules as plain data, for events and digests."""
    return [
        {
            "code": rule.code,
            "name": rule.name,
            "condition": rule.condition,
            "effect": rule.effect,
            "severity": rule.severity,
            "trigger_class": rule.trigger_class,
            "legal_lock": rule.legal_lock,
        }
        for rule in ruleset.rules.order_by("position", "pk")
    ]


def _digest(ruleset: RuleSet) -> str:
    return hashlib.sha256(json.dumps(_told(ruleset), sort_keys=True).encode()).hexdigest()


def _rules_fact(ruleset: RuleSet) -> list[dict[str, Any]]:
    return [{**rule, "condition": json.dumps(rule["condition"], sort_keys=True)} for rule in _told(ruleset)]


@transaction.atomic
def draft(*, process: Process, by: User, at: datetime, note: str = "") -> RuleSet:
    """Start a draft from the active rules (or from none). Raises Conflict where the person has an open draft."""
    access.check(by, PROPOSE_RULES, process, "Rules are drafted by the client’s administrators.")
    mine = RuleSet.objects.filter(process=process, author=by, state=RuleSetState.DRAFT).first()
    if mine is not None:
        raise Conflict("draft_open", f"You have an open draft already: v{mine.version}.")
    active = RuleSet.objects.filter(process=process, state=RuleSetState.ACTIVE).first()
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
        "rules": _rules_fact(ruleset),
    }
    _record(ruleset, "rules.drafted", facts, by, at)
    return ruleset


def _editable(ruleset_id: UUID, by: User, edits: int | None) -> RuleSet:
    """The draft, locked for one edit. Two people in one draft are told apart by the number of edits."""
    ruleset = RuleSet.objects.select_related("process__client").filter(pk=ruleset_id).first()
    if ruleset is None:
        raise NotVisible("not_found", "There are no such rules that you can see.")
    permissions.check_can_propose(by, ruleset)
    if ruleset.state != RuleSetState.DRAFT:
        raise Conflict("not_a_draft", "Only a draft can be edited; start a new one.")
    expected = ruleset.edits if edits is None else edits
    if not RuleSet.objects.filter(pk=ruleset.pk, state=RuleSetState.DRAFT, edits=expected).update(edits=F("edits") + 1):
        raise Conflict("edited_meanwhile", "Somebody else has edited this draft: look at it again.")
    return ruleset


def _checked(ruleset: RuleSet, rule: RuleInput) -> None:
    problems = conditions.check(rule.condition, rulesets.schema(ruleset.process))
    if problems:
        details = [{"pointer": problem.path, "detail": problem.sentence} for problem in problems]
        raise Invalid("condition", problems[0].sentence, "condition", details)
    if rule.effect not in set(Effect):
        raise Invalid("effect", "Choose what the rule does.", "effect")
    if not 1 <= rule.severity <= 4:
        raise Invalid("severity", "Severity is 1 (worst) to 4.", "severity")
    for name, longest in (("code", 20), ("name", 120), ("trigger_class", 30)):
        value = getattr(rule, name).strip()
        if not value or len(value) > longest:
            raise Invalid(name, f"1 to {longest} characters are required.", name)


@transaction.atomic
def put_rule(*, ruleset_id: UUID, rule: RuleInput, by: User, at: datetime, edits: int | None = None) -> Rule:
    """Add a rule to a draft, or change the one with its code. Raises Invalid with the place of each mistake."""
    ruleset = _editable(ruleset_id, by, edits)
    _checked(ruleset, rule)
    values = {name: value for name, value in asdict(rule).items() if name != "code"}
    existing = ruleset.rules.filter(code=rule.code).first()
    if existing is not None and existing.legal_lock:
        values["legal_lock"] = True
    if existing is None:
        last = ruleset.rules.aggregate(last=Max("position"))["last"] or 0
        stored = Rule.objects.create(ruleset=ruleset, code=rule.code, position=last + 1, **values)
    else:
        Rule.objects.filter(pk=existing.pk).update(**values)
        stored = Rule.objects.get(pk=existing.pk)
    change = f"{'changed' if existing else 'added'} {rule.code}"
    _record(
        ruleset, "rules.edited", {"version": ruleset.version, "change": change, "rules": _rules_fact(ruleset)}, by, at
    )
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
    facts = {"version": ruleset.version, "change": f"removed {code}", "rules": _rules_fact(ruleset)}
    _record(ruleset, "rules.edited", facts, by, at)


def problems(ruleset: RuleSet) -> list[rule_lint.LintProblem]:
    """Everything that forbids activating these rules: triggers without a path, locks broken, adverse outcomes."""
    schema = rulesets.schema(ruleset.process)
    terms = rulesets.terms(ruleset, schema)
    covered = paths.covered(ruleset.process)
    classes = {rule.trigger_class for rule in terms.rules}
    adverse: dict[str, set[str]] = {}
    for outcomes in ruleset.process.steps.values_list("adverse_outcomes", flat=True):
        for name, values in outcomes.items():
            adverse.setdefault(name, set()).update(values)
    # Routing itself holds every adverse outcome; where the process locks one by law, the rules must say so too.
    locked = adverse if ruleset.process.intake.get("adverse_locked") else None
    found = rule_lint.lint(terms, paths=covered | (classes if "*" in covered else set()), adverse=locked)
    active = RuleSet.objects.filter(process=ruleset.process, state=RuleSetState.ACTIVE).exclude(pk=ruleset.pk).first()
    if active is not None:
        found += rule_lint.lock_broken(rulesets.terms(active, schema), terms)
    return found


def _refuse_problems(ruleset: RuleSet) -> None:
    found = problems(ruleset)
    if found:
        details = [{"pointer": f"/rules/{problem.rule}", "detail": problem.sentence} for problem in found]
        raise Conflict("rules_unsafe", found[0].sentence, "rules", details)


@transaction.atomic
def propose(*, ruleset_id: UUID, by: User, at: datetime) -> RuleSet:
    """Propose a draft: from here on it does not change. Raises Conflict naming the rule that makes it unsafe."""
    ruleset = _editable(ruleset_id, by, None)
    if not ruleset.rules.exists():
        raise Invalid("rules_empty", "There is no rule in this draft.", "rules")
    _refuse_problems(ruleset)
    RuleSet.objects.filter(pk=ruleset.pk).update(state=RuleSetState.PROPOSED, proposed_at=at, proposed_by=by)
    _record(ruleset, "rules.proposed", {"version": ruleset.version, "rules_digest": _digest(ruleset)}, by, at)
    ruleset.refresh_from_db()
    return ruleset


def _proposed(ruleset_id: UUID, by: User) -> RuleSet:
    ruleset = RuleSet.objects.select_related("process__client").filter(pk=ruleset_id).first()
    if ruleset is None:
        raise NotVisible("not_found", "There are no such rules that you can see.")
    permissions.check_can_approve_rules(by, ruleset)
    if ruleset.state != RuleSetState.PROPOSED:
        raise Conflict("not_proposed", "These rules do not wait for approval.")
    return ruleset


@transaction.atomic
def approve(*, ruleset_id: UUID, by: User, at: datetime) -> RuleSet:
    """Approve proposed rules and put them in force at once: the next interaction follows them.

    Raises NotAllowed for their author or somebody without decision authority, Conflict where they are unsafe.
    """
    ruleset = _proposed(ruleset_id, by)
    if authority.grant(by, ruleset.process, Authority.DECISION, at) is None:
        raise NotAllowed("no_authority", "You hold no decision authority on this process.")
    _refuse_problems(ruleset)
    digest = _digest(ruleset)
    facts: dict[str, Any] = {"version": ruleset.version, "rules_digest": digest, "author": ruleset.author_id}
    _record(ruleset, "rules.approved", facts, by, at)
    replaced = _activate(ruleset, by, at, decided=True)
    facts = {"version": ruleset.version, "rules_digest": digest, "replaces": replaced}
    _record(ruleset, "rules.activated", facts, by, at)
    return ruleset


@transaction.atomic
def reject(*, ruleset_id: UUID, by: User, reason: str, at: datetime) -> RuleSet:
    """Send proposed rules back, with a reason."""
    ruleset = _proposed(ruleset_id, by)
    if not reason.strip():
        raise Invalid("reason_required", "Say why.", "reason")
    RuleSet.objects.filter(pk=ruleset.pk, state=RuleSetState.PROPOSED).update(
        state=RuleSetState.REJECTED, decided_at=at, decided_by=by
    )
    _record(ruleset, "rules.rejected", {"version": ruleset.version}, by, at, {"why": reason.strip()})
    ruleset.refresh_from_db()
    return ruleset


@transaction.atomic
def roll_back(*, process: Process, to: RuleSet, by: User, at: datetime) -> RuleSet:
    """Put a superseded version back in force at once. Two people approved it then; one click restores it.

    Raises Conflict where it would loosen a legal lock of the rules in force.
    """
    access.check(by, APPROVE_RULES, process, "Rules are approved by the client’s administrators or owner.")
    if authority.grant(by, process, Authority.DECISION, at) is None:
        raise NotAllowed("no_authority", "You hold no decision authority on this process.")
    to = RuleSet.objects.select_related("process__client").get(pk=to.pk)
    if to.process_id != process.pk or to.state != RuleSetState.SUPERSEDED:
        raise Conflict("not_superseded", "Only a version that was in force can be restored.")
    _refuse_problems(to)
    replaced = _activate(to, by, at, decided=False)
    facts = {"version": to.version, "from_version": replaced, "to_version": to.version}
    _record(to, "rules.rolled_back", facts, by, at)
    return to


def _activate(ruleset: RuleSet, by: User, at: datetime, *, decided: bool) -> int | None:
    """Supersede the active rules and put these in force, alone with the process; returns the version replaced."""
    scopes.exclude(ruleset.process)
    active = RuleSet.objects.filter(process=ruleset.process, state=RuleSetState.ACTIVE).first()
    RuleSet.objects.filter(process=ruleset.process, state=RuleSetState.ACTIVE).update(
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
    return active.version if active else None
