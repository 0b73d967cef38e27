"""BANK-77: an empty process for real questions to a bank, imported from a file: the AI names what the customer wants.

Its one rule sends whatever the model is not sure of to a person; nothing has to be opened before a decision.
"""

from datetime import datetime, timedelta

from django.db import transaction

from audit.services import origins
from contracts.domain.stakeholders import Stake
from contracts.enums import Authority, Category, Party, Role, SafeState, Tenancy, Tier, UserKind
from contracts.models import Organisation, Process, User
from contracts.services import (
    agreements,
    ai_models,
    api_keys,
    endpoints,
    going_live,
    matrix_drafts,
    memberships,
    parties,
    people,
    processes,
    raci_drafts,
    stakeholders,
)
from contracts.services.endpoints import Setting
from governance.demo import answering
from governance.demo.people import PROVIDER
from governance.demo.world import ORIGIN, World
from reviews.enums import QueueKind
from reviews.services import going_live as gates
from reviews.services import matrices, queues, rule_drafts, rules
from reviews.services.rule_drafts import RuleInput

CODE, STEP, AGENT = "BANK-77", "intent", "svc-intents"
MODEL, ENDPOINT = "tfidf-logreg-1.0", "intents-eu"
_SLUG = "northgate"
_UNSURE = RuleInput(
    "BK-R1",
    "Unsure model",
    {"field": "confidence", "op": "<", "value": "0.9"},
    "human_review",
    3,
    "confidence",
)


def build(*, world: World, at: datetime) -> str:
    """Make the process with its client, people, model and rule; returns the agent's key, or nothing if it is there."""
    if Process.objects.filter(code=CODE).exists():
        return ""
    with transaction.atomic(), origins.writing(origin=ORIGIN, quiet=True):
        return _Builder(world, at - timedelta(days=30), at).build()


