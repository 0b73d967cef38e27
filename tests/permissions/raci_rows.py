"""The rows of the matrix for the RACI: read by all three parties once it is signed; written by the governance lead and the client’s
legal department; signed by the client’s owner and the provider’s operations manager."""

from datetime import timedelta
from typing import Any

from tests.conftest import PANGO
from tests.permissions.matrix import AGREED, CONTRACT_READERS, Make, Row, code, every, refused, version
from tests.permissions.stage import Stage

_WRITE = refused(AGREED, governance="ok", legal="ok")
_SIGN = refused(AGREED, owner="ok", ops="ok")
_READ = refused(AGREED, **every("ok", *CONTRACT_READERS))
# Where the library that prints is missing, whoever may read it is told so.
_PDF = "ok" if PANGO else "501"


def _row(stage: Stage) -> dict:
    return {"code": stage.desk.process.code, "version": stage.raci_draft, "task": "review"}


def row_form(stage: Stage) -> dict[str, str]:
    return {
        "client_A": "on",
        "client_person": str(stage.desk.owner.pk),
        "provider_R": "on",
        "provider_role": "Team lead",
        "edits": "0",
    }


_DRAFT: Make = version("raci_draft")
_PROPOSED: Make = version("raci_proposed")


def _digest(stage: Stage) -> dict[str, str]:
    return {"digest": stage.desk.process.racis.get(version=stage.raci_proposed).digest}


def _grant(stage: Stage) -> dict[str, str]:
    return {
        "grant-person": str(stage.desk.lead.pk),
        "grant-kind": "monitoring",
        "grant-evidence": "Resolution of the board",
        "grant-valid_from": stage.at.date().isoformat(),
        "grant-valid_until": (stage.at + timedelta(days=90)).date().isoformat(),
    }


def _granted(stage: Stage) -> dict[str, Any]:
    grant = stage.desk.process.authorities.get(user=stage.desk.admin, revoked_at__isnull=True)
    return {"code": stage.desk.process.code, "grant_id": grant.pk}


def _stakeholder(stage: Stage) -> dict[str, str]:
    return {
        "stake-category": "infosec",
        "stake-person": str(stage.desk.infosec.pk),
        "stake-contact": "+63 32 555 0100",
        "stake-duty": "Looks after keys",
    }


def _named(stage: Stage) -> dict[str, Any]:
    named = stage.desk.process.stakeholders.get(category="infosec", removed_at__isnull=True)
    return {"code": stage.desk.process.code, "stakeholder_id": named.pk}


def _ai_use(_stage: Stage) -> dict[str, str]:
    return {
        "ai-step": "approve",
        "ai-authority": "Mandate of the board",
        "ai-alternatives": "People alone",
        "ai-benefit": "It is paid in time",
    }


def _sheet(stage: Stage) -> dict[str, Any]:
    return {"code": stage.desk.process.code, "version": 1}


def _row_body(stage: Stage) -> dict[str, Any]:
    held = [
        {"letter": "A", "party": "client", "person": stage.desk.owner.username},
        {"letter": "R", "party": "provider", "role": "Team lead"},
    ]
    return {"held": held}


def _grant_body(stage: Stage) -> dict[str, str]:
    given = {name.removeprefix("grant-"): value for name, value in _grant(stage).items()}
    return given | {"person": stage.desk.lead.username}


def _nothing(_stage: Stage) -> dict[str, str]:
    return {}


def _by_program(name: str, method: str, expect: dict[str, str], kwargs: Make, data: Make = _nothing) -> Row:
    return Row(
        f"contracts:api_{name}",
        method,
        expect,
        kwargs=kwargs,
        data=data,
        content_type="application/json",
        anonymous="401",
    )


RACI_ROWS = [
    Row("contracts:raci", "GET", every("ok", *AGREED), kwargs=code),
    Row("contracts:raci_draft", "POST", _WRITE, kwargs=code),
    Row("contracts:raci_version", "GET", _READ, kwargs=_DRAFT),
    Row("contracts:raci_row", "GET", _WRITE, kwargs=_row),
    Row("contracts:raci_row", "POST", _WRITE, kwargs=_row, data=row_form),
    Row(
        "contracts:raci_describe",
        "POST",
        _WRITE,
        kwargs=_DRAFT,
        data=lambda _s: {"effect": "ai_proposes", "note": "", "edits": "0"},
    ),
    Row("contracts:raci_propose", "POST", _WRITE, kwargs=_DRAFT, data=lambda _s: {"edits": "0"}),
    Row("contracts:raci_sign", "POST", _SIGN, kwargs=_PROPOSED, data=_digest),
    Row(
        "contracts:raci_send_back",
        "POST",
        _SIGN,
        kwargs=_PROPOSED,
        data=lambda _s: {"reason": "QA is not ours"},
    ),
    Row("contracts:authority", "GET", _READ, kwargs=code),
    Row("contracts:authority_grant", "POST", refused(AGREED, owner="ok"), kwargs=code, data=_grant),
    Row("contracts:authority_take_back", "POST", refused(AGREED, owner="ok"), kwargs=_granted),
    Row("contracts:stakeholder_name", "POST", _WRITE, kwargs=code, data=_stakeholder),
    Row("contracts:stakeholder_remove", "POST", _WRITE, kwargs=_named),
    Row("contracts:ai_use_decide", "POST", refused(AGREED, owner="ok"), kwargs=code, data=_ai_use),
    Row("governance:sheet", "GET", _READ, kwargs=code),
    Row("governance:sheet_version", "GET", _READ, kwargs=_sheet),
    Row("governance:sheet_pdf", "GET", refused(AGREED, **every(_PDF, *CONTRACT_READERS)), kwargs=_sheet),
    _by_program("raci", "GET", every("ok", *AGREED), code),
    _by_program("raci_drafts", "POST", refused(AGREED, governance="ok", legal="409"), code),
    _by_program("raci_version", "GET", _READ, _DRAFT),
    _by_program("raci_row", "PUT", _WRITE, _row, _row_body),
    _by_program("raci_propose", "POST", _WRITE, _DRAFT),
    _by_program("raci_sign", "POST", _SIGN, _PROPOSED, _digest),
    _by_program("authority", "GET", _READ, code),
    _by_program("authority", "POST", refused(AGREED, owner="ok"), code, _grant_body),
    _by_program("authority_take_back", "POST", refused(AGREED, owner="ok"), _granted),
    _by_program("sheet", "GET", _READ, code),
]
