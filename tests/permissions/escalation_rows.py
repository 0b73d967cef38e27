"""The rows of the matrix for the escalation matrix: read by all who work under it, written by the client's two."""

from collections.abc import Callable

from contracts.models import EscalationMatrix
from tests.matrices import row_form
from tests.permissions.matrix import ALL, CASE_SEERS, PROCESS, Make, Row, code, every, refused
from tests.permissions.stage import Stage

_WRITE = refused(PROCESS, admin="ok", owner="ok")
_DRAFT, _PROPOSED, _ACTIVE, _SUPERSEDED = 4, 3, 2, 1


def _at(number: int):
    return lambda stage: {"code": stage.desk.process.code, "version": number}


def _final(stage: Stage) -> dict:
    return {
        "category": "adverse",
        "min_value": "",
        "person": str(stage.desk.owner.pk),
        "deputy": "",
        "edits": "0",
    }


def _final_rule(stage: Stage) -> dict:
    matrix = EscalationMatrix.objects.get(process=stage.desk.process, version=_DRAFT)
    return {"code": stage.desk.process.code, "version": _DRAFT, "rule": matrix.final_rules.first().pk}


def _seen(_stage: Stage) -> dict:
    """The version in force, as who replaces it has read it."""
    return {"against": _ACTIVE}


def _levels(stage: Stage) -> dict:
    level = {
        "name": "L1",
        "person": stage.desk.lead.username,
        "calendar": stage.desk.process.calendar.name,
        "ack_minutes": 10,
        "resolve_minutes": 20,
    }
    return {"levels": [level], "edits": 0}


def _in(number: int, **more: str) -> Callable[[Stage], dict]:
    return lambda stage: {"code": stage.desk.process.code, "version": number, **more}


def _api(
    route: str, method: str, expect: dict, kwargs: Make, data: Make = lambda _s: {}, query: str = ""
) -> Row:
    return Row(
        f"reviews:api_matrix{route}",
        method,
        expect,
        kwargs=kwargs,
        data=data,
        query=query,
        anonymous="401",
        content_type="application/json",
    )


def _api_rows() -> list[Row]:
    read = every("ok", *PROCESS)
    row = {"trigger_class": "fraud", "severity": "2"}
    kept = {"trigger_class": "amount", "severity": "1"}
    return [
        _api("", "GET", read, code),
        _api("", "POST", refused(PROCESS, owner="ok", admin="409"), code),
        _api("_version", "GET", read, _in(_ACTIVE)),
        _api("_row", "PUT", _WRITE, _in(_DRAFT, **row), _levels),
        _api("_row", "DELETE", _WRITE, _in(_DRAFT, **kept), query="?edits=0"),
        _api("_version", "PATCH", _WRITE, _in(_DRAFT), lambda _s: {"note": "Shorter", "edits": 0}),
        _api("_final", "DELETE", _WRITE, _final_rule, query="?edits=0"),
        _api(
            "_finals",
            "PUT",
            _WRITE,
            _in(_DRAFT),
            lambda s: {"category": "adverse", "person": s.desk.owner.username, "edits": 0},
        ),
        _api("_act", "POST", refused(PROCESS, owner="ok"), _in(_PROPOSED, act="approve"), _seen),
    ]


ESCALATION_ROWS = [
    Row("reviews:matrix", "GET", ALL),
    Row("reviews:matrix_active", "GET", every("ok", *PROCESS), kwargs=code),
    Row("reviews:matrix_version", "GET", every("ok", *PROCESS), kwargs=_at(_ACTIVE)),
    Row("reviews:matrix_draft", "POST", _WRITE, kwargs=code),
    Row("reviews:matrix_row", "GET", _WRITE, kwargs=_at(_DRAFT)),
    Row("reviews:matrix_row", "POST", _WRITE, kwargs=_at(_DRAFT), data=lambda s: row_form(s.desk)),
    Row("reviews:matrix_final", "GET", _WRITE, kwargs=_at(_DRAFT)),
    Row("reviews:matrix_final", "POST", _WRITE, kwargs=_at(_DRAFT), data=_final),
    Row(
        "reviews:matrix_remove",
        "POST",
        _WRITE,
        kwargs=_at(_DRAFT),
        data=lambda _s: {"class": "amount", "severity": "1", "edits": "0"},
    ),
    Row(
        "reviews:matrix_describe",
        "POST",
        _WRITE,
        kwargs=_at(_DRAFT),
        data=lambda _s: {"note": "Shorter limits", "review_by": "", "edits": "0"},
    ),
    Row("reviews:matrix_propose", "POST", _WRITE, kwargs=_at(_DRAFT), data=lambda _s: {"edits": "0"}),
    Row("reviews:matrix_approve", "POST", refused(PROCESS, owner="ok"), kwargs=_at(_PROPOSED), data=_seen),
    Row(
        "reviews:matrix_reject",
        "POST",
        refused(PROCESS, owner="ok"),
        kwargs=_at(_PROPOSED),
        data=lambda _s: {"reason": "Too slow"},
    ),
    Row("reviews:matrix_restore", "POST", _WRITE, kwargs=_at(_SUPERSEDED), data=_seen),
    Row("reviews:learning", "GET", ALL),
    Row(
        "reviews:learning_list",
        "GET",
        every("ok", *CASE_SEERS) | {"viewer": "403"},
        kwargs=lambda stage: code(stage) | {"month": "2026-03"},
    ),
    *_api_rows(),
]
