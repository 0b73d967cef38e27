"""The rows of the matrix for test calls: read by those who see cases, started by whoever manages the process, answered by
whoever is called."""

from collections.abc import Mapping

from tests.permissions.matrix import CASE_SEERS, PROCESS, Make, Row, code, every, refused
from tests.permissions.stage import Stage

_READ = every("ok", *CASE_SEERS) | {"viewer": "403"}
# One runs on the process already.
_START = refused(PROCESS, governance="409")
_ANSWER = refused(PROCESS, lead="ok")
_CANCEL = refused(PROCESS, governance="ok")


def _drill(stage: Stage) -> dict:
    return {**code(stage), "drill_id": stage.drill}


def _api(route: str, method: str, expect: Mapping[str, str], kwargs: Make, data: Make = lambda _s: {}) -> Row:
    return Row(
        f"reviews:api_matrix_{route}",
        method,
        expect,
        kwargs=kwargs,
        data=data,
        anonymous="401",
        content_type="application/json",
    )


DRILL_ROWS = [
    Row("reviews:matrix_drills", "GET", _READ, kwargs=code),
    Row("reviews:matrix_drills", "POST", _START, kwargs=code, data=lambda _s: {"row": "*:"}),
    Row("reviews:matrix_drill", "GET", _READ, kwargs=_drill),
    Row("reviews:matrix_drill_answer", "POST", _ANSWER, kwargs=_drill),
    Row("reviews:matrix_drill_cancel", "POST", _CANCEL, kwargs=_drill),
    _api("drills", "GET", _READ, code),
    _api("drills", "POST", _START, code, lambda _s: {"trigger_class": "*"}),
    _api("drill", "GET", _READ, _drill),
    _api("drill_answer", "POST", _ANSWER, _drill),
    _api("drill_cancel", "POST", _CANCEL, _drill),
]
