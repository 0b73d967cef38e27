"""The rows of the matrix for the coverage page and the function map: declared by those who draft, signed by the client's owner."""

from contracts.services import function_map
from tests.permissions.matrix import AGREED, CONTRACT_READERS, Row, code, every
from tests.permissions.stage import Stage

_READ = {**every("403", *AGREED), **every("ok", *CONTRACT_READERS)}
_MAP = {**every("403", *AGREED), "governance": "ok", "legal": "ok"}
# Nothing is mapped on the stage, so there is nothing to sign yet.
_SIGN = {**every("403", *AGREED), "owner": "409"}


def _step(stage: Stage) -> dict[str, str]:
    return {"code": stage.desk.process.code, "step": "approve"}


def _said(_stage: Stage) -> dict[str, str]:
    return {"dependency": "4", "involvement": "2", "impact": "high", "why": "It pays by itself"}


FUNCTION_ROWS = [
    Row("governance:layers", "GET", _READ, kwargs=code),
    Row("governance:api_layers", "GET", _READ, kwargs=code, anonymous="401"),
    Row("governance:function_map", "GET", _READ, kwargs=code),
    Row("governance:function_map_step", "GET", _MAP, kwargs=_step),
    Row("governance:function_map_step", "POST", _MAP, kwargs=_step, data=_said),
    Row("governance:function_map_sign", "POST", _SIGN, kwargs=code),
    Row("governance:api_function_map", "GET", _READ, kwargs=code, anonymous="401"),
    Row(
        "governance:api_function_map_step",
        "PUT",
        _MAP,
        kwargs=_step,
        data=lambda _s: {"dependency": 4, "involvement": 2, "impact": "high", "why": "It pays by itself"},
        content_type="application/json",
        anonymous="401",
    ),
    Row(
        "governance:api_function_map_sign",
        "POST",
        _SIGN,
        kwargs=code,
        data=lambda s: {"digest": function_map.digest(s.desk.process)},
        content_type="application/json",
        anonymous="401",
    ),
]
