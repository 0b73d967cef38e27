"""The rows of the matrix for model changes: read by everybody on the process, filed by those who make or run the model, decided by
the client's owner and the provider's operations."""

from typing import Any

from contracts.services.notice_terms import LONGEST
from tests.factories import changes
from tests.permissions.matrix import AGREED, ALL_PARTIES, OVERSIGHT, Row, code, every, refused
from tests.permissions.stage import Stage

_FILERS = {"vendor": "ok", "ops": "ok", "governance": "ok"}
_WHY = "It was not tested on our own invoices"


def _act(name: str) -> Any:
    return lambda stage: {"change_id": stage.change, "act": name}


def _change(stage: Stage) -> dict[str, Any]:
    return {"change_id": stage.change}


def _frozen(stage: Stage) -> dict[str, Any]:
    return {**code(stage), "freeze_id": stage.freeze}


def _undeclared(stage: Stage) -> dict[str, Any]:
    return {**code(stage), "undeclared_id": stage.undeclared}


def _days(stage: Stage) -> dict[str, str]:
    day = stage.at.date().isoformat()
    return {"name": "Audit week", "begins": day, "ends": day}


def _lead_times(_stage: Stage) -> dict[str, Any]:
    return dict.fromkeys(LONGEST, "9") | {"handles": ["payment"]}


def _notice(stage: Stage) -> dict[str, Any]:
    told = changes.notice(stage.desk, stage.at)
    days = {"test_from", "test_until", "planned_at"}
    plain = {name: getattr(told, name).isoformat() for name in days}
    texts = {name: value for name, value in told.__dict__.items() if name not in days}
    return {
        **code_of(stage),
        "model": stage.desk.model.model.name,
        **texts,
        **plain,
        "steps": list(told.steps),
    }


def code_of(stage: Stage) -> dict[str, str]:
    return {"process": stage.desk.process.code}


CHANGE_ROWS = [
    Row("contracts:changes_mine", "GET", ALL_PARTIES),
    Row("contracts:changes", "GET", every("ok", *AGREED), kwargs=code),
    Row("contracts:notice_terms", "GET", every("ok", *AGREED), kwargs=code),
    Row("contracts:notice_terms_agree", "POST", refused(AGREED, owner="ok"), kwargs=code, data=_lead_times),
    Row("contracts:change_new", "GET", refused(AGREED, **_FILERS), kwargs=code),
    # Nothing was written.
    Row(
        "contracts:change_new",
        "POST",
        refused(AGREED, vendor="400", ops="400", governance="400"),
        kwargs=code,
    ),
    Row("contracts:change", "GET", every("ok", *AGREED), kwargs=_change),
    # The signed RACI makes the client accountable for it.
    Row("contracts:change_act", "POST", refused(AGREED, owner="ok"), kwargs=_act("approve")),
    Row(
        "contracts:change_act",
        "POST",
        refused(AGREED, owner="ok", ops="ok"),
        kwargs=_act("veto"),
        data=lambda _s: {"why": _WHY},
    ),
    Row(
        "contracts:change_act",
        "POST",
        refused(AGREED, vendor="ok"),
        kwargs=_act("withdraw"),
        data=lambda _s: {"why": _WHY},
    ),
    Row("contracts:change_act", "POST", refused(AGREED, owner="409", ops="409"), kwargs=_act("deploy")),
    Row("contracts:freeze", "POST", refused(AGREED, owner="ok", ops="ok"), kwargs=code, data=_days),
    Row("contracts:freeze_lift", "POST", refused(AGREED, owner="ok"), kwargs=_frozen),
    Row(
        "contracts:undeclared_settle",
        "POST",
        refused(AGREED, owner="ok", ops="ok"),
        kwargs=_undeclared,
        data=lambda _s: {"outcome": "stopped", "why": _WHY},
    ),
    Row(
        "governance:model_figures",
        "GET",
        every("ok", *OVERSIGHT, "viewer", "ops", "legal", "vendor")
        | every("403", "reviewer", "second", "infosec"),
        kwargs=code,
    ),
    # It is not deployed yet.
    Row("governance:change_close", "POST", refused(AGREED, owner="409", ops="409"), kwargs=_change),
    Row("contracts:api_changes", "GET", ALL_PARTIES, anonymous="401"),
    Row(
        "contracts:api_changes",
        "POST",
        refused(AGREED, **_FILERS),
        data=_notice,
        content_type="application/json",
        anonymous="401",
    ),
    Row("contracts:api_change", "GET", every("ok", *AGREED), kwargs=_change, anonymous="401"),
    Row(
        "contracts:api_change_act",
        "POST",
        refused(AGREED, owner="ok", ops="ok"),
        kwargs=_act("veto"),
        data=lambda _s: {"why": _WHY},
        content_type="application/json",
        anonymous="401",
    ),
]
