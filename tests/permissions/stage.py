"""One desk in the middle of its day: a case in every state that a route of the matrix speaks of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.test import Client

from audit.domain.envelope import Actor
from audit.domain.retention import HoldScope
from audit.models import Event
from audit.services import retention
from contracts.models import User
from contracts.services import api_keys, freezes, undeclared
from governance.models import Incident
from governance.services import evidence_requests, incidents
from reviews.domain import scorecard
from reviews.enums import Verdict
from reviews.forms.qa import MARK
from reviews.models import Decision, Interaction
from reviews.services import (
    calibrations,
    claims,
    clocks,
    decisions,
    draws,
    escalations,
    evaluations,
    intake,
    rule_drafts,
    rules,
    sampling_plans,
    scorecards,
    simulations,
    workspace,
)
from reviews.services.decisions import Answer
from reviews.services.rule_drafts import RuleInput
from tests import matrices, worlds
from tests.factories import bias as groups
from tests.factories import changes as changed
from tests.factories import consequences as followed
from tests.factories import contracts as agreed
from tests.factories import drills, engines, qa, rule_forms
from tests.factories import halts as halted
from tests.factories import honeypots as pots
from tests.factories import qa as sampled
from tests.factories import raci as racis
from tests.factories import recalls as recalled
from tests.factories import rules as made
from tests.factories import service_levels as levels
from tests.factories import vendors as proven
from tests.factories import vigilance as watched
from tests.factories import webhooks as hooked
from tests.governance import trails
from tests.worlds import Desk, World


@dataclass
class Stage:
    world: World
    desk: Desk
    at: datetime
    interaction: UUID
    waiting: UUID
    waiting_interaction: UUID
    held: UUID
    decision: UUID
    escalation: UUID
    drill: UUID
    active: int
    draft: int
    proposed: int
    superseded: int
    draw: UUID
    evaluation: UUID
    scored: UUID
    dispute: UUID
    calibration: UUID
    webhook: UUID
    halt: UUID
    asked_halt: UUID
    simulation: UUID
    expired_secret: str
    received: UUID
    hold: UUID
    export: UUID
    released: UUID
    recall: UUID
    recalled: UUID
    proposal: UUID
    action: UUID
    finding: UUID
    signal: UUID
    vigilance: UUID
    control_item: UUID
    bias_audit: UUID
    contract: UUID
    contract_digest: str
    contract_draft: UUID
    contract_clause: UUID
    contract_appendix: UUID
    contract_term: UUID
    pause: UUID
    breach: UUID
    levels_active: int
    levels_draft: int
    levels_proposed: int
    levels_digest: str
    levels_edits: int
    disputed: UUID
    raci_signed: int
    raci_proposed: int
    raci_draft: int
    certificate: UUID
    change: UUID
    freeze: UUID
    undeclared: UUID
    data_flow: int
    questionnaire: UUID
    incident: UUID
    size: int
    rule_form: dict[str, Any]
    answers: dict[str, Any]

    @classmethod
    def build(cls, at: datetime) -> "Stage":
        """The desk at `at`: what was done a moment before, so that the undo window is still open."""
        world = worlds.build(at)
        desk = world.north
        waiting, waiting_interaction = _case(desk, at, "waiting")
        held, interaction = _case(desk, at, "held")
        decided, _ = _case(desk, at, "decided")
        escalated, _ = _case(desk, at, "escalated")
        claims.claim(case_id=escalated, user=desk.reviewer, at=at)
        escalation = escalations.escalate(case_id=escalated, user=desk.reviewer, question="Which one?", at=at)
        claims.claim(case_id=held, user=desk.reviewer, at=at)
        # The waiting one is the reviewer's own first review: a second pair of eyes is needed there.
        claims.claim(case_id=waiting, user=desk.reviewer, at=at)
        _approve(desk, waiting, at)
        second, waiting_interaction = waiting, _case(desk, at, "untouched")[1]
        superseded, active = desk.rules.version, _activate(desk, at)
        proposed = _propose(desk, at)
        matrices.in_every_state(desk, at)
        draft = rule_drafts.draft(process=desk.process, by=desk.admin, at=at).version
        draw, evaluation, answers = _sample(desk, at)
        return cls(
            world=world,
            desk=desk,
            at=at,
            interaction=interaction,
            waiting=second,
            waiting_interaction=waiting_interaction,
            held=held,
            escalation=escalation.pk,
            drill=drills.started(desk, at).pk,
            active=active,
            draft=draft,
            proposed=proposed,
            superseded=superseded,
            draw=draw,
            evaluation=evaluation,
            **_disputed(desk, at),
            webhook=hooked.endpoint(desk, at).pk,
            halt=halted.engaged(desk, at, step="deny").pk,
            asked_halt=halted.asked(desk, at, step="triage").pk,
            simulation=_simulation(desk, draft, at),
            expired_secret=_expired_key(desk, at),
            received=Interaction.objects.get(pk=interaction).received_event,
            hold=_hold(at),
            export=_asked(desk, interaction, at),
            released=qa.straight_through(desk, at, external_id="released")[0].pk,
            **_recalled(desk, at),
            action=followed.action(desk, at, reviewed=True).pk,
            finding=followed.finding(desk, at).pk,
            **watched.noticed(desk, at),
            proposal=engines.proposed(desk, at).pk,
            control_item=pots.item(desk, at).pk,
            bias_audit=groups.audited(desk, at).pk,
            **agreed.in_preparation(desk, at),
            pause=_paused(desk, held, at),
            breach=levels.breach(desk, at, "one").pk,
            **levels.in_every_state(desk, at),
            disputed=levels.disputed(desk, at, "two").pk,
            **racis.in_every_state(desk, at),
            **_changed(desk, at),
            **proven.staged(desk, world.vendor, at),
            # Last of all: others of these release whatever can be.
            decision=_decided(desk, decided, at).pk,
            size=trails.publish("north"),
            rule_form=rule_forms.sent(0, code="AP-R9", name="Rather large amount", value_0="7000"),
            answers=answers,
        )

    def client(self, actor: str) -> Client:
        client = Client()
        if actor != "anonymous":
            client.force_login(self.user(actor), backend="contracts.backends.People")
        return client

    def user(self, actor: str) -> User:
        special = {
            "stranger": self.world.stranger,
            "overseer": self.world.overseer,
            "twin": self.world.south.reviewer,
        }
        return special.get(actor) or self.desk.cast[actor]

    def headers(self, actor: str) -> dict[str, str]:
        secrets = {
            "own_key": self.desk.secret,
            "foreign_key": self.world.south.secret,
            "expired_key": self.expired_secret,
        }
        return {"authorization": f"Bearer {secrets[actor]}"} if actor in secrets else {}

    @property
    def payload(self) -> dict[str, Any]:
        return worlds.payload(self.desk, external_id="matrix")


def _case(desk: Desk, at: datetime, name: str) -> tuple[UUID, UUID]:
    amount = "26000.00" if name == "waiting" else "6000.00"
    posted = worlds.payload(desk, amount=amount, external_id=name)
    receipt = intake.accept(payloads=[posted], agent=desk.agent, key=desk.key, at=at)[0]
    assert receipt.case is not None
    assert receipt.id is not None
    return receipt.case, receipt.id


def _decided(desk: Desk, case: UUID, at: datetime) -> Decision:
    claims.claim(case_id=case, user=desk.reviewer, at=at)
    return _approve(desk, case, at)


def _approve(desk: Desk, case: UUID, at: datetime) -> Decision:
    for panel in worlds.EVIDENCE:
        workspace.open_evidence(case_id=case, user=desk.reviewer, panel=panel["name"], at=at)
    return decisions.decide(case_id=case, user=desk.reviewer, answer=Answer(Verdict.APPROVE), at=at)


def _paused(desk: Desk, case: UUID, at: datetime) -> UUID:
    """A pause that runs: it ends in an hour."""
    ends = at + timedelta(hours=1)
    paused = clocks.pause(case_id=case, begins=at, ends=ends, why="The archive is down", by=desk.lead, at=at)
    return paused.pk


def _propose(desk: Desk, at: datetime) -> int:
    ruleset = rule_drafts.draft(process=desk.process, by=desk.admin, at=at)
    condition = {"field": "amount", "op": ">=", "value": "4000"}
    rule = RuleInput("AP-R1", "Large amount", condition, "human_review", 3, "amount")
    rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=rule, by=desk.admin, at=at)
    return made.tried(rules.propose(ruleset_id=ruleset.pk, by=desk.admin, at=at), at).version


def _activate(desk: Desk, at: datetime) -> int:
    version = _propose(desk, at)
    proposed = desk.process.rulesets.get(version=version)
    return rules.approve(ruleset_id=proposed.pk, by=desk.owner, at=at, against=1).version


def _hold(at: datetime) -> UUID:
    """A legal hold that the operator placed, so that whoever keeps the records may lift it."""
    return retention.place_hold(
        log="north",
        scope=HoldScope.SUBJECT,
        key="f" * 32,
        reason="A lawsuit about this runs",
        by=Actor.system("operator"),
        at=at,
    ).pk


def _asked(desk: Desk, interaction: UUID, at: datetime) -> UUID:
    """Evidence of an interaction that the lead has asked for."""
    return evidence_requests.ask_interaction(
        interaction_id=interaction, show=(), purpose="The yearly audit", by=desk.lead, at=at
    ).pk


def _simulation(desk: Desk, draft: int, at: datetime) -> UUID:
    """What the owner wants to know of the admin's draft; nobody has counted it yet."""
    ruleset = desk.process.rulesets.get(version=draft)
    return simulations.ask_period(ruleset_id=ruleset.pk, by=desk.owner, at=at).pk


