"""What the trail and the people concerned are told about rules; the parts of `reviews.services.rules` that tell."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from audit.domain.envelope import Actor, Target
from audit.services import recording
from contracts import access
from contracts.domain.roles import APPROVE_RULES, PROPOSE_RULES
from contracts.models import User
from contracts.selectors import authority
from contracts.services import notifications
from contracts.services.acting import actor
from reviews.models import RuleSet

_CLOCK = Actor.system("rules")


def record(
    ruleset: RuleSet,
    action: str,
    facts: dict,
    by: User | None,
    at: datetime,
    personal: dict[str, str] | None = None,
) -> None:
    """One event about a rule set, in its client's log; without a person the clock acted."""
    process = ruleset.process
    recording.record(
        log=process.client.log_key,
        action=action,
        actor=actor(by, authority.role_on(by, process)) if by else _CLOCK,
        target=Target("ruleset", str(ruleset.pk), f"v{ruleset.version}", "process", str(process.pk)),
        facts=facts,
        at=at,
        client=process.client.slug,
        process=process.code,
        personal=personal,
        subject=str(ruleset.pk) if personal else "",
    )


def _told(ruleset: RuleSet) -> list[dict[str, Any]]:
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


def digest(ruleset: RuleSet) -> str:
    """A fingerprint of the rules as they decide, so that what was proposed is what was approved."""
    return hashlib.sha256(json.dumps(_told(ruleset), sort_keys=True).encode()).hexdigest()


def listed(ruleset: RuleSet) -> list[dict[str, Any]]:
    """The rules as a fact of an event."""
    return [{**rule, "condition": json.dumps(rule["condition"], sort_keys=True)} for rule in _told(ruleset)]


def tell_approvers(ruleset: RuleSet, at: datetime) -> None:
    """Tell those who may approve the proposal that it waits for them."""
    written = {ruleset.author_id, ruleset.proposed_by_id, *ruleset.editors.values_list("pk", flat=True)}
    subject = f"{ruleset.process.code}: the rules v{ruleset.version} wait for your approval"
    for user in access.holders(ruleset.process, APPROVE_RULES):
        if user.pk in written:
            continue
        _notify(ruleset, user, subject, ruleset.note, at)


def tell_all(ruleset: RuleSet, what: str, body: str, at: datetime, but: User | None = None) -> None:
    """Tell everybody who writes or approves the rules of the process what became of a version."""
    people = {user.pk: user for user in access.holders(ruleset.process, APPROVE_RULES)}
    people |= {user.pk: user for user in access.holders(ruleset.process, PROPOSE_RULES)}
    tell(ruleset, (user for user in people.values() if user != but), what, body, at)


def tell(ruleset: RuleSet, people: Iterable[User | None], what: str, body: str, at: datetime) -> None:
    """Tell certain people what became of a version."""
    subject = f"{ruleset.process.code}: the rules v{ruleset.version} {what}"
    for user in {user.pk: user for user in people if user is not None}.values():
        _notify(ruleset, user, subject, body, at)


def tell_author(ruleset: RuleSet, what: str, body: str, at: datetime) -> None:
    """Tell the author what became of his proposal."""
    subject = f"{ruleset.process.code}: your rules v{ruleset.version} {what}"
    _notify(ruleset, ruleset.author, subject, body, at)


def _notify(ruleset: RuleSet, user: User, subject: str, body: str, at: datetime) -> None:
    link = reverse("reviews:rules_version", args=[ruleset.process.code, ruleset.version])
    notifications.notify(user=user, subject=subject, body=body, link=link, at=at)
