"""The rows of the matrix for what becomes of a score: read and disputed by whose work it judges, decided by a third person."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from tests.permissions.matrix import ALL, PROCESS, Make, Row, code, every, refused
from tests.permissions.stage import Stage

_SAMPLES = every("ok", "auditor", "governance", "admin", "owner", "overseer")
_SEES = {**_SAMPLES, "reviewer": "ok"}
# It was disputed before: of all who may see it, only the reviewer gets as far as that.
_DISPUTE = refused(PROCESS, reviewer="409")
_DECIDES = refused(PROCESS, auditor="ok")
_MARK = {"mark": "pass"}


def _nothing(_stage: Stage) -> dict:
    return {}


def _draw(stage: Stage) -> dict:
    return {"draw_id": stage.draw}


def _scored(stage: Stage) -> dict:
    return {"evaluation_id": stage.scored}


def _session(stage: Stage) -> dict:
    return {"session_id": stage.calibration}


def _open(stage: Stage) -> dict:
    return {"evaluation_id": stage.evaluation}


def _dispute(stage: Stage) -> dict:
    return {"dispute_id": stage.dispute}


def _by_api(stage: Stage) -> dict:
    codes = [name.removeprefix("mark_") for name in stage.answers if name.startswith("mark_")]
    return {"answers": dict.fromkeys(codes, _MARK), "judged_wrong": False}


def _api(route: str, method: str, expect: Mapping[str, str], kwargs: Make, data: Make = lambda _s: {}) -> Row:
    return Row(
        f"reviews:api_{route}",
        method,
        expect,
        kwargs=kwargs,
        data=data,
        anonymous="401",
        content_type="application/json",
    )


_UPHELD = {"outcome": "upheld", "why": "The story says the same."}

# Nothing of a scorecard was sent: who may build one is told so.
_BUILDS = refused(PROCESS, governance="400")

_ENHANCED = {
    "fraction": "20",
    "reason": "A new model took over half of the work.",
    "until": (timezone.now() + timedelta(days=20)).date().isoformat(),
}

_MORE = {**_ENHANCED, "fraction": "0.2"}
_PLAN = {"fraction": "0.07", "reviewer_floor": 2, "stratum_floor": 1, "cut_by": ["shift"]}

QA_ROWS = [
    Row("reviews:scorecard", "GET", refused(PROCESS, governance="ok"), kwargs=code),
    Row("reviews:scorecard", "POST", _BUILDS, kwargs=code),
    Row(
        "reviews:sampling_plan_enhance",
        "POST",
        refused(PROCESS, governance="ok"),
        kwargs=code,
        data=lambda _s: _ENHANCED,
    ),
    # It is drawn from as the plan says.
    Row("reviews:sampling_plan_end_enhanced", "POST", refused(PROCESS, governance="409"), kwargs=code),
    Row("reviews:evaluations_mine", "GET", ALL),
    Row("reviews:disputes", "GET", ALL),
    Row("reviews:agreement", "GET", ALL),
    Row("reviews:auditors", "GET", ALL),
    # One is open already.
    Row("reviews:calibrate", "POST", refused(PROCESS, auditor="409", governance="409"), kwargs=code),
    Row("reviews:calibration", "GET", refused(PROCESS, **_SAMPLES), kwargs=_session),
    Row(
        "reviews:calibration",
        "POST",
        refused(PROCESS, auditor="400", governance="400"),
        kwargs=_session,
        data=lambda _s: {"decision": ""},
    ),
    Row("reviews:auto_qa_calibrate", "POST", refused(PROCESS, governance="ok"), kwargs=code),
    Row(
        "reviews:auto_qa_flags",
        "POST",
        refused(PROCESS, admin="ok", owner="ok"),
        kwargs=code,
        data=lambda _s: {"flags": ["injection"]},
    ),
    Row("reviews:evaluation_dispute", "POST", _DISPUTE, kwargs=_scored, data=lambda _s: {"reason": "Wrong"}),
    Row("reviews:dispute", "GET", _DECIDES, kwargs=_dispute),
    Row("reviews:dispute", "POST", _DECIDES, kwargs=_dispute, data=lambda s: {**s.answers, **_UPHELD}),
    _api("draws", "GET", ALL, _nothing),
    _api("draw", "GET", refused(PROCESS, **_SAMPLES), _draw),
    _api("draw_evaluations", "GET", refused(PROCESS, **_SAMPLES), _draw),
    _api("evaluations", "GET", ALL, _nothing),
    _api("sampling_plan", "GET", refused(PROCESS, governance="ok"), code),
    _api("sampling_plan", "PUT", refused(PROCESS, governance="ok"), code, lambda _s: _PLAN),
    # Which half-width, is not said: who may ask is told so.
    _api("sampling_precision", "GET", refused(PROCESS, governance="400"), code),
    _api("sampling_enhance", "POST", refused(PROCESS, governance="ok"), code, lambda _s: _MORE),
    _api("sampling_end_enhanced", "POST", refused(PROCESS, governance="409"), code),
    _api("evaluation", "GET", refused(PROCESS, **_SEES), _scored),
    _api("evaluation_score", "POST", refused(PROCESS, auditor="ok"), _open, _by_api),
    _api("evaluation_dispute", "POST", _DISPUTE, _scored, lambda _s: {"reason": "Wrong"}),
    _api("adjudication", "POST", _DECIDES, _dispute, lambda _s: _UPHELD),
]
