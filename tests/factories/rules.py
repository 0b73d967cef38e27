"""Rule sets in the state a test needs, reached by the services."""

from datetime import datetime, timedelta

from django.urls import reverse

from contracts.models import User
from reviews.enums import Verdict
from reviews.models import RuleSet
from reviews.selectors import rulesets
from reviews.services import claims, decisions, intake, release, rule_drafts, rules, workspace
from reviews.services.decisions import Answer
from reviews.services.rule_drafts import RuleInput
from tests import worlds
from tests.worlds import Desk

LARGE = {"field": "amount", "op": ">=", "value": "5000"}


def rule(
    code: str = "AP-R9", condition: dict | None = None, effect: str = "human_review", **more
) -> RuleInput:
    return RuleInput(code, "A rule", condition or LARGE, effect, **more)


def threshold(value: str) -> RuleInput:
    """The first rule of the desks, from another amount on."""
    return RuleInput(
        "AP-R1", "Large amount", {"field": "amount", "op": ">=", "value": value}, "human_review", 3, "amount"
    )


def drafted(desk: Desk, at: datetime, by: User | None = None) -> RuleSet:
    """A draft of the admin, or of somebody else, as it begins."""
    return rule_drafts.draft(process=desk.process, by=by or desk.admin, at=at)


def changed(desk: Desk, at: datetime, value: str = "15000", by: User | None = None) -> RuleSet:
    """A draft in which the first threshold is another one."""
    ruleset = drafted(desk, at, by)
    rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=threshold(value), by=by or desk.admin, at=at)
    ruleset.refresh_from_db()
    return ruleset


def proposed(desk: Desk, at: datetime, value: str = "15000", by: User | None = None) -> RuleSet:
    ruleset = changed(desk, at, value, by)
    return rules.propose(ruleset_id=ruleset.pk, by=by or desk.admin, at=at)


def simulated(desk: Desk, at: datetime, value: str = "15000", by: User | None = None) -> RuleSet:
    """A proposal whose simulation against the rules in force is done."""
    return tried(proposed(desk, at, value, by), at)


def tried(ruleset: RuleSet, at: datetime) -> RuleSet:
    """The proposal with its simulation against the rules in force done."""
    return rules.simulated(
        ruleset_id=ruleset.pk, base=rulesets.active(ruleset.process), by=ruleset.author, at=at
    )


def replaced(desk: Desk, at: datetime, value: str = "15000") -> RuleSet:
    """New rules in force, written by the admin and approved by the owner; the desk's own are superseded."""
    return approved(desk, simulated(desk, at, value), at)


def approved(desk: Desk, ruleset: RuleSet, at: datetime) -> RuleSet:
    """The proposal in force: the owner compared it with the rules it was simulated against."""
    compared = rulesets.active(desk.process)
    return rules.approve(
        ruleset_id=ruleset.pk, by=desk.owner, at=at, against=compared.version if compared else 0
    )


def locked(desk: Desk, at: datetime) -> RuleSet:
    """New rules in force, one of which the law requires: an adverse outcome is for senior reviewers."""
    ruleset = drafted(desk, at)
    law = rule(
        "AP-LAW", {"field": "adverse", "op": "is", "value": True}, "senior_only", severity=2, legal_lock=True
    )
    rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=law, by=desk.admin, at=at)
    tried(rules.propose(ruleset_id=ruleset.pk, by=desk.admin, at=at), at)
    return approved(desk, ruleset, at)


def post(desk: Desk, at: datetime, amount: str) -> str:
    """What becomes of an invoice over this amount."""
    payload = worlds.payload(desk, amount=amount)
    return intake.accept(payloads=[payload], agent=desk.agent, key=desk.key, at=at)[0].disposition


def worked(desk: Desk, at: datetime, payload: dict) -> None:
    """One interaction that a senior reviewer approved, released."""
    intake.accept(payloads=[payload], agent=desk.agent, key=desk.key, at=at)
    case = claims.next_case(user=desk.senior, at=at).case_id
    for panel in worlds.EVIDENCE:
        workspace.open_evidence(case_id=case, user=desk.senior, panel=panel["name"], at=at)
    approved = Answer(
        Verdict.APPROVE, reason_code="OTHER", note="As it should be.", factors=("delivery missing",)
    )
    decisions.decide(case_id=case, user=desk.senior, answer=approved, at=at)
    release.release_due(at=at + timedelta(seconds=9))


def address(name: str, desk: Desk, *version: int) -> str:
    """The page of the desk's rules whose route has this name: `active`, `version`, `rule`, `approve` …"""
    return reverse(f"reviews:rules_{name}", args=[desk.process.code, *version])


def state(ruleset: RuleSet) -> str:
    return RuleSet.objects.get(pk=ruleset.pk).state
