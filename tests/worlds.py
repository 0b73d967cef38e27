"""The cast every test plays with: two clients, north and south, served by one provider, each with its own people.

Everything is made by the services, so no impossible world exists. `build(at)` takes some hundred milliseconds; tests
that need only a part still use the whole, so that a leak has somebody to leak to.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from contracts.domain.stakeholders import Stake
from contracts.enums import (
    Authority,
    Category,
    Party,
    Role,
    SafeState,
    Tenancy,
    Tier,
    UserKind,
)
from contracts.models import ApiKey, Document, ModelVersion, Organisation, Process, ProcessStep, User
from contracts.services import (
    agreements,
    ai_models,
    api_keys,
    documents,
    endpoints,
    going_live,
    matrix_drafts,
    memberships,
    parties,
    people,
    processes,
    raci,
    raci_drafts,
    stakeholders,
)
from contracts.services.endpoints import Setting
from reviews.enums import QueueKind
from reviews.models import Queue, RuleSet
from reviews.services import going_live as gates
from reviews.services import matrices, queues, rule_drafts, rules
from reviews.services.rule_drafts import RuleInput
from tests import agreed, kept_worlds

PASSWORD = "correct-horse-battery"
CATALOGUE = [
    {"name": "supplier_age_days", "label": "days since the supplier was added", "type": "days"},
    {"name": "bank_changed_days", "label": "days since the bank details changed", "type": "days"},
    {"name": "variance", "label": "variance", "type": "variance"},
    {"name": "duplicate_score", "label": "duplicate score", "type": "number"},
    {"name": "decision", "label": "decision", "type": "choice", "choices": ["pay", "hold", "deny"]},
]
OUTPUT = [
    {
        "name": "decision",
        "label": "Decision",
        "type": "choice",
        "choices": ["pay", "hold", "deny"],
        "decision": True,
    },
    {"name": "amount", "label": "Amount", "type": "money"},
    {"name": "comment", "label": "Comment", "type": "longtext"},
]
EVIDENCE = [{"name": "order", "label": "Purchase order"}, {"name": "receipt", "label": "Goods receipt"}]
RULES = [
    RuleInput(
        "AP-R1", "Large amount", {"field": "amount", "op": ">=", "value": "5000"}, "human_review", 3, "amount"
    ),
    RuleInput(
        "AP-R2",
        "Very large amount",
        {"field": "amount", "op": ">=", "value": "25000"},
        "second_review",
        2,
        "amount",
    ),
    RuleInput(
        "AP-R3",
        "Splitting",
        {"field": "subject_total", "op": ">=", "value": "20000", "window_hours": 24},
        "human_review",
        2,
        "splitting",
    ),
    RuleInput(
        "AP-R4",
        "Unsure model",
        {"field": "confidence", "op": "<", "value": "0.9"},
        "human_review",
        3,
        "confidence",
    ),
]


@dataclass
class Desk:
    """One client with its process and everybody who has to do with it."""

    client: Organisation
    process: Process
    steps: dict[str, ProcessStep]
    queues: dict[str, Queue]
    rules: RuleSet
    sop: Document
    model: ModelVersion
    cast: dict[str, User] = field(default_factory=dict)
    key: ApiKey | None = None
    secret: str = ""

    def __getattr__(self, name: str) -> User:
        cast = self.__dict__.get("cast", {})
        if name in cast:
            return cast[name]
        raise AttributeError(name)


@dataclass
class World:
    provider: Organisation
    vendor: Organisation
    north: Desk
    south: Desk
    stranger: User
    overseer: User


def build(at: datetime) -> World:
    """Both desks, ready to work, as of `at`; built once and kept."""
    return kept_worlds.kept(built, at)


def built(at: datetime) -> World:
    """Both desks, built by the services."""
    before = at - timedelta(days=30)
    provider = parties.add(kind=Party.PROVIDER, slug="provider", name="Provider", by=None, at=before)
    vendor = parties.add(kind=Party.AI_VENDOR, slug="vendor", name="Vendor", by=None, at=before)
    nowhere = parties.add(kind=Party.PROVIDER, slug="nowhere", name="Elsewhere", by=None, at=before)
    stranger = person("stranger", nowhere, before)
    overseer = person("overseer", provider, before)
    north = desk("north", provider, vendor, before)
    south = desk("south", provider, vendor, before)
    for one in (north, south):
        memberships.grant(
            user=overseer,
            organisation=one.client,
            role=Role.EXTERNAL_AUDITOR,
            process=one.process,
            by=None,
            at=before,
        )
    return World(
        provider=provider, vendor=vendor, north=north, south=south, stranger=stranger, overseer=overseer
    )


def person(username: str, organisation: Organisation, at: datetime, **more: Any) -> User:
    return people.add(
        username=username,
        name=username.replace("_", " ").title(),
        organisation=organisation,
        email=f"{username}@example.org",
        password=PASSWORD,
        by=None,
        at=at,
        **more,
    )


PROVIDER_ROLES = {
    "lead": Role.TEAM_LEAD,
    "reviewer": Role.REVIEWER,
    "second": Role.REVIEWER,
    "senior": Role.SENIOR_REVIEWER,
    "ops": Role.OPS_MANAGER,
    "auditor": Role.QA_AUDITOR,
    "governance": Role.GOVERNANCE_LEAD,
    "infosec": Role.INFOSEC,
}
STAKES = {
    Stake.BUSINESS_OWNER: ("owner", "admin"),
    Stake.PROVIDER_MANAGER: ("ops", "governance"),
    Stake.PROVIDER_STAFF: ("lead", "senior"),
    Stake.AI_VENDOR: ("vendor", ""),
    Stake.LEGAL_COMPLIANCE: ("legal", "dpo"),
    Stake.INFOSEC: ("infosec", ""),
}
CLIENT_ROLES = {
    "admin": Role.CLIENT_ADMIN,
    "owner": Role.CLIENT_OWNER,
    "viewer": Role.CLIENT_VIEWER,
    "dpo": Role.CLIENT_DPO,
    "legal": Role.CLIENT_LEGAL,
}


def desk(name: str, provider: Organisation, vendor: Organisation, at: datetime) -> Desk:
    client = parties.add(kind=Party.CLIENT, slug=name, name=name.title(), by=None, at=at)
    cast = {role: person(f"{name}_{role}", provider, at) for role in PROVIDER_ROLES}
    cast |= {role: person(f"{name}_{role}", client, at) for role in CLIENT_ROLES}
    User.objects.filter(pk__in=[cast["reviewer"].pk, cast["second"].pk]).update(lead=cast["lead"])
    agent = people.add(
        username=f"{name}_agent", name="Agent", organisation=vendor, kind=UserKind.AGENT, by=None, at=at
    )
    cast["agent"] = agent
    cast["vendor"] = person(f"{name}_vendor", vendor, at)
    calendar = agreements.define_calendar(
        name=f"{name} hours", time_zone="UTC", hours={}, always_open=True, by=None, at=at
    )
    process = processes.define(
        code=f"{name.upper()}-AP",
        name=f"{name.title()} invoices",
        client=client,
        provider=provider,
        vendors=[vendor],
        calendar=calendar,
        fields=CATALOGUE,
        intake={"required_lineage": ["source_system", "source_record_id"], "region": "DE"},
        by=None,
        at=at,
    )
    for role, title in PROVIDER_ROLES.items():
        memberships.grant(user=cast[role], organisation=provider, role=title, process=process, by=None, at=at)
    for role, title in CLIENT_ROLES.items():
        memberships.grant(user=cast[role], organisation=client, role=title, by=None, at=at)
    for role, title in (("agent", Role.AI_AGENT), ("vendor", Role.AI_VENDOR_REP)):
        memberships.grant(user=cast[role], organisation=vendor, role=title, process=process, by=None, at=at)
    for role in ("owner", "admin", "ops"):
        memberships.grant_authority(
            user=cast[role],
            process=process,
            kind=Authority.DECISION,
            evidence="Mandate of the board",
            by=None,
            at=at,
        )
    sop = _sop(name, process, cast, at)
    model = ai_models.register(
        vendor=vendor,
        name=f"{name} reader",
        version="1.0",
        reference=f"{name}-1.0",
        purpose="Reads invoices",
        procured_by=provider,
        by=None,
        at=at,
    )
    ai_models.approve(version=model, by=cast["owner"], at=at)
    endpoint = endpoints.register(
        name=f"{name}-eu",
        vendor=vendor,
        setting=Setting(host="model.example.org"),
        region="EU",
        tenancy=Tenancy.PRIVATE,
        by=None,
        at=at,
    )
    steps = {}
    for code, category in (("approve", Category.D1), ("triage", Category.D2), ("deny", Category.D3)):
        step = processes.add_step(
            process=process,
            code=code,
            name=code.title(),
            category=category,
            tier=Tier.HIGH,
            ai_scope="The AI compares the invoice with the order.",
            human_scope="People decide what departs from it.",
            output_fields=OUTPUT,
            evidence=EVIDENCE,
            adverse_outcomes={"decision": ["deny"]},
            sop=sop,
            business_category="payment",
            by=None,
            at=at,
        )
        processes.allow_models(step=step, versions=[model], endpoints=[endpoint], by=None, at=at)
        steps[code] = step
    opened = {
        kind: queues.open_queue(
            process=process, kind=kind, name=f"{name.title()} {kind.label.lower()}", by=None, at=at
        )
        for kind in QueueKind
    }
    _agreement(process, cast, calendar, at)
    ruleset = _rules(process, cast, at)
    _accountability(process, steps, cast, at)
    going_live.say_safe_state(process=process, safe_state=SafeState.HOLD, by=cast["owner"], at=at)
    gates.go_live(process=process, by=cast["owner"], at=at)
    key, secret = api_keys.issue(user=agent, label="main", processes=[process], by=None, at=at)
    process.refresh_from_db()
    return Desk(client, process, steps, opened, ruleset, sop, model, cast, key, secret)


def _sop(name: str, process: Process, cast: dict[str, User], at: datetime) -> Document:
    version = documents.draft(
        code=f"SOP-{name.upper()}",
        title="Reviewing a flagged invoice",
        process=process,
        owner=cast["ops"],
        review_deadline=(at + timedelta(days=180)).date(),
        steps=["Open the order", "Compare three ways", "Decide with a reason"],
        summary="Open the order and the receipt, compare them with the invoice, and decide.",
        by=cast["ops"],
        at=at,
    )
    documents.publish(version=version, by=cast["governance"], at=at)
    return version.document


def _agreement(process: Process, cast: dict[str, User], calendar: Any, at: datetime) -> None:
    level, admin = matrix_drafts.Level, cast["admin"]
    matrix = matrix_drafts.draft(process=process, by=admin, at=at)
    matrix_drafts.put_path(
        matrix_id=matrix.pk,
        levels=[
            level("L1", Role.TEAM_LEAD, cast["lead"], cast["senior"], calendar, 15, 120),
            level("L2", Role.OPS_MANAGER, cast["ops"], cast["governance"], calendar, 30, 240),
            level("L3", Role.CLIENT_ADMIN, cast["admin"], cast["owner"], calendar, 120, 480),
        ],
        by=admin,
        at=at,
    )
    matrix_drafts.put_final(
        matrix_id=matrix.pk,
        category="payment",
        min_value=Decimal(100000),
        party=Party.CLIENT,
        role=Role.CLIENT_OWNER,
        person=cast["owner"],
        deputy=cast["admin"],
        by=admin,
        at=at,
    )
    matrices.propose(matrix_id=matrix.pk, by=admin, at=at)
    matrices.approve(matrix_id=matrix.pk, by=cast["owner"], at=at, against=0)
    agreed.service_levels_of(process, cast, at)


def _accountability(
    process: Process, steps: dict[str, ProcessStep], cast: dict[str, User], at: datetime
) -> None:
    """The RACI as K2 prefills it, signed; everybody concerned; and the decision to use AI at each step."""
    matrix = raci_drafts.draft(process=process, by=cast["governance"], at=at)
    matrix = raci.propose(matrix_id=matrix.pk, by=cast["governance"], at=at)
    for who in ("ops", "owner"):
        raci.sign(matrix_id=matrix.pk, digest=matrix.digest, by=cast[who], at=at)
    for stake, (who, deputy) in STAKES.items():
        stakeholders.name(
            process=process,
            category=stake,
            person=cast[who],
            deputy=cast[deputy] if deputy else None,
            contact=f"{who}@example.org",
            duty="Answers within the day",
            by=None,
            at=at,
        )
    for step in steps.values():
        stakeholders.decide_ai_use(
            step=step,
            authority="Mandate of the board",
            alternatives="People alone; fixed rules alone",
            benefit="Invoices are paid in time",
            by=cast["owner"],
            at=at,
        )


def _rules(process: Process, cast: dict[str, User], at: datetime) -> RuleSet:
    ruleset = rule_drafts.draft(process=process, by=cast["admin"], at=at)
    for rule in RULES:
        rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=rule, by=cast["admin"], at=at)
    rules.propose(ruleset_id=ruleset.pk, by=cast["admin"], at=at)
    return rules.approve(ruleset_id=ruleset.pk, by=cast["owner"], at=at, against=0)


def payload(desk: Desk, **changes: Any) -> dict[str, Any]:
    """An invoice as the agent of the desk posts it: straight through unless the changes say otherwise."""
    posted: dict[str, Any] = {
        "process": desk.process.code,
        "step": "approve",
        "input": {"invoice": "Invoice 4711 for 12 valves", "supplier": "Acme"},
        "ai_output": {"decision": "pay", "amount": "1200.00", "comment": "Matches order and receipt."},
        "confidence": 0.97,
        "amount": "1200.00",
        "currency": "EUR",
        "model_version": desk.model.reference,
        "endpoint": f"{desk.client.slug}-eu",
        "language": "en",
        "lineage": [{"source_system": "erp", "source_record_id": "4711"}],
        "factors": [{"name": "three-way match", "weight": 0.9}],
        "citations": [{"source": "PO 88"}],
    }
    posted.update(changes)
    return {name: value for name, value in posted.items() if value is not None}
