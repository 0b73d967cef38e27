"""What vendors supply and prove in the demo world: where models answer from, certificates, data flows, questionnaires (§6.8:
stories 9 and 10)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from contracts.domain.certificates import CertificateKind, Paper
from contracts.domain.questionnaire import QUESTIONS, Answer
from contracts.models import Endpoint, Process
from contracts.services import certificates, data_flows, endpoints, questionnaires
from contracts.services.endpoints import Setting
from governance.demo.parts import Parts
from governance.demo.specs import Client

_SECURITY, _GOVERNANCE = "wei.tan", "priya.nair"
_SUBPROCESSORS = {"tallyworks": ["Northern Cloud BV"], "corvid": ["Northern Cloud BV", "Kaido Hosting K.K."]}
_KEPT = {"tallyworks": 30, "corvid": 7}
# organisation, kind, auditor, scope, days from today: period from, period to, expires; exceptions.
_CERTIFICATES = [
    ("corvid", CertificateKind.SOC2_II, "Hale & Moritz", "Inference platform, Amsterdam and Tokyo", -750, -385, -20, ""),
    ("corvid", CertificateKind.ISO42001, "Norden Cert", "Management of AI systems", -400, 690, 690, ""),
    ("tallyworks", CertificateKind.SOC2_II, "Hale & Moritz", "Ledgerline", -520, -155, 210, "Two leavers kept access for a day"),
    ("meridian", CertificateKind.ISO27001, "Norden Cert", "Delivery centres Cebu and Hyderabad", -1035, 60, 60, ""),
    ("meridian", CertificateKind.CMMI, "Appraisal Partners", "Service delivery", -300, 790, 790, ""),
]  # fmt: skip


def supply(parts: Parts, specs: Sequence[Client]) -> None:
    """All of it, once the agreements stand."""
    at = parts.now - timedelta(days=2)
    for spec in specs:
        _settle_endpoint(parts, spec, parts.born + timedelta(days=27))
    for organisation, kind, auditor, scope, begins, ends, expires, exceptions in _CERTIFICATES:
        today = at.date()
        certificates.add(
            organisation=parts.organisations[organisation],
            paper=Paper(
                kind=kind,
                scope=scope,
                auditor=auditor,
                period_from=today + timedelta(days=begins),
                period_to=today + timedelta(days=ends),
                expires_on=parts.now.date() + timedelta(days=expires),
                level=5 if kind == CertificateKind.CMMI else None,
                exceptions=exceptions,
            ),
            by=parts.users[_GOVERNANCE],
            at=at,
        )
    _draw(parts, parts.processes["AP-INV"], _INVOICES, at)
    _draw(parts, parts.processes["CS-REPLY"], _REPLIES, at)
    _ask(parts, at)


def _settle_endpoint(parts: Parts, spec: Client, at: datetime) -> None:
    process, vendor = parts.processes[spec.process], spec.model.vendor
    endpoints.agree_ground(
        process=process,
        regions=spec.regions,
        data_classes=[],
        training_use="none",
        by=parts.users[spec.owner],
        at=at,
    )
    endpoint = Endpoint.objects.get(name=spec.model.endpoint)
    endpoints.amend(
        endpoint_id=endpoint.pk,
        setting=Setting(endpoint.host, "none", _KEPT[vendor], _SUBPROCESSORS[vendor]),
        seen=endpoint.amendments,
        by=parts.users[_SECURITY],
        at=at,
    )


def _node(key: str, name: str, kind: str, party: str, region: str, endpoint: str = "") -> dict[str, str]:
    return {"key": key, "name": name, "kind": kind, "party": party, "region": region, "endpoint": endpoint}


def _edge(
    key: str, way: str, classes: Sequence[str], purpose: str, days: int | None = None
) -> dict[str, Any]:
    source, _, target = way.partition(" ")
    return {
        "key": key,
        "source": source,
        "target": target,
        "classes": sorted(classes),
        "purpose": purpose,
        "redacted": "redacted" in classes,
        "encrypted": True,
        "days": days,
    }


_INVOICES: Mapping[str, Any] = {
    "format": 1,
    "nodes": [
        _node("erp", "ERP and vendor master", "source", "Halvorsen Pumps", "EU"),
        _node("gate", "Intake and redaction", "redaction", "Meridian", "EU"),
        _node("model", "Ledgerline 4.2", "ai", "Tallyworks AI", "EU", "ledgerline-eu"),
        _node("team", "Reviewers in Cebu", "human", "Meridian", "PH"),
        _node("ledger", "Case store and trail", "storage", "Meridian", "EU"),
        _node("purge", "Deletion after 8 years", "deletion", "Meridian", "EU"),
    ],
    "edges": [
        _edge("e1", "erp gate", ["personal", "financial"], "Invoices to approve"),
        _edge("e2", "gate model", ["redacted", "financial"], "Match with order and receipt", 30),
        _edge("e3", "model ledger", ["redacted", "business"], "Proposed decisions", 2922),
        _edge("e4", "ledger team", ["redacted", "business"], "Review of what departs from the order"),
        _edge("e5", "team ledger", ["business"], "Decisions", 2922),
        _edge("e6", "ledger purge", ["redacted", "logs"], "Retention is over"),
    ],
}
# Story 9: from the CRM straight to the model, beside the redaction.
_REPLIES: Mapping[str, Any] = {
    "format": 1,
    "nodes": [
        _node("crm", "CRM", "source", "Hanabi Home", "JP"),
        _node("gate", "Intake and redaction", "redaction", "Meridian", "JP"),
        _node("model", "Scribe", "ai", "Corvid", "JP", "scribe-jp"),
        _node("team", "Reviewers in Cebu", "human", "Meridian", "PH"),
        _node("store", "Case store and trail", "storage", "Meridian", "SG"),
        _node("purge", "Deletion after 24 months", "deletion", "Meridian", "SG"),
    ],
    "edges": [
        _edge("e1", "crm gate", ["personal"], "Messages of customers"),
        _edge("e2", "gate model", ["redacted"], "Draft a reply", 7),
        _edge("e3", "crm model", ["personal"], "Order history, looked up by the model"),
        _edge("e4", "model store", ["redacted"], "Drafts", 730),
        _edge("e5", "store team", ["redacted"], "Review before sending"),
        _edge("e6", "store purge", ["redacted", "logs"], "Retention is over"),
    ],
}


def _draw(parts: Parts, process: Process, body: Mapping[str, Any], at: datetime) -> None:
    lead = parts.users[_GOVERNANCE]
    draft = data_flows.draft(process=process, by=lead, at=at)
    drawn = data_flows.take_in(flow_id=draft.pk, body=dict(body), edits=0, by=lead, at=at)
    data_flows.publish(flow_id=drawn.pk, edits=drawn.edits, by=lead, at=at)


_ANSWERS = {
    "p1": ("yes", "TLS 1.3 on the way, AES-256 at rest."),
    "p2": ("yes", "Deleted after seven days, by a job that is audited."),
    "p3": ("yes", "Two, both named in the register."),
    "x1": ("partly", "Factors for classifications, none for free text."),
    "x2": ("partly", "Each quarter, for English only."),
    "b1": ("no", "Planned for the next major version."),
    "b2": ("partly", "A statement on sources, without figures."),
    "t1": ("yes", "The contract rules it out, and so does the setting of the endpoint."),
    "t2": ("yes", "The same clause flows down."),
    "c1": ("yes", "Thirty days ahead, by a notice in this portal."),
    "s1": ("partly", "The next report is being audited."),
    "i1": ("yes", "None in the last 24 months."),
    "i2": ("yes", "Within twelve hours so far."),
}
_POINTS = {"x1": 2, "x2": 2, "b1": 0, "b2": 2, "s1": 1}


def _ask(parts: Parts, at: datetime) -> None:
    """Corvid was asked and assessed; Tallyworks has still to answer."""
    lead = parts.users[_GOVERNANCE]
    asked = at - timedelta(days=40)
    found = questionnaires.ask(
        process=parts.processes["CS-REPLY"],
        vendor=parts.organisations["corvid"],
        due_on=asked.date() + timedelta(days=30),
        by=lead,
        at=asked,
    )
    answered = asked + timedelta(days=12)
    given = {key: Answer(reply, words) for key, (reply, words) in _ANSWERS.items()}
    questionnaires.answer(
        questionnaire_id=found.pk,
        answers=given,
        submit=True,
        edits=0,
        by=parts.users["nina.koch"],
        at=answered,
    )
    points = {one.key: _POINTS.get(one.key, 4) for one in QUESTIONS}
    questionnaires.assess(questionnaire_id=found.pk, points=points, by=lead, at=answered + timedelta(days=4))
    questionnaires.ask(
        process=parts.processes["AP-INV"],
        vendor=parts.organisations["tallyworks"],
        due_on=at.date() + timedelta(days=30),
        by=lead,
        at=at,
    )
