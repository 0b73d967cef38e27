"""What there is on a process in each layer of governance (L9): the facts of the checklist in `governance.domain.layer_facts`."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from audit.domain.retention import RecordClass
from audit.selectors import retention
from contracts.domain import clause_gaps, coverage, questionnaire
from contracts.domain.certificates import CertificateKind, Standing
from contracts.domain.clause_gaps import Standing as ClauseStanding
from contracts.domain.liability import Layer as PayingLayer
from contracts.domain.questionnaire import QuestionnaireState
from contracts.domain.stakeholders import Stake
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
from contracts.selectors.authority import Holder
from governance.domain import layer_facts
from governance.domain.layer_facts import Facts, Lacking, Said
from governance.domain.layers import Row
from governance.models import BiasAudit, ProtectedAttribute
from reviews.enums import DrillState
from reviews.models import SamplingPlan
from reviews.selectors import drills, rulesets

READERS = "What is there of an agreement is read by those who read the contracts."
# Whoever reviews, or leads those who do, does not audit their work.
_REVIEWS = {Role.REVIEWER, Role.SENIOR_REVIEWER, Role.TEAM_LEAD}
# Who accepts, signs and decides on changes, by party: with the authority to decide.
_SPEAKERS = {Party.CLIENT: Role.CLIENT_OWNER, Party.PROVIDER: Role.OPS_MANAGER}
_CERTIFICATES = {CertificateKind.SOC2_II, CertificateKind.ISO27001}
_HOLDS = {Standing.VALID, Standing.EXPIRING, Standing.BRIDGED}
_AUDITED_WITHIN = timedelta(days=92)
_STRENGTH = {ClauseStanding.PRESENT: 2, ClauseStanding.WEAK: 1, ClauseStanding.MISSING: 0}


def rows(process: Process, at: datetime) -> list[Row]:
    """The checklist of a process; needs `client` and `provider` loaded."""
    return layer_facts.rows(facts(process, at))


def facts(process: Process, at: datetime) -> Facts:
    held = authority.holders(process, at)
    vendors = list(process.vendors.order_by("name", "pk"))
    return Facts(
        clauses=_clauses(process, at),
        people={role: sum(role in one.roles for one in held) for role in Role},
        auditors=sum(Role.QA_AUDITOR in one.roles and not one.roles & _REVIEWS for one in held),
        deciders=_deciders(process, held),
        unnamed=_unnamed(process, bool(vendors)),
        unpaid=_unpaid(process, at),
        uncertified=_uncertified([process.provider, *vendors], at),
        unset_periods=_unset_periods(process),
        unaudited=_unaudited(process, at),
        unassessed=_unassessed(process, vendors, at),
        vendors=len(vendors),
        **_steps(process),
        **_in_force(process),
        **_halting(process, at),
        **_flow(process),
        **_drilled(process, at),
    )


def _clauses(process: Process, at: datetime) -> Mapping[str, Said]:
    """The best that one of the contracts in force says of each template; nothing where none is in force."""
    best: dict[str, Said] = {}
    for contract, texts in clause_texts.in_force(process, at.date()).items():
        for one in clause_gaps.assess(texts):
            known = best.get(one.template.id)
            if known is None or _STRENGTH[one.standing] > _STRENGTH[known.finding.standing]:
                best[one.template.id] = Said(contract, one)
    return best


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
    return {
        "raci": signed.version if signed else None,
        "finals": finals.in_force(process).count(),
        "rules": rules.version if rules else None,
        "paths": len(paths.all_in_force(process)),
        "sampled": SamplingPlan.objects.filter(process=process).exists(),
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


def _deciders(process: Process, held: Collection[Holder]) -> list[Party]:
    """The parties for which somebody of their own speaks who has the authority."""
    own = {Party.CLIENT: process.client_id, Party.PROVIDER: process.provider_id}
    return [
        party
        for party, role in _SPEAKERS.items()
        if any(role in one.roles and one.decides and one.organisation == own[party] for one in held)
    ]


def _flow(process: Process) -> dict[str, Any]:
    published = data_flows.published(process)
    if published is None:
        return {}
    found = data_flows.violations(process, data_flows.graph(published))
    return {"data_flow": published.version, "flow_violations": len(found)}


def _drilled(process: Process, at: datetime) -> dict[str, Any]:
    last = drills.last_tried(process)
    return {
        "drilled": last is not None,
        "drill_answered": last is not None and last.state == DrillState.ANSWERED,
        "drill_overdue": drills.standings([process])[process.pk].overdue(at),
    }


def _unnamed(process: Process, vendor: bool) -> Lacking:
    missing = [stake.label for stake in accountability.missing_stakes(process)]
    return Lacking(missing, len(Stake) - (not vendor))


def _uncertified(organisations: Collection[Organisation], at: datetime) -> Lacking:
    """The organisations without a certificate of their security that holds today."""
    rows = Certificate.objects.filter(
        organisation__in=[one.pk for one in organisations], kind__in=_CERTIFICATES
    )
    holding = {one.organisation_id for one in rows if certificates.standing(one, at.date()) in _HOLDS}
    return Lacking([one.name for one in organisations if one.pk not in holding], len(organisations))


def _unset_periods(process: Process) -> Lacking:
    kept = {one.record_class for one in retention.policies(process.client.log_key)}
    return Lacking([one.label for one in RecordClass if one not in kept], len(RecordClass))


def _unpaid(process: Process, at: datetime) -> Lacking:
    known = terms.liability(process, at.date())
    return Lacking([layer.label for layer in PayingLayer if layer not in known], len(PayingLayer))


def _unaudited(process: Process, at: datetime) -> Lacking:
    """The attributes that were supplied and not audited over days of the last quarter."""
    recent = BiasAudit.objects.filter(process=process, until__gt=(at - _AUDITED_WITHIN).date())
    audited = set(recent.values_list("attribute", flat=True))
    supplied = (
        ProtectedAttribute.objects.filter(process=process).order_by().values_list("attribute", flat=True)
    )
    known = sorted(set(supplied.distinct()))
    return Lacking([one for one in known if one not in audited], len(known))


def _unassessed(process: Process, vendors: Collection[Organisation], at: datetime) -> Lacking:
    """The vendors whose answers were not assessed within a year."""
    assessed = VendorQuestionnaire.objects.filter(
        process=process, state=QuestionnaireState.ASSESSED, assessed_at__gt=at - questionnaire.YEAR
    )
    known = set(assessed.values_list("vendor", flat=True))
    return Lacking([vendor.name for vendor in vendors if vendor.pk not in known], len(vendors))
