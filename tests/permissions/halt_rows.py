"""The rows of the matrix for halts: whoever sees a process sees its halts; role and authority halt it; another releases."""

from contracts.services.halts import CHECKS
from tests.permissions.matrix import ALL, PROCESS, Row, code, every, refused
from tests.permissions.stage import Stage

_SEEN = every("ok", *PROCESS)
_HOLDERS = refused(PROCESS, admin="ok", owner="ok")
# The owner engaged it.
_SECOND = refused(PROCESS, admin="ok")


def _halt(stage: Stage) -> dict:
    return {"halt_id": stage.halt}


def _asked(stage: Stage) -> dict:
    return {"halt_id": stage.asked_halt}


def _form(stage: Stage) -> dict:
    return {
        "what": f"process:{stage.desk.process.code}",
        "degree": "hold",
        "cause": "model",
        "reason": "It pays what it should hold.",
        "confirm": "1",
    }


_PAGES = [
    Row("governance:halts", "GET", ALL),
    Row("governance:halt_new", "GET", ALL),
    # Whoever does not see the process cannot choose it.
    Row("governance:halt_new", "POST", _HOLDERS, data=_form, rest="400"),
    Row("governance:halt", "GET", _SEEN, kwargs=_halt),
    Row("governance:halt_release", "POST", _SECOND, kwargs=_halt, data=lambda _s: {"checks": list(CHECKS)}),
    Row("governance:halt_decline", "POST", _HOLDERS, kwargs=_asked),
    Row("governance:gate", "GET", _SEEN, kwargs=code),
    Row(
        "governance:gate",
        "POST",
        refused(PROCESS, owner="ok"),
        kwargs=code,
        data=lambda _s: {"safe_state": "stop"},
    ),
]

# By the API, with a session: the same services, the same permissions.
_DOORS = [
    Row("governance:api_halts", "GET", ALL, anonymous="401"),
    Row(
        "governance:api_halts",
        "POST",
        _HOLDERS,
        anonymous="401",
        content_type="application/json",
        data=lambda s: {
            "scope": "process",
            "process": s.desk.process.code,
            "degree": "hold",
            "cause": "model",
            "reason": "It pays what it should hold.",
        },
    ),
    Row(
        "governance:api_halt_requests",
        "POST",
        _SEEN,
        anonymous="401",
        content_type="application/json",
        data=lambda s: {
            "scope": "process",
            "process": s.desk.process.code,
            "cause": "model",
            "reason": "It pays what it should hold.",
        },
    ),
    Row("governance:api_halt", "GET", _SEEN, kwargs=_halt, anonymous="401"),
    Row(
        "governance:api_halt_release_request",
        "POST",
        _HOLDERS,
        kwargs=_halt,
        anonymous="401",
        content_type="application/json",
        data=lambda _s: {"checks": list(CHECKS)},
    ),
    Row(
        "governance:api_halt_release",
        "POST",
        _SECOND,
        kwargs=_halt,
        anonymous="401",
        content_type="application/json",
        data=lambda _s: {"checks": list(CHECKS)},
    ),
    Row(
        "governance:api_halt_decline",
        "POST",
        _HOLDERS,
        kwargs=_asked,
        anonymous="401",
        content_type="application/json",
    ),
    Row("governance:api_gate", "GET", _SEEN, kwargs=code, anonymous="401"),
    Row(
        "governance:api_gate_safe_state",
        "PUT",
        refused(PROCESS, owner="ok"),
        kwargs=code,
        anonymous="401",
        content_type="application/json",
        data=lambda _s: {"safe_state": "stop"},
    ),
    # It is live already.
    Row(
        "governance:api_gate_go_live",
        "POST",
        refused(PROCESS, owner="409"),
        kwargs=code,
        anonymous="401",
        content_type="application/json",
    ),
]

HALT_ROWS = [*_PAGES, *_DOORS]
