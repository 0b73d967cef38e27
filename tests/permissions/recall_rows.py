"""The rows of the matrix for recalls: read by those who see cases; opened by leads and the client's owner, told to customers by
the client, acknowledged by those who answer for the integration, or by the agent's own key."""

from typing import Any

from tests.permissions.matrix import ALL, CASE_SEERS, PROCESS, Row, every, refused
from tests.permissions.stage import Stage

_READ = every("ok", *CASE_SEERS) | {"viewer": "403"}
_MAY = refused(PROCESS, lead="ok", owner="ok")


def _released(stage: Stage) -> dict:
    return {"interaction_id": stage.released}


def _recall(stage: Stage) -> dict:
    return {"recall_id": stage.recall}


def _correction(_stage: Stage) -> dict[str, Any]:
    return {
        "severity": "2",
        "remedy": "revoke",
        "reason_code": "WRONG_FACT",
        "explanation": "It was paid to somebody else",
    }


def _proposal(stage: Stage) -> dict:
    return {"proposal_id": stage.proposal}


RECALL_ROWS = [
    Row("reviews:recall_proposal", "GET", _READ, kwargs=_proposal),
    Row(
        "reviews:recall_dismiss",
        "POST",
        _MAY,
        kwargs=_proposal,
        data=lambda _s: {"why": "The figure stands on the order"},
    ),
    Row("reviews:recalls", "GET", ALL),
    Row("reviews:recall_new", "GET", _MAY, kwargs=_released),
    Row("reviews:recall_new", "POST", _MAY, kwargs=_released, data=_correction),
    Row("reviews:recall", "GET", _READ, kwargs=_recall),
    Row("reviews:recall_correct", "POST", _MAY, kwargs=_recall, data=_correction),
    Row("reviews:recall_acknowledge", "POST", refused(PROCESS, admin="ok", owner="ok"), kwargs=_recall),
    Row(
        "reviews:recall_notice",
        "POST",
        refused(PROCESS, admin="ok", owner="ok", dpo="ok"),
        kwargs=_recall,
        data=lambda _s: {"notify": "no", "notice": "Nobody was harmed by it"},
    ),
    # Neither the client's system nor the notice is there yet.
    Row(
        "reviews:recall_confirm",
        "POST",
        refused(PROCESS, lead="409", owner="409"),
        kwargs=_recall,
        data=lambda _s: {"fix": "It was mended by hand"},
    ),
    Row("reviews:api_recalls", "GET", ALL, anonymous="401"),
    Row("reviews:api_recall", "GET", _READ, kwargs=_recall, anonymous="401"),
]


def _own(stage: Stage) -> dict:
    return {"interaction_id": stage.recalled}


RECALL_KEY_ROWS = [
    Row(
        "reviews:api_recall_acknowledge",
        "POST",
        {"own_key": "ok"},
        kwargs=_own,
        content_type="application/json",
    ),
]