class _Builder:
    """Makes the parts in the order in which they need each other."""

    def __init__(self, world: World, before: datetime, at: datetime) -> None:
        self.world, self.before, self.at = world, before, at
        self.client = parties.add(
            kind=Party.CLIENT, slug=_SLUG, name="Northgate Bank plc", country="GB", by=None, at=before
        )
        self.provider = Organisation.objects.get(slug=PROVIDER)
        self.vendor = Organisation.objects.get(slug="tallyworks")

    def build(self) -> str:
        process = self._process()
        admin, owner = self._people(process)
        agent = people.add(
            username=AGENT,
            name="Intents",
            organisation=self.vendor,
            kind=UserKind.AGENT,
            by=None,
            at=self.before,
        )
        memberships.grant(
            user=agent, organisation=self.vendor, role=Role.AI_AGENT, process=process, by=None, at=self.before
        )
        self._step(process, owner)
        self._matrix(process, admin, owner)
        ruleset = rule_drafts.draft(process=process, by=admin, at=self.before)
        rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=_UNSURE, by=admin, at=self.before)
        rules.propose(ruleset_id=ruleset.pk, by=admin, at=self.before)
        rules.approve(ruleset_id=ruleset.pk, by=owner, at=self.before, against=0)
        self._answering(process, admin, owner)
        going_live.say_safe_state(process=process, safe_state=SafeState.HOLD, by=owner, at=self.before)
        gates.go_live(process=process, by=owner, at=self.before)
        return api_keys.issue(user=agent, label="demo", processes=[process], by=owner, at=self.at)[1]

    def _process(self) -> Process:
        process = processes.define(
            code=CODE,
            name="Questions to the bank",
            client=self.client,
            provider=self.provider,
            vendors=[self.vendor],
            currency="GBP",
            time_zone="Europe/London",
            review_minutes=480,
            purpose="Find out what a customer wants.",
            evidence_required=False,
            intake={"region": "GB"},
            by=None,
            at=self.before,
        )
        queues.open_queue(
            process=process, kind=QueueKind.REVIEW, name=f"Review {CODE}", by=None, at=self.before
        )
        return process

    def _people(self, process: Process) -> tuple[User, User]:
        """The bank's administrator and owner log in with nothing: they only stand for who agreed to the rule."""
        made = []
        for login, name, role in (
            ("ruth.ames", "Ruth Ames", Role.CLIENT_ADMIN),
            ("paul.denny", "Paul Denny", Role.CLIENT_OWNER),
        ):
            user = people.add(username=login, name=name, organisation=self.client, by=None, at=self.before)
            memberships.grant(user=user, organisation=self.client, role=role, by=None, at=self.before)
            memberships.grant_authority(
                user=user,
                process=process,
                kind=Authority.DECISION,
                evidence="Mandate",
                by=None,
                at=self.before,
            )
            made.append(user)
        for login, role in (("ana.reyes", Role.REVIEWER), ("liza.santos", Role.TEAM_LEAD)):
            memberships.grant(
                user=self.world.people[login],
                organisation=self.provider,
                role=role,
                process=process,
                by=None,
                at=self.before,
            )
        return made[0], made[1]

    def _step(self, process: Process, owner: User) -> None:
        version = ai_models.register(
            vendor=self.vendor,
            name="Intents",
            version="1.0",
            reference=MODEL,
            purpose="Names the intent of a question by word weights and logistic regression.",
            procured_by=self.provider,
            by=None,
            at=self.before,
        )
        ai_models.approve(version=version, by=owner, at=self.before)
        endpoint = endpoints.register(
            name=ENDPOINT,
            vendor=self.vendor,
            setting=Setting(host="intents.example"),
            region="EU",
            tenancy=Tenancy.PRIVATE,
            by=None,
            at=self.before,
        )
        step = processes.add_step(
            process=process,
            code=STEP,
            name="Name the intent",
            category=Category.D1,
            tier=Tier.MEDIUM,
            ai_scope="Names one of 77 intents where it is sure.",
            human_scope="Names the intent where the model is not.",
            output_fields=[{"name": "intent", "label": "Intent", "type": "text", "decision": True}],
            by=None,
            at=self.before,
        )
        processes.allow_models(step=step, versions=[version], endpoints=[endpoint], by=owner, at=self.before)

    def _answering(self, process: Process, admin: User, owner: User) -> None:
        """Who answers for what, as K2 has it: signed by both; everybody concerned; and why AI is used."""
        cast, at = self.world.people, self.before
        governance, operations = cast["priya.nair"], cast["arjun.mehta"]
        memberships.grant_authority(
            user=operations,
            process=process,
            kind=Authority.DECISION,
            evidence="Power of attorney of the management",
            by=None,
            at=at,
        )
        matrix = raci_drafts.draft(process=process, by=governance, at=at)
        answering.agree(matrix, governance, [operations, owner], at)
        named = {
            Stake.BUSINESS_OWNER: owner,
            Stake.PROVIDER_MANAGER: operations,
            Stake.PROVIDER_STAFF: cast["liza.santos"],
            Stake.AI_VENDOR: cast["sam.ortiz"],
            Stake.LEGAL_COMPLIANCE: admin,
            Stake.INFOSEC: cast["wei.tan"],
        }
        for stake, person in named.items():
            stakeholders.name(
                process=process,
                category=stake,
                person=person,
                contact=person.email or f"{person.username}@{_SLUG}.example",
                duty="Answers within the day",
                by=governance,
                at=at,
            )
        answering.decide(process, owner, at, "Key words; people alone", "Questions reach the right desk")

    def _matrix(self, process: Process, admin: User, owner: User) -> None:
        cast = self.world.people
        calendar = agreements.define_calendar(
            name=f"{CODE} round the clock",
            time_zone="UTC",
            hours={},
            always_open=True,
            by=None,
            at=self.before,
        )
        levels = [
            matrix_drafts.Level("Team lead", Role.TEAM_LEAD, cast["liza.santos"], None, calendar, 60, 480),
            matrix_drafts.Level(
                "Operations", Role.OPS_MANAGER, cast["arjun.mehta"], cast["priya.nair"], calendar, 120, 960
            ),
        ]
        matrix = matrix_drafts.draft(process=process, by=admin, at=self.before)
        matrix_drafts.put_path(matrix_id=matrix.pk, levels=levels, by=admin, at=self.before)
        matrices.propose(matrix_id=matrix.pk, by=admin, at=self.before)
        matrices.approve(matrix_id=matrix.pk, by=owner, at=self.before, against=0)
