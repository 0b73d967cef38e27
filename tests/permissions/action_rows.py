"""The rows of the matrix for corrective actions and findings: read by those who read stories, done by the owner, verified by QA
and governance, findings closed by whoever manages the process."""

from tests.permissions.matrix import ALL, OVERSIGHT, PROCESS, Row, every, refused
from tests.permissions.stage import Stage

# The lead owns it, because the reviewer whose lead he is decided.
_READ = refused(PROCESS, **every("ok", *OVERSIGHT))


def _action(stage: Stage) -> dict:
    return {"action_id": stage.action}


def _finding(stage: Stage) -> dict:
    return {"finding_id": stage.finding}


ACTION_ROWS = [
    Row("reviews:actions", "GET", ALL),
    Row("reviews:action", "GET", _READ, kwargs=_action),
    Row(
        "reviews:action_finish",
        "POST",
        refused(PROCESS, lead="ok"),
        kwargs=_action,
        data=lambda _s: {"done": "The order was entered again"},
    ),
    Row(
        "reviews:action_assign",
        "POST",
        refused(PROCESS, lead="ok", governance="ok"),
        kwargs=_action,
        data=lambda s: {"to": str(s.desk.senior.pk)},
    ),
    # It is not done yet.
    Row(
        "reviews:action_verify",
        "POST",
        refused(PROCESS, auditor="409", governance="409"),
        kwargs=_action,
    ),
    Row(
        "reviews:action_return",
        "POST",
        refused(PROCESS, auditor="409", governance="409"),
        kwargs=_action,
        data=lambda _s: {"why": "It happened again since"},
    ),
    Row("reviews:finding", "GET", _READ, kwargs=_finding),
    Row(
        "reviews:finding_close",
        "POST",
        refused(PROCESS, governance="ok"),
        kwargs=_finding,
        data=lambda _s: {"changed": "The model was calibrated anew"},
    ),
    Row("reviews:api_actions", "GET", ALL, anonymous="401"),
    Row("reviews:api_action", "GET", _READ, kwargs=_action, anonymous="401"),
    Row("reviews:api_findings", "GET", ALL, anonymous="401"),
]
