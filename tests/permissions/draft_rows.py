"""The rows of the matrix for drafts of rules: written by the client's administrators and owner, on pages and by API."""

from tests.permissions.matrix import PROCESS, Row, every, refused, version
from tests.permissions.stage import Stage

_draft = version("draft")
_WRITE = refused(PROCESS, admin="ok", owner="ok")
_RULE = {"name": "Large", "expression": "amount >= 7000", "effect": "human_review", "trigger_class": "amount"}


def _code(stage: Stage) -> dict:
    return {"code": stage.desk.process.code}


def _rule(stage: Stage) -> dict:
    return version("draft")(stage) | {"rule": "AP-R4"}


def _order(stage: Stage) -> dict:
    return {"codes": ["AP-R4", "AP-R1", "AP-R2", "AP-R3"]}


def _api(route: str, method: str, expect: dict, kwargs=_draft, data=lambda _s: {}) -> Row:
    return Row(
        f"reviews:{route}",
        method,
        expect,
        kwargs=kwargs,
        data=data,
        anonymous="401",
        content_type="application/json",
    )


DRAFT_ROWS = [
    Row("reviews:rules_order", "POST", _WRITE, kwargs=_draft, data=lambda _s: {"code": "AP-R4", "to": "1"}),
    Row("reviews:rules_note", "POST", _WRITE, kwargs=_draft, data=lambda _s: {"note": "Why"}),
    # A draft is thrown away by whoever began it.
    Row("reviews:rules_discard", "POST", refused((*PROCESS, "owner"), admin="ok"), kwargs=_draft),
    _api("api_rule_fields", "GET", every("ok", *PROCESS), _code),
    _api("api_rule_check", "POST", every("ok", *PROCESS), _code, lambda _s: {"expression": "amount > 5"}),
    _api("api_rule_drafts", "GET", _WRITE, _code),
    _api("api_rule_drafts", "POST", refused(PROCESS, admin="409", owner="ok"), _code),
    _api("api_rule_draft", "GET", _WRITE),
    _api("api_rule_draft", "PATCH", _WRITE, data=lambda _s: {"note": "Why"}),
    _api("api_rule_draft", "DELETE", refused((*PROCESS, "owner"), admin="ok")),
    _api("api_rule_order", "POST", _WRITE, data=_order),
    _api("api_rule", "PUT", _WRITE, _rule, lambda _s: _RULE),
    _api("api_rule", "DELETE", _WRITE, _rule),
]  # fmt: skip
