"""What the parties of the demo world agreed: procedures, steps, models, escalation paths, rules and the QA sample."""

from datetime import datetime, timedelta

from contracts.enums import Party, SafeState, Tenancy
from contracts.models import (
    Document,
    ModelVersion,
    Process,
    ProcessStep,
    User,
)
from contracts.services import (
    ai_models,
    documents,
    endpoints,
    going_live,
    matrix_drafts,
    processes,
    sheets,
)
from contracts.services.endpoints import Setting
from governance.demo import answering, contracts, service_levels
from governance.demo.parts import Parts
from governance.demo.sops import GOVERNANCE
from governance.demo.specs import Client, Sop
from reviews.models import RuleSet
from reviews.services import (
    drills,
    matrices,
    rule_drafts,
    rules,
    sampling_plans,
    scorecards,
    simulating,
    simulations,
)
from reviews.services import going_live as gates


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
    contracts.agree(parts, spec)
    _matrix(parts, spec, process)
    service_levels.agree(parts, spec)
    _rules(parts, spec, process)
    _quality(parts, spec, process)


def _matrix(parts: Parts, spec: Client, process: Process) -> None:
    """Who takes a case up the path and who decides finally: written by the administrator, signed by the owner."""
    admin, at = parts.users[spec.admin], parts.born + timedelta(days=29)
    matrix = matrix_drafts.draft(process=process, by=admin, at=at)
    levels = [
        matrix_drafts.Level(
            level.name,
            level.role,
            parts.users[level.person],
            parts.users[level.deputy],
            parts.calendars[level.calendar],
            level.ack,
            level.resolve,
            authority=level.authority,
        )
        for level in spec.levels
    ]
    matrix_drafts.put_path(matrix_id=matrix.pk, levels=levels, by=admin, at=at)
    for final in spec.finals:
        matrix_drafts.put_final(
            matrix_id=matrix.pk,
            category=final.category,
            min_value=final.from_value,
            party=Party.CLIENT,
            role=final.role,
            person=parts.users[final.person],
            deputy=parts.users[final.deputy],
            by=admin,
            at=at,
        )
    matrix_drafts.describe(
        matrix_id=matrix.pk,
        note="As agreed with the service agreement.",
        review_by=parts.now.date() + timedelta(days=40),
        by=admin,
        at=at,
    )
    matrices.propose(matrix_id=matrix.pk, by=admin, at=at + timedelta(hours=3))
    matrices.approve(matrix_id=matrix.pk, by=parts.users[spec.owner], at=at + timedelta(days=1), against=0)


def _steps(parts: Parts, spec: Client, process: Process, sops: dict[str, Document]) -> None:
    model = _model(parts, spec)
    endpoint = endpoints.register(
        name=spec.model.endpoint,
        vendor=parts.organisations[spec.model.vendor],
        setting=Setting(host=spec.model.host),
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
        ruleset = rule_drafts.draft(process=process, by=admin, at=at)
        known = set(ruleset.rules.values_list("code", flat=True))
        for rule in spec.rules:
            condition = (conditions or {}).get(rule.code, rule.condition)
            changed = any(rule.code in before for before in spec.rules_before)
            if rule.code not in known or changed:
                written = rule_drafts.RuleInput(**{**rule.__dict__, "condition": condition})
                rule_drafts.put_rule(ruleset_id=ruleset.pk, rule=written, by=admin, at=at)
        rules.propose(ruleset_id=ruleset.pk, by=admin, at=at + timedelta(hours=2))
        before = ruleset.based_on.version if ruleset.based_on else 0
        if before:
            _simulate(ruleset, admin, at + timedelta(hours=4))
        rules.approve(ruleset_id=ruleset.pk, by=owner, at=at + timedelta(hours=6), against=before)
        at += timedelta(days=70)


def _simulate(ruleset: RuleSet, by: User, at: datetime) -> None:
    """Nothing has come in yet, so it shows nothing; but nobody approves rules that were not tried."""
    simulations.ask_period(ruleset_id=ruleset.pk, by=by, at=at)
    simulating.sweep(clock=lambda: at)


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


def go_live(parts: Parts, spec: Client) -> None:
    """The client says where the process goes when it is halted, and takes it live."""
    process, owner = parts.processes[spec.process], parts.users[spec.owner]
    at = parts.born + timedelta(days=45)
    answering.sign(parts, spec)
    answering.name_everybody(parts, spec)
    going_live.say_safe_state(process=process, safe_state=SafeState.HOLD, by=owner, at=at)
    gates.go_live(process=process, by=owner, at=at)
    sheets.refresh(process=process, at=at)


def try_claims(parts: Parts) -> None:
    """C7: the path of claims was tried half a year ago and not since: the first level let the call go by, the deputy
    of the second took it."""
    at = (parts.born + timedelta(days=200)).replace(hour=7, minute=20, second=0, microsecond=0)
    drill = drills.start(
        process=parts.processes["CLM-TRI"],
        trigger_class="*",
        severity=None,
        by=parts.users["arjun.mehta"],
        at=at,
    )
    missed = drill.due_at or at
    drills.advance_due(at=missed)
    answered = missed + timedelta(minutes=4, seconds=12)
    drills.answer(drill_id=drill.pk, user=parts.users["priya.nair"], at=answered)