def _expired_key(desk: Desk, at: datetime) -> str:
    before = at - timedelta(days=10)
    _, secret = api_keys.issue(
        user=desk.agent,
        label="old",
        processes=[desk.process],
        by=None,
        at=before,
        expires_at=before + timedelta(days=1),
    )
    return secret


def _sample(desk: Desk, at: datetime) -> tuple[UUID, UUID, dict[str, Any]]:
    """A draw of the day before yesterday with one evaluation to score, and a full set of passing answers."""
    past = at - timedelta(days=2)
    posted = worlds.payload(desk, external_id="sampled")
    intake.accept(payloads=[posted], agent=desk.agent, key=desk.key, at=at, times=[past], origin="import")
    sampling_plans.set_plan(process=desk.process, fraction=Decimal("0.1"), by=desk.governance, at=past)
    scorecards.ensure(process=desk.process, by=desk.governance, at=past)
    draw = draws.draw(process=desk.process, day=past.date(), at=at)
    evaluation = draw.evaluations.get()
    codes = [item.code for item in scorecard.load(evaluation.scorecard.items) if item.applies]
    answers = {**{f"{MARK}{code}": "pass" for code in codes}, "judged_wrong": "no"}
    return draw.pk, evaluation.pk, answers


def _disputed(desk: Desk, at: datetime) -> dict[str, Any]:
    """What the reviewer decided a week ago, scored by another auditor and disputed by the reviewer."""
    past = at - timedelta(days=9)
    interaction = sampled.released_case(desk, past)
    draw = draws.draw(process=desk.process, day=past.date(), at=at)
    evaluation = draw.evaluations.get(interaction=interaction)
    evaluations.submit(
        evaluation_id=evaluation.pk,
        by=sampled.another_auditor(desk, past),
        answers=sampled.answers(evaluation, delivery="fail"),
        judged_wrong=False,
        at=at,
    )
    return {
        "scored": evaluation.pk,
        "dispute": sampled.disputed(desk, at, evaluation).pk,
        "calibration": calibrations.open_by_hand(process=desk.process, by=desk.governance, at=at).pk,
    }


def _changed(desk: Desk, at: datetime) -> dict[str, UUID]:
    """A model change that waits for those who approve it, days without deployments, and a version that nobody announced."""
    frozen = freezes.freeze(
        process=desk.process, name="Month-end", begins=at.date(), ends=at.date(), by=desk.owner, at=at
    )
    undeclared.notice(process=desk.process, reference="north-9.9", step="approve", policy="review", at=at)
    found = desk.process.undeclared_versions.get()
    told = Event.objects.filter(action="modelchange.undeclared")
    incidents.apply(desk.client.log_key, [one for one in told if one.content["process"] == desk.process.code])
    incident = Incident.objects.get(process=desk.process)
    return {
        "change": changed.submitted(desk, at).pk,
        "freeze": frozen.pk,
        "undeclared": found.pk,
        "incident": incident.pk,
    }


def _recalled(desk: Desk, at: datetime) -> dict[str, UUID]:
    """A recall that the senior reviewer opened, and the interaction."""
    found = recalled.opened(desk, at, external_id="recalled")
    return {"recall": found.pk, "recalled": found.interaction_id}
