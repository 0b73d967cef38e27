"""The rows of the matrix for vigilance: everybody reads his own, boards read pseudonyms, leads clear."""

from tests.permissions.matrix import ALL, OVERSIGHT, PROCESS, Row, code, every, refused
from tests.permissions.stage import Stage


def _signal(stage: Stage) -> dict:
    return {"signal_id": stage.signal}


def _action(stage: Stage) -> dict:
    return {"action_id": stage.vigilance}


_READS = refused(PROCESS, **every("ok", *OVERSIGHT, "viewer"))

VIGILANCE_ROWS = [
    Row("reviews:vigilance", "GET", ALL),
    Row("reviews:vigilance_mine", "GET", ALL),
    Row(
        "reviews:vigilance_acknowledge",
        "POST",
        every("ok", "twin", "reviewer", "second", "lead"),
        rest="403",
    ),
    Row(
        "reviews:vigilance_comment",
        "POST",
        {"reviewer": "ok"},
        kwargs=_signal,
        data=lambda _s: {"comment": "They were all alike that day."},
    ),
    Row(
        "reviews:vigilance_clear",
        "POST",
        refused(PROCESS, lead="ok"),
        kwargs=_action,
        data=lambda _s: {"reason": "We went through ten cases together."},
    ),
    Row("reviews:api_vigilance_mine", "GET", ALL, anonymous="401"),
    Row("reviews:api_vigilance", "GET", _READS, kwargs=code, anonymous="401"),
]
