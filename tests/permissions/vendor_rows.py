"""The rows of the matrix for what vendors supply and prove: kept by information security and the governance lead, read by
those who read the agreement."""

import json

from contracts.models import Endpoint
from tests.factories.vendors import flow_body
from tests.permissions.matrix import AGREED, ALL_PARTIES, CONTRACT_READERS, Row, code, every, refused
from tests.permissions.stage import Stage

_READ = every("ok", *CONTRACT_READERS)
_KEEP = refused(CONTRACT_READERS, governance="ok", infosec="ok")
# The vendor reads what it runs; others keep the register.
_VENDOR = {"vendor": "403"}
_SETTING = {"host": "model.example.org", "training_use": "opt_in", "seen": "0"}


def _endpoint(stage: Stage) -> dict:
    return {"endpoint_id": Endpoint.objects.get(name=f"{stage.desk.client.slug}-eu").pk}


def _certificate(stage: Stage) -> dict:
    return {"certificate_id": stage.certificate}


def _paper(_stage: Stage) -> dict:
    return {
        "kind": "soc2_ii",
        "scope": "The platform",
        "auditor": "Peters",
        "period_from": "2025-01-01",
        "period_to": "2025-06-30",
        "expires_on": "2026-12-31",
    }


def _flow(stage: Stage) -> dict:
    return {**code(stage), "version": stage.data_flow}


def _statement(stage: Stage) -> dict:
    return {**code(stage), "vendor": stage.world.vendor.slug}


_STATEMENTS = refused(AGREED, **_READ, vendor="ok")
_SEES_FLOW = refused(AGREED, **_READ)
_DRAWS = refused(AGREED, governance="ok", legal="ok")
# The factory drew in it once.
_EDITS = {"edits": "1"}


def _questionnaire(stage: Stage) -> dict:
    return {"questionnaire_id": stage.questionnaire}


_READ_AND_VENDOR = every("ok", *CONTRACT_READERS, "vendor")

VENDOR_ROWS = [
    Row("contracts:questionnaires", "GET", ALL_PARTIES),
    # The one vendor there is is being asked already.
    Row("contracts:questionnaire_new", "GET", {}, rest="403"),
    Row("contracts:questionnaire_new", "POST", {}, rest="403"),
    Row("contracts:questionnaire", "GET", _READ_AND_VENDOR, kwargs=_questionnaire),
    Row(
        "contracts:questionnaire_answer",
        "POST",
        refused(CONTRACT_READERS, vendor="ok"),
        kwargs=_questionnaire,
        data=lambda _s: {"edits": "0", "reply_p1": "yes", "do": "submit"},
    ),
    # It is not answered yet.
    Row(
        "contracts:questionnaire_assess",
        "POST",
        refused((*CONTRACT_READERS, "vendor"), governance="409", infosec="409"),
        kwargs=_questionnaire,
    ),
    Row("contracts:api_questionnaires", "GET", ALL_PARTIES, anonymous="401"),
    Row("contracts:data_flow", "GET", _SEES_FLOW, kwargs=code),
    Row("contracts:data_flow_begin", "POST", refused(AGREED, governance="409", legal="409"), kwargs=code),
    Row("contracts:data_flow_draft", "GET", _DRAWS, kwargs=code),
    Row("contracts:data_flow_node", "GET", _DRAWS, kwargs=code),
    Row(
        "contracts:data_flow_node",
        "POST",
        _DRAWS,
        kwargs=code,
        data=lambda _s: {**_EDITS, "name": "Archive", "kind": "storage", "party": "North", "region": "EU"},
    ),
    Row("contracts:data_flow_edge", "GET", _DRAWS, kwargs=code),
    Row(
        "contracts:data_flow_edge",
        "POST",
        _DRAWS,
        kwargs=code,
        data=lambda _s: {
            **_EDITS,
            "source": "crm",
            "target": "ai",
            "classes": ["personal"],
            "purpose": "To answer",
        },
    ),
    Row(
        "contracts:data_flow_import",
        "POST",
        _DRAWS,
        kwargs=code,
        data=lambda _s: {**_EDITS, "body": json.dumps(flow_body())},
    ),
    Row("contracts:data_flow_publish", "POST", _DRAWS, kwargs=code, data=lambda _s: _EDITS),
    Row("contracts:data_flow_svg", "GET", _SEES_FLOW, kwargs=_flow),
    Row("contracts:data_flow_json", "GET", _SEES_FLOW, kwargs=_flow),
    Row("contracts:api_data_flow", "GET", _SEES_FLOW, kwargs=code, anonymous="401"),
    Row("contracts:certificates", "GET", ALL_PARTIES),
    Row("contracts:certificate_new", "GET", every("ok", "governance", "infosec"), rest="403"),
    Row(
        "contracts:certificate_new",
        "POST",
        every("ok", "governance", "infosec"),
        rest="403",
        data=lambda s: {**_paper(s), "organisation": str(s.world.vendor.pk)},
    ),
    Row("contracts:certificate", "GET", _READ, kwargs=_certificate),
    Row("contracts:certificate_replace", "GET", _KEEP, kwargs=_certificate),
    Row("contracts:certificate_replace", "POST", _KEEP, kwargs=_certificate, data=_paper),
    Row(
        "contracts:certificate_withdraw",
        "POST",
        _KEEP,
        kwargs=_certificate,
        data=lambda _s: {"why": "The auditor took it back"},
    ),
    Row("contracts:findings", "GET", refused(AGREED, **_READ), kwargs=code),
    Row("contracts:api_certificates", "GET", ALL_PARTIES, anonymous="401"),
    Row("contracts:attestations", "GET", ALL_PARTIES),
    Row("contracts:attestation", "GET", _STATEMENTS, kwargs=_statement),
    Row(
        "contracts:attestation_attest",
        "POST",
        refused(AGREED, governance="ok", infosec="ok", vendor="ok"),
        kwargs=_statement,
        data=lambda _s: {"training": "no", "evidence": "A letter"},
    ),
    Row("contracts:endpoints", "GET", ALL_PARTIES),
    Row("contracts:endpoint_new", "GET", every("ok", "governance", "infosec"), rest="403"),
    Row(
        "contracts:endpoint_new",
        "POST",
        every("ok", "governance", "infosec"),
        rest="403",
        data=lambda s: {
            **_SETTING,
            "name": "matrix-eu",
            "vendor": str(s.world.vendor.pk),
            "region": "EU",
            "tenancy": "private",
        },
    ),
    Row("contracts:endpoint", "GET", _READ_AND_VENDOR, kwargs=_endpoint),
    Row("contracts:endpoint_amend", "POST", _KEEP | _VENDOR, kwargs=_endpoint, data=lambda _s: _SETTING),
    Row("contracts:endpoint_retire", "POST", _KEEP | _VENDOR, kwargs=_endpoint),
    Row("contracts:ground", "GET", refused(AGREED, **_READ), kwargs=code),
    Row(
        "contracts:ground",
        "POST",
        refused(AGREED, owner="ok"),
        kwargs=code,
        data=lambda _s: {"regions": "EU", "training_use": "none"},
    ),
    Row("governance:sovereignty", "GET", refused(AGREED, **_READ), kwargs=code),
    Row("contracts:api_endpoints", "GET", ALL_PARTIES, anonymous="401"),
]
