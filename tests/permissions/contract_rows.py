"""The rows of the matrix for contracts: read by those who look after what was agreed, drafted by the client's legal people and by
governance, signed by the client's owner and, with authority to decide, the provider's operations."""

from typing import Any

from tests.permissions.matrix import AGREED, ALL_PARTIES, CONTRACT_READERS, Make, Row, code, every, refused
from tests.permissions.stage import Stage

_READ = refused(AGREED, **every("ok", *CONTRACT_READERS))
_SEE_DRAFT = refused(AGREED, governance="ok", legal="ok", owner="ok", ops="ok")
_DRAFT = refused(AGREED, governance="ok", legal="ok")


def _one(stage: Stage) -> dict[str, Any]:
    return {"contract_id": stage.contract}


def _proposed(stage: Stage) -> dict[str, Any]:
    return {"contract_id": stage.contract, "number": 1}


def _draft(stage: Stage) -> dict[str, Any]:
    return {"contract_id": stage.contract_draft, "number": 1}


def _clause(stage: Stage, **more: Any) -> dict[str, Any]:
    return {"number": "9", "title": "Nine", "text": "It is nine.", "owner": "client_legal", **more}


def _with_clause(name: str, **more: Any) -> Make:
    return lambda stage: {name: str(stage.contract_clause), **more}


def _given(**data: Any) -> Make:
    return lambda _stage: data


def _draft_clause(stage: Stage) -> dict[str, Any]:
    return {**_draft(stage), "clause_id": stage.contract_clause}


def _draft_appendix(stage: Stage) -> dict[str, Any]:
    return {**_draft(stage), "appendix_id": stage.contract_appendix}


def _nothing(_stage: Stage) -> dict[str, Any]:
    return {}


def _by_program(name: str, method: str, expect: dict[str, str], kwargs: Make, data: Make = _nothing) -> Row:
    return Row(
        f"contracts:api_contract_{name}",
        method,
        expect,
        kwargs=kwargs,
        data=data,
        content_type="application/json",
        anonymous="401",
    )


