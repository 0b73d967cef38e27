"""Drafts of rules: begun from the rules in force, written rule by rule, until they are proposed (B1, B8)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Case, F, Max, Value, When

from audit.errors import Conflict, Invalid, NotAllowed, NotVisible
from contracts.models import Process, User
from reviews import permissions
from reviews.domain import conditions
from reviews.domain.rule_terms import SEVERITIES, Effect
from reviews.enums import RuleSetState
from reviews.models import Rule, RuleSet
from reviews.selectors import rulesets
from reviews.services import rule_events

LONGEST_NOTE = 300
MOST_RULES = 200
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
                process=process,
                version=last + 1,
                based_on=active,
                note=note[:LONGEST_NOTE],
                author=by,
                drafted_at=at,
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


def editable(ruleset_id: UUID, by: User, edits: int | None) -> RuleSet:
    """The draft, locked for one edit. Two people in one draft are told apart by the number of edits."""
    ruleset = rulesets.found(ruleset_id)
    permissions.check_can_propose(by, ruleset)
    if ruleset.state != RuleSetState.DRAFT:
        raise Conflict("not_a_draft", "Only a draft can be edited; start a new one.")
    expected = ruleset.edits if edits is None else edits
    if not RuleSet.objects.filter(pk=ruleset.pk, state=RuleSetState.DRAFT, edits=expected).update(
        edits=F("edits") + 1
    ):
        raise Conflict("edited_meanwhile", "Somebody else has edited this draft: look at it again.")
    return ruleset


def hold(ruleset_id: UUID) -> None:
    """Keep edits of a draft away until the transaction ends; those under way are waited for."""
    if connection.features.has_select_for_update:
        list(RuleSet.objects.select_for_update(no_key=True).filter(pk=ruleset_id).values_list("pk"))


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
    ruleset = editable(ruleset_id, by, edits)
    rule = _checked(ruleset, rule)
    values = {name: value for name, value in asdict(rule).items() if name != "code"}
    existing = ruleset.rules.filter(code=rule.code).first()
    if existing is None and ruleset.rules.count() >= MOST_RULES:
        raise Conflict("too_many_rules", f"A rule set has at most {MOST_RULES} rules.")
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
    ruleset = editable(ruleset_id, by, edits)
    rule = ruleset.rules.filter(code=code).first() if _CODE.fullmatch(code) else None
    if rule is None:
        raise NotVisible("not_found", f"This draft has no rule {code!r}.")
    if rule.legal_lock:
        raise NotAllowed("legal_lock", f"{code} is locked by law: it cannot be removed here.")
    rule.delete()
    _edited(ruleset, f"removed {code}", by, at)


@transaction.atomic
def move_rule(
    *, ruleset_id: UUID, code: str, to: int, by: User, at: datetime, edits: int | None = None
) -> int:
    """Put a rule of a draft into another place, counted from 1, and say which it has now.

    Raises Conflict where it stands there already, or somebody else edited the draft since `edits`.
    """
    ruleset = editable(ruleset_id, by, edits)
    order = _order(ruleset)
    if code not in order:
        raise NotVisible("not_found", f"This draft has no rule {code!r}.")
    wanted = [one for one in order if one != code]
    place = min(max(to, 1), len(order))
    wanted.insert(place - 1, code)
    _put_in_order(ruleset, order, wanted)
    _edited(ruleset, f"moved {code} to place {place}", by, at)
    return place


@transaction.atomic
def reorder(
    *, ruleset_id: UUID, codes: Sequence[str], by: User, at: datetime, edits: int | None = None
) -> None:
    """Put all rules of a draft into this order. Raises Invalid where a code is missing, strange or named twice."""
    ruleset = editable(ruleset_id, by, edits)
    order = _order(ruleset)
    if sorted(codes) != sorted(order):
        raise Invalid("order", "Name every rule of the draft exactly once.", "order")
    _put_in_order(ruleset, order, list(codes))
    _edited(ruleset, f"put the rules in another order: {', '.join(codes)}"[:300], by, at)


def _order(ruleset: RuleSet) -> list[str]:
    return list(ruleset.rules.order_by("position", "pk").values_list("code", flat=True))


def _put_in_order(ruleset: RuleSet, order: list[str], wanted: list[str]) -> None:
    if order == wanted:
        raise Conflict("same_order", "The rules stand in this order already.")
    places = [When(code=code, then=Value(place)) for place, code in enumerate(wanted, start=1)]
    ruleset.rules.update(position=Case(*places))


@transaction.atomic
def write_note(*, ruleset_id: UUID, note: str, by: User, at: datetime, edits: int | None = None) -> None:
    """Say in a draft what it is for; whoever approves it reads that first."""
    ruleset = editable(ruleset_id, by, edits)
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise Invalid("note", f"{LONGEST_NOTE} characters at most.", "note")
    if "\0" in note:
        raise Invalid("note", "The note contains a character that cannot be stored.", "note")
    ruleset.note = note
    ruleset.save(update_fields=["note"])
    _edited(ruleset, "changed the note", by, at)


@transaction.atomic
def discard(*, ruleset_id: UUID, by: User, at: datetime, edits: int | None = None) -> None:
    """Throw a draft away: it stays readable for those who write rules, and can never come into force."""
    ruleset = editable(ruleset_id, by, edits)
    permissions.check_can_discard(by, ruleset)
    RuleSet.objects.filter(pk=ruleset.pk).update(state=RuleSetState.DISCARDED)
    rule_events.record(ruleset, "rules.discarded", {"version": ruleset.version}, by, at)


def _edited(ruleset: RuleSet, change: str, by: User, at: datetime) -> None:
    if by.pk != ruleset.author_id:
        ruleset.editors.add(by)
    facts = {"version": ruleset.version, "change": change, "rules": rule_events.listed(ruleset)}
    rule_events.record(ruleset, "rules.edited", facts, by, at)


@transaction.atomic
def without(*, process: Process, code: str, by: User, at: datetime) -> RuleSet:
    """A draft of the rules in force without one of them; taken out of the person's open draft where he has one.

    Raises NotAllowed for a legally locked rule, NotVisible for one that is not there.
    """
    permissions.check_can_draft(by, process)
    ruleset = RuleSet.objects.filter(process=process, author=by, state=RuleSetState.DRAFT).first()
    if ruleset is None:
        ruleset = draft(process=process, by=by, at=at, note=f"Without {code}"[:300])
    remove_rule(ruleset_id=ruleset.pk, code=code, by=by, at=at)
    return ruleset
