"""The rows of the matrix for webhooks: whoever administers or owns a client's processes sets them up."""

from tests.permissions.matrix import PROCESS, Row, refused
from tests.permissions.stage import Stage

_MANAGE = refused(PROCESS, admin="ok", owner="ok")
# Whoever sees some process of his own may know that webhooks are there.
_ADD = refused((*PROCESS, "twin"), admin="ok", owner="ok")


def _webhook(stage: Stage) -> dict:
    return {"webhook_id": stage.webhook}


def _form(stage: Stage) -> dict:
    return {
        "name": "Warehouse",
        "url": "https://warehouse.example.org/hooks",
        "types": ["interaction.released"],
        "processes": [str(stage.desk.process.pk)],
    }


def _acts() -> list[Row]:
    acts = [
        ("test", _MANAGE, {}),
        ("rotate", _MANAGE, {}),
        ("disable", _MANAGE, {}),
        ("enable", refused((*PROCESS, "admin", "owner"), admin="409", owner="409"), {}),
        ("replay", _MANAGE, {"from_index": "0"}),
    ]
    return [
        Row(f"governance:webhook_{act}", "POST", expect, kwargs=_webhook, data=lambda _s, sent=sent: sent)
        for act, expect, sent in acts
    ]


WEBHOOK_ROWS = [
    Row("governance:webhooks", "GET", {}, rest="ok"),
    Row("governance:webhook_new", "GET", _ADD),
    Row("governance:webhook_new", "POST", _ADD, data=_form),
    Row("governance:webhook", "GET", _MANAGE, kwargs=_webhook),
    Row("governance:webhook_change", "GET", _MANAGE, kwargs=_webhook),
    Row("governance:webhook_change", "POST", _MANAGE, kwargs=_webhook, data=_form),
    *_acts(),
]
