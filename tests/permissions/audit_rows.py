"""The rows of the matrix for the proofs of a log: people by session, and the agent who writes to it by key."""

from collections.abc import Callable
from typing import Any

from tests.permissions.matrix import OVERSIGHT, Row, every
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


PROOF_ROWS = _rows(lambda _by_key: _READERS)
KEY_ROWS = _rows(lambda by_key: by_key)
