"""The rows of the matrix for simulations of rules: whoever writes or approves the rules of a process asks and reads."""

from tests.permissions.matrix import PROCESS, Row, refused, version
from tests.permissions.stage import Stage

_RULES = refused(PROCESS, admin="ok", owner="ok")
_DAYS = {"kind": "period", "since": "2020-01-01", "until": "2020-02-01"}
_PERIOD = {"since": "2020-01-01T00:00:00Z", "until": "2020-02-01T00:00:00Z"}


def _simulation(stage: Stage) -> dict:
    return {**version("draft")(stage), "simulation_id": stage.simulation}


SIMULATION_ROWS = [
    Row("reviews:rules_simulation", "GET", _RULES, kwargs=version("draft")),
    Row("reviews:rules_simulation", "POST", _RULES, kwargs=version("draft"), data=lambda _s: _DAYS),
    Row("reviews:rules_simulation_one", "GET", _RULES, kwargs=_simulation),
    Row("reviews:rules_simulation_cancel", "POST", _RULES, kwargs=_simulation),
    Row("reviews:api_simulations", "GET", _RULES, kwargs=version("draft"), anonymous="401"),
    Row(
        "reviews:api_simulations",
        "POST",
        _RULES,
        kwargs=version("draft"),
        data=lambda _s: _PERIOD,
        content_type="application/json",
        anonymous="401",
    ),
    Row("reviews:api_simulation", "GET", _RULES, kwargs=_simulation, anonymous="401"),
    Row("reviews:api_simulation_changes", "GET", _RULES, kwargs=_simulation, anonymous="401"),
    Row(
        "reviews:api_simulation_cancel",
        "POST",
        _RULES,
        kwargs=_simulation,
        content_type="application/json",
        anonymous="401",
    ),
]
