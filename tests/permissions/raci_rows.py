"""The rows of the matrix for the RACI: read by all three parties once it is signed; written by the governance lead and the client’s
legal department; signed by the client’s owner and the provider’s operations manager."""

from tests.permissions.matrix import AGREED, CONTRACT_READERS, Make, Row, code, every, refused, version
from tests.permissions.stage import Stage

_WRITE = refused(AGREED, governance="ok", legal="ok")
_SIGN = refused(AGREED, owner="ok", ops="ok")
_READ_DRAFT = refused(AGREED, **every("ok", *CONTRACT_READERS))


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


RACI_ROWS = [
    Row("contracts:raci", "GET", every("ok", *AGREED), kwargs=code),
    Row("contracts:raci_draft", "POST", _WRITE, kwargs=code),
    Row("contracts:raci_version", "GET", _READ_DRAFT, kwargs=_DRAFT),
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
]
