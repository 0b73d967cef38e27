"""The rows of the matrix for a log: its proofs, for people by session and for the agent who writes to it by key, and how
long its records are kept."""

from collections.abc import Callable
from typing import Any

from tests.permissions.matrix import ALL, OVERSIGHT, Row, every, refused
from tests.permissions.stage import Stage

_READERS = every("ok", *OVERSIGHT)
# What an agent's key opens; the rest is for people. The desk of another client knows nothing of the log.
_FOLLOWS = {"own_key": "ok"}
_PEOPLE_ONLY = {"own_key": "403"}


def _log(_stage: Stage) -> dict:
    return {"log": "north"}


def _tile(_stage: Stage) -> dict:
    return {"log": "north", "tile": "0/000.p/1"}


def _first_entry(_stage: Stage) -> dict:
    return {"log": "north", "tile": "000.p/1"}


def _event(stage: Stage) -> dict:
    return {"log": "north", "uid": stage.received}


_DOORS: list[tuple[str, Callable[[Stage], dict], str, dict[str, Any]]] = [
    ("api_checkpoint", _log, "", _FOLLOWS),
    ("api_tile", _tile, "", _FOLLOWS),
    ("api_entry_tile", _first_entry, "", _PEOPLE_ONLY),
    ("api_entries", _log, "", _PEOPLE_ONLY),
    ("api_inclusion", _log, "?index=0&size={size}", _PEOPLE_ONLY),
    ("api_consistency", _log, "?from={size}&to={size}", _FOLLOWS),
    ("api_event", _event, "", _PEOPLE_ONLY),
    ("api_event_proof", _event, "", _PEOPLE_ONLY),
    ("api_receipt", _event, "", _FOLLOWS),
]


def _rows(expect: Callable[[dict[str, Any]], dict[str, Any]]) -> list[Row]:
    return [
        Row(f"governance:{name}", "GET", expect(by_key), kwargs=kwargs, anonymous="401", query=query)
        for name, kwargs, query, by_key in _DOORS
    ]


# Records are kept by who holds the right on every process of the client; whoever reads stories sees the periods.
_KEEPERS = refused(OVERSIGHT, dpo="ok")
_SUBJECT = "0" * 32
_WHY = "A lawsuit about this runs"
_RECORD_ROWS = [
    Row("governance:records", "GET", ALL),
    Row("governance:records_client", "GET", _READERS, kwargs=_log),
    Row("governance:records_reads", "GET", _KEEPERS, kwargs=_log),
    Row(
        "governance:records_reads_find",
        "POST",
        _KEEPERS,
        kwargs=_log,
        data=lambda _s: {"about": "supplier-88"},
    ),
    Row(
        "governance:records_policy",
        "POST",
        _KEEPERS,
        kwargs=_log,
        data=lambda _s: {"record_class": "personal", "jurisdiction": "EU", "keep_days": "60"},
    ),
    Row(
        "governance:records_hold",
        "POST",
        _KEEPERS,
        kwargs=_log,
        data=lambda _s: {"hold-scope": "log", "hold-about": "", "hold-reason": _WHY},
    ),
    Row(
        "governance:records_lift",
        "POST",
        _KEEPERS,
        kwargs=lambda stage: {"log": "north", "hold_id": stage.hold},
        data=lambda _s: {"lift-reason": _WHY},
    ),
    Row(
        "governance:records_subject",
        "POST",
        _KEEPERS,
        kwargs=_log,
        data=lambda _s: {"find-about": "supplier-88"},
    ),
    Row(
        "governance:records_erase",
        "POST",
        _KEEPERS,
        kwargs=_log,
        data=lambda _s: {"subject": _SUBJECT, "legal_basis": "gdpr_17_1_a", "ticket": "T-1"},
    ),
]

PROOF_ROWS = [*_rows(lambda _by_key: _READERS), *_RECORD_ROWS]
KEY_ROWS = _rows(lambda by_key: by_key)
