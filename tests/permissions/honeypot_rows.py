"""The rows of the matrix for control items: auditors keep them, governance leads allow them, nobody else learns anything."""

import json

from tests.factories import honeypots as pots
from tests.permissions.matrix import ALL, PROCESS, Row, code, refused
from tests.permissions.stage import Stage


def _item(stage: Stage) -> dict:
    return {"item_id": stage.control_item}


def _written(_stage: Stage) -> dict:
    return {
        "step": "approve",
        "kind": "known_bad",
        "wrong": pots.WRONG,
        "payload": json.dumps(pots.payload()),
    }


def _plan(_stage: Stage) -> dict:
    return {"allowed": "on", "share": "1.5", "basis": "Agreement with the works council of 3 March"}


_KEEPS, _ALLOWS = refused(PROCESS, auditor="ok"), refused(PROCESS, governance="ok")

HONEYPOT_ROWS = [
    Row("reviews:honeypots", "GET", ALL),
    Row("reviews:honeypots_add", "GET", _KEEPS, kwargs=code),
    Row("reviews:honeypots_add", "POST", _KEEPS, kwargs=code, data=_written),
    Row("reviews:honeypots_item", "GET", _KEEPS, kwargs=_item),
    Row("reviews:honeypots_retire", "POST", _KEEPS, kwargs=_item),
    Row("reviews:honeypots_plan", "GET", _ALLOWS, kwargs=code),
    Row("reviews:honeypots_plan", "POST", _ALLOWS, kwargs=code, data=_plan),
]
