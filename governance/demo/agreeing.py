"""What the parties of the demo world agreed: procedures, steps, models, escalation paths, rules and the QA sample."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from contracts.enums import Party, Tenancy
from contracts.models import (
    BusinessCalendar,
    Document,
    ModelVersion,
    Organisation,
    Process,
    ProcessStep,
    User,
)
from contracts.services import agreements, ai_models, documents, processes
from governance.demo.sops import GOVERNANCE
from governance.demo.specs import Client, Sop
from reviews.services import rules, sampling_plans, scorecards


@dataclass(frozen=True)
class Parts:
    """What was made before anything is agreed; `born` is when the parties met."""

    now: datetime
    born: datetime
    organisations: Mapping[str, Organisation]
    users: Mapping[str, User]
    calendars: Mapping[str, BusinessCalendar]
    processes: Mapping[str, Process]


def publish_governance(parts: Parts) -> None:
    """The procedures that hold for every process."""
    for sop in GOVERNANCE:
        _sop(parts, sop, None, "priya.nair", "arjun.mehta")


def _sop(parts: Parts, sop: Sop, process: Process | None, author: str, publisher: str) -> Document:
    version = documents.draft(
        code=sop.code,
        title=sop.title,
        process=process,
        owner=parts.users[author],
        review_deadline=(parts.now + timedelta(days=120)).date(),
        steps=sop.steps,
        summary=sop.summary,
        by=parts.users[author],
        at=parts.born + timedelta(days=20),
    )
    documents.publish(version=version, by=parts.users[publisher], at=parts.born + timedelta(days=22))
    return version.document


def agree(parts: Parts, spec: Client) -> None:
    """All that one client and the provider agreed, in the order in which it is needed."""
    process = parts.processes[spec.process]
    sops = {sop.code: _sop(parts, sop, process, spec.author, spec.publisher) for sop in spec.sops}
    _steps(parts, spec, process, sops)
    at = parts.born + timedelta(days=30)
    levels = [
        agreements.Level(
            level.name,
            level.role,
            parts.users[level.person],
            parts.users[level.deputy],
            parts.calendars[level.calendar],
            level.ack,
            level.resolve,
            level.final,
        )
        for level in spec.levels
    ]
    agreements.define_path(process=process, levels=levels, by=parts.users[spec.admin], at=at)
    for final in spec.finals:
        agreements.rule_final_decision(
            process=process,
            category=final.category,
            min_value=final.from_value,
            party=Party.CLIENT,
            role=final.role,
            person=parts.users[final.person],
            deputy=parts.users[final.deputy],
            by=parts.users[spec.owner],
            at=at,
        )
    for target in spec.targets:
        agreements.agree_service_level(
            process=process,
            name=target.name,
            kind=target.kind,
            target=target.target,
            weight=Decimal(target.weight),
            by=parts.users[spec.owner],
            at=at,
        )
    _rules(parts, spec, process)
    _quality(parts, spec, process)


def _steps(parts: Parts, spec: Client, process: Process, sops: dict[str, Document]) -> None:
    model = _model(parts, spec)
    endpoint = ai_models.register_endpoint(
        name=spec.model.endpoint,
        vendor=parts.organisations[spec.model.vendor],
        host=spec.model.host,
        region=spec.model.region,
        tenancy=Tenancy.PRIVATE,
        by=parts.users["wei.tan"],
        at=parts.born + timedelta(days=24),
    )
    for step in spec.steps:
        made: ProcessStep = processes.add_step(
            process=process,
            code=step.code,
            name=step.name,
            category=step.category,
            tier=step.tier,
            ai_scope=step.ai_scope,
            human_scope=step.human_scope,
            business_category=step.business,
            output_fields=step.output,
            evidence=[{"name": name, "label": label} for name, label in step.evidence],
            adverse_outcomes=step.adverse,
            sop=sops[step.sop],
            by=parts.users[spec.admin],
            at=parts.born + timedelta(days=25),
        )
        processes.allow_models(
            step=made,
            versions=[model],
            endpoints=[endpoint],
            by=parts.users[spec.owner],
            at=parts.born + timedelta(days=26),
        )


def _model(parts: Parts, spec: Client) -> ModelVersion:
    model = spec.model
    version = ai_models.register(
        vendor=parts.organisations[model.vendor],
        name=model.name,
        version=model.version,
        reference=model.reference,
        purpose=model.purpose,
        limits=model.limits,
        procured_by=parts.organisations[model.procured_by],
        by=parts.users["priya.nair"],
        at=parts.born + timedelta(days=23),
    )
    ai_models.approve(version=version, by=parts.users[spec.owner], at=parts.born + timedelta(days=24))
    return version


def _rules(parts: Parts, spec: Client, process: Process) -> None:
    """The rules as they were, version by version, and as they are: drafted by one, approved by another."""
    admin, owner = parts.users[spec.admin], parts.users[spec.owner]
    at = parts.born + timedelta(days=40)
    for conditions in [*spec.rules_before, None]:
        ruleset = rules.draft(process=process, by=admin, at=at)
        known = set(ruleset.rules.values_list("code", flat=True))
        for rule in spec.rules:
            condition = (conditions or {}).get(rule.code, rule.condition)
            changed = any(rule.code in before for before in spec.rules_before)
            if rule.code not in known or changed:
                written = rules.RuleInput(**{**rule.__dict__, "condition": condition})
                rules.put_rule(ruleset_id=ruleset.pk, rule=written, by=admin, at=at)
        rules.propose(ruleset_id=ruleset.pk, by=admin, at=at + timedelta(hours=2))
        rules.approve(ruleset_id=ruleset.pk, by=owner, at=at + timedelta(hours=6))
        at += timedelta(days=70)


def _quality(parts: Parts, spec: Client, process: Process) -> None:
    # The plan begins today: the sweep draws no day before it. Earlier days are drawn by the history itparts.
    governance = parts.users["priya.nair"]
    scorecards.publish(
        process=process,
        by=governance,
        at=parts.born + timedelta(days=45),
        extra=[spec.extra_line],
        not_applicable=spec.not_asked,
    )
    sampling_plans.set_plan(process=process, fraction=spec.fraction, by=governance, at=parts.now)