CONTRACT_ROWS = [
    Row("contracts:contracts", "GET", ALL_PARTIES),
    Row("contracts:process_contracts", "GET", _READ, kwargs=code),
    Row("contracts:contract_new", "GET", every("ok", "governance", "legal"), rest="403"),
    Row(
        "contracts:contract_new",
        "POST",
        every("ok", "governance", "legal"),
        rest="403",
        data=lambda stage: {"code": "CT-9", "title": "Nine", "processes": [str(stage.desk.process.pk)]},
    ),
    Row("contracts:contract", "GET", _READ, kwargs=_one),
    Row("contracts:contract_version", "GET", _READ, kwargs=_proposed),
    Row("contracts:contract_version", "GET", _SEE_DRAFT, kwargs=_draft),
    Row("contracts:contract_changes", "GET", _READ, kwargs=_proposed),
    # One is in preparation: whoever may draft is led to it.
    Row("contracts:contract_draft", "POST", _DRAFT, kwargs=_one),
    Row("contracts:contract_clause", "POST", _DRAFT, kwargs=_draft, data=_clause),
    Row(
        "contracts:contract_reword",
        "POST",
        _DRAFT,
        kwargs=_draft,
        data=_with_clause("clause", text="Other words"),
    ),
    Row("contracts:contract_remove", "POST", _DRAFT, kwargs=_draft, data=_with_clause("chosen")),
    Row("contracts:contract_adopt", "POST", _DRAFT, kwargs=_draft, data=_given(template="halt")),
    Row(
        "contracts:contract_attach",
        "POST",
        _DRAFT,
        kwargs=_draft,
        data=_given(kind="other", title="Words", text="Words"),
    ),
    Row(
        "contracts:contract_detach",
        "POST",
        _DRAFT,
        kwargs=_draft,
        data=lambda stage: {"chosen": str(stage.contract_appendix)},
    ),
    Row(
        "contracts:contract_liability",
        "POST",
        _DRAFT,
        kwargs=_draft,
        data=_with_clause(
            "clause", layer="operation", responsible="provider", residual="client", share_provider="100"
        ),
    ),
    Row(
        "contracts:contract_data_use",
        "POST",
        _DRAFT,
        kwargs=_draft,
        data=_with_clause("clause", data_type="input", owner="client", training="no", exit_days="30"),
    ),
    Row(
        "contracts:contract_agree",
        "POST",
        _DRAFT,
        kwargs=_draft,
        data=lambda stage: {
            "process": stage.desk.process.code,
            "kind": "review_minutes",
            "value": "60",
        },
    ),
    Row(
        "contracts:contract_drop_term",
        "POST",
        _DRAFT,
        kwargs=_draft,
        data=lambda stage: {"what": "agreed", "chosen": str(stage.contract_term)},
    ),
    Row("contracts:answers", "GET", _READ, kwargs=code),
    # It is of no contract in force: the page says so.
    Row(
        "contracts:clause_cite",
        "POST",
        _DRAFT,
        kwargs=code,
        data=_with_clause("clause", kind="escalation", reference="*/any"),
    ),
    Row("contracts:contract_describe", "POST", _DRAFT, kwargs=_draft, data=_given(valid_from="2026-01-01")),
    Row("contracts:contract_assess", "POST", _DRAFT, kwargs=_draft),
    Row("contracts:contract_propose", "POST", _DRAFT, kwargs=_draft),
    # The provider's operations hold no authority to decide here.
    Row(
        "contracts:contract_sign",
        "POST",
        refused(AGREED, owner="ok", ops="ok"),
        kwargs=_proposed,
        data=lambda stage: {"digest": stage.contract_digest},
    ),
    Row(
        "contracts:contract_reject",
        "POST",
        refused(AGREED, owner="ok", ops="ok"),
        kwargs=_proposed,
        data=_given(**{"reject-reason": "It says too little"}),
    ),
    # It is not in force.
    Row(
        "contracts:contract_terminate",
        "POST",
        refused(AGREED, owner="409", ops="409"),
        kwargs=_one,
        data=_given(**{"terminate-reason": "It is over"}),
    ),
    Row("contracts:api_contracts", "GET", ALL_PARTIES, anonymous="401"),
    Row(
        "contracts:api_contracts",
        "POST",
        every("ok", "governance", "legal"),
        rest="403",
        data=lambda stage: {"code": "CT-9", "title": "Nine", "processes": [stage.desk.process.code]},
        content_type="application/json",
        anonymous="401",
    ),
    Row("contracts:api_contract", "GET", _READ, kwargs=_one, anonymous="401"),
    Row("contracts:api_contract_gaps", "GET", _READ, kwargs=_one, anonymous="401"),
    # One is in preparation.
    _by_program("drafts", "POST", refused(AGREED, governance="409", legal="409"), _one),
    _by_program("version", "GET", _READ, _proposed),
    _by_program("version", "GET", _SEE_DRAFT, _draft),
    _by_program("version", "PUT", _DRAFT, _draft, _given(valid_from="2026-01-01", note="For a year")),
    _by_program("clauses", "POST", _DRAFT, _draft, _clause),
    _by_program("clause", "PUT", _DRAFT, _draft_clause, _given(text="Other words")),
    _by_program("clause", "DELETE", _DRAFT, _draft_clause),
    _by_program("appendices", "POST", _DRAFT, _draft, _given(kind="other", title="Words", text="Words")),
    _by_program("appendix", "DELETE", _DRAFT, _draft_appendix),
    _by_program("propose", "POST", _DRAFT, _draft),
    _by_program(
        "sign",
        "POST",
        refused(AGREED, owner="ok", ops="ok"),
        _proposed,
        lambda stage: {"digest": stage.contract_digest},
    ),
    _by_program(
        "send_back",
        "POST",
        refused(AGREED, owner="ok", ops="ok"),
        _proposed,
        _given(reason="It says too little"),
    ),
    Row("contracts:api_liability", "GET", _READ, kwargs=code, anonymous="401"),
    Row("contracts:api_data_use", "GET", _READ, kwargs=code, anonymous="401"),
]
