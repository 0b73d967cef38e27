"""What there is on a process in each layer of governance (L9): the facts of the checklist in `governance.domain.layers`."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from audit.domain.retention import RecordClass
from audit.selectors import retention
from contracts.domain import clause_gaps, coverage, questionnaire
from contracts.domain.certificates import Standing
from contracts.domain.clause_gaps import Finding
from contracts.domain.liability import Layer as PayingLayer
from contracts.domain.questionnaire import QuestionnaireState
from contracts.enums import Party, Role
from contracts.models import (
    Certificate,
    MappedFunction,
    NoticeTerms,
    Organisation,
    Process,
    VendorQuestionnaire,
)
from contracts.selectors import (
    accountability,
    authority,
    calendars,
    certificates,
    clause_texts,
    data_flows,
    finals,
    halt_rights,
    paths,
    raci,
    service_levels,
    terms,
)
from governance.domain import layers
from governance.domain.layers import Facts, Row
from governance.models import BiasAudit, ProtectedAttribute
from reviews.models import SamplingPlan
from reviews.selectors import drills, rulesets

READERS = "What is there of an agreement is read by those who read the contracts."
_REVIEWS = {Role.REVIEWER, Role.SENIOR_REVIEWER}
# Who accepts service levels and signs, and who decides on changes, by party.
_SPEAKERS = {Party.CLIENT: Role.CLIENT_OWNER, Party.PROVIDER: Role.OPS_MANAGER}
_HOLDS = {Standing.VALID, Standing.EXPIRING, Standing.BRIDGED}
_AUDITED_WITHIN = timedelta(days=92)


def rows(process: Process, at: datetime) -> list[Row]:
    """The checklist of a process; needs `client` and `provider` loaded."""
    return layers.rows(facts(process, at))


def facts(process: Process, at: datetime) -> Facts:
    held = authority.held_on(process)
    vendors = list(process.vendors.order_by("name", "pk"))
    return Facts(
        clauses=_clauses(process, at),
        people={role: sum(role in roles for roles in held.values()) for role in Role},
        auditors=sum(Role.QA_AUDITOR in roles and not roles & _REVIEWS for roles in held.values()),
        signers=[party for party, role in _SPEAKERS.items() if any(role in one for one in held.values())],
        deciders=_deciders(process, held, at),
        missing_stakes=[stake.label for stake in accountability.missing_stakes(process)],
        layers_without_payer=_unpaid(process, at),
        uncertified=_uncertified([process.provider, *vendors], at),
        unset_periods=_unset_periods(process),
        vendors=len(vendors),
        unassessed=_unassessed(process, vendors, at),
        **_steps(process),
        **_in_force(process),
        **_halting(process, at),
        **_flow(process),
        **_drilled(process, at),
        **_fairness(process, at),
    )


def _clauses(process: Process, at: datetime) -> Mapping[str, Finding]:
    """What all contracts in force say of each template; nothing where none is."""
    said = clause_texts.in_force(process, at.date())
    return {one.template.id: one for one in clause_gaps.assess(said)} if said else {}


def _steps(process: Process) -> dict[str, Any]:
    steps = list(process.steps.order_by("position", "pk").values_list("pk", "code"))
    mapped = dict(MappedFunction.objects.filter(step__process=process).values_list("step", "signed_at"))
    return {
        "steps": len(steps),
        "unmapped": [code for key, code in steps if key not in mapped],
        "unsigned": [code for key, code in steps if key in mapped and mapped[key] is None],
        "undecided": accountability.undecided_steps(process),
    }


def _in_force(process: Process) -> dict[str, Any]:
    """What the process works under now."""
    signed, levels = raci.in_force(process), service_levels.active(process)
    rules = rulesets.active(process)
    plan = SamplingPlan.objects.filter(process=process).first()
    return {
        "raci": signed.version if signed else None,
        "finals": finals.in_force(process).count(),
        "rules": rules.version if rules else None,
        "paths": len(paths.all_in_force(process)),
        "fraction": plan.fraction if plan else None,
        "service_levels": levels.version if levels else None,
        "notice_terms": NoticeTerms.objects.filter(process=process).exists(),
    }


def _halting(process: Process, at: datetime) -> dict[str, Any]:
    grants = halt_rights.grants_of(process, at)
    hours = [calendars.terms(grant.calendar) for grant in grants]
    return {
        "safe_state": process.get_safe_state_display() if process.safe_state else "",
        "halt_holders": len({grant.user_id for grant in grants}),
        "halt_covered": not coverage.uncovered_all_year(hours, at),
    }


def _deciders(process: Process, held: Mapping[UUID, Collection[str]], at: datetime) -> list[Party]:
    granted = set(halt_rights.deciding(at).filter(process=process).values_list("user", flat=True))
    return [
        party
        for party, role in _SPEAKERS.items()
        if any(role in roles and user in granted for user, roles in held.items())
    ]


def _flow(process: Process) -> dict[str, Any]:
    published = data_flows.published(process)
    if published is None:
        return {}
    found = data_flows.violations(process, data_flows.graph(published))
    return {"data_flow": published.version, "flow_violations": len(found)}


def _uncertified(organisations: Collection[Organisation], at: datetime) -> list[str]:
    """The organisations without a certificate that holds today."""
    rows = Certificate.objects.filter(organisation__in=[one.pk for one in organisations])
    holding = {one.organisation_id for one in rows if certificates.standing(one, at.date()) in _HOLDS}
    return [one.name for one in organisations if one.pk not in holding]


def _unset_periods(process: Process) -> list[str]:
    kept = {one.record_class for one in retention.policies(process.client.log_key)}
    return [one.label for one in RecordClass if one not in kept]


def _unpaid(process: Process, at: datetime) -> list[str]:
    known = terms.liability(process, at.date())
    return [layer.label for layer in PayingLayer if layer not in known]


def _drilled(process: Process, at: datetime) -> dict[str, Any]:
    standing = drills.standings([process])[process.pk]
    return {"drilled": standing.last is not None, "drill_overdue": standing.overdue(at)}


def _fairness(process: Process, at: datetime) -> dict[str, Any]:
    supplied = ProtectedAttribute.objects.filter(process=process)
    audits = BiasAudit.objects.filter(process=process, audited_at__gt=at - _AUDITED_WITHIN)
    return {"attributes": supplied.exists(), "audited": audits.exists()}


def _unassessed(process: Process, vendors: Collection[Organisation], at: datetime) -> list[str]:
    """The vendors whose answers were not assessed within a year."""
    assessed = VendorQuestionnaire.objects.filter(
        process=process, state=QuestionnaireState.ASSESSED, assessed_at__gt=at - questionnaire.YEAR
    )
    known = set(assessed.values_list("vendor", flat=True))
    return [vendor.name for vendor in vendors if vendor.pk not in known]
