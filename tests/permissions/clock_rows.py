"""The rows of the matrix for the clocks of a case: read by whoever sees the case, paused by whoever leads its reviewers."""

from tests.permissions.matrix import CASE_SEERS, Row, case, every, refused
from tests.permissions.stage import Stage


def _pause(stage: Stage) -> dict[str, str]:
    begins = stage.at.replace(second=0, microsecond=0)
    return {
        "begins": f"{begins:%Y-%m-%dT%H:%M}",
        "ends": f"{begins:%Y-%m-%d}T23:59",
        "why": "The archive was down",
    }


def _stood(stage: Stage) -> dict:
    return {"case_id": stage.held, "pause_id": stage.pause}


CLOCK_ROWS = [
    Row("reviews:clocks", "GET", every("ok", *CASE_SEERS), kwargs=case),
    Row("reviews:clocks_pause", "POST", refused(CASE_SEERS, lead="ok"), kwargs=case, data=_pause),
    Row("reviews:clocks_end", "POST", refused(CASE_SEERS, lead="ok"), kwargs=_stood),
]
