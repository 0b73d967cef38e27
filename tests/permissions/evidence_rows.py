"""The rows of the matrix for evidence to take away. Everybody has a list of his own; whose stories nobody reads has nothing
to ask for."""

from tests.permissions.matrix import ALL, OVERSIGHT, PROCESS, Row, every, refused
from tests.permissions.stage import Stage

_PURPOSE = {"purpose": "The yearly audit"}
# Samples are seen by auditors and by those who oversee the process, not by its team leads.
_SAMPLES = refused(PROCESS, **every("ok", "auditor", "governance", "admin", "owner", "overseer"))
_STORIES = refused(PROCESS, **every("ok", *OVERSIGHT))


def _interaction(stage: Stage) -> dict:
    return {"interaction_id": stage.interaction}


def _draw(stage: Stage) -> dict:
    return {"draw_id": stage.draw}


def _export(stage: Stage) -> dict:
    return {"export_id": stage.export}


def _period(_stage: Stage) -> dict:
    return {"client": "north", "process": "", "since": "2001-01-01", "until": "2099-01-01", **_PURPOSE}


EVIDENCE_ROWS: list[Row] = [
    Row("governance:evidence", "GET", ALL),
    # The twin desk's reviewer reads no stories either.
    Row("governance:evidence_period", "GET", every("ok", *OVERSIGHT), rest="403"),
    Row("governance:evidence_period", "POST", every("ok", *OVERSIGHT), rest="403", data=_period),
    Row("governance:story_evidence_choose", "GET", _STORIES, kwargs=_interaction),
    Row("governance:story_evidence_choose", "POST", _STORIES, kwargs=_interaction, data=lambda s: _PURPOSE),
    Row("governance:evidence_draw", "GET", _SAMPLES, kwargs=_draw),
    Row("governance:evidence_draw", "POST", _SAMPLES, kwargs=_draw, data=lambda s: _PURPOSE),
    # The lead has asked for it; nobody has written it yet.
    Row("governance:evidence_cancel", "POST", {"lead": "ok"}, kwargs=_export),
    Row("governance:evidence_fetch", "POST", {"lead": "409"}, kwargs=_export),
]
