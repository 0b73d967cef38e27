"""Events for people and spreadsheets: what stands beside the evidence, says the same in fewer words, and proves nothing."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from audit.domain import sheets

COLUMNS = (
    "index",
    "uid",
    "recorded_at",
    "occurred_at",
    "actor_type",
    "actor",
    "organisation",
    "role",
    "action",
    "object_type",
    "object",
    "label",
    "client",
    "process",
    "correlation_id",
    "origin",
    "reason",
    "facts",
    "sentence",
)


def row(*, index: int, uid: UUID, content: Mapping[str, Any], sentence: str) -> dict[str, Any]:
    """An event by the names of `COLUMNS`. People stand as the opaque ids they have in the trail; personal values, which
    events do not hold, are not there."""
    actor, target = content.get("actor", {}), content.get("object", {})
    return {
        "index": index,
        "uid": str(uid),
        "recorded_at": content.get("recorded_at", ""),
        "occurred_at": content.get("occurred_at", ""),
        "actor_type": actor.get("type", ""),
        "actor": actor.get("id", ""),
        "organisation": actor.get("org", ""),
        "role": actor.get("role", ""),
        "action": content.get("action", ""),
        "object_type": target.get("type", ""),
        "object": target.get("id", ""),
        "label": target.get("label", ""),
        "client": content.get("client", ""),
        "process": content.get("process", ""),
        "correlation_id": content.get("correlation_id", ""),
        "origin": content.get("origin", ""),
        "reason": content.get("reason", ""),
        "facts": content.get("facts", {}),
        "sentence": sentence,
    }


def json_line(row: Mapping[str, Any]) -> bytes:
    """One line of JSON Lines."""
    return _json(row) + b"\n"


def csv_line(row: Mapping[str, Any]) -> bytes:
    """One line of the CSV; the facts stand in one cell, as JSON."""
    shown = {**row, "facts": _json(row["facts"]).decode()}
    return sheets.line([shown[name] for name in COLUMNS])


def csv_header() -> bytes:
    return sheets.line(COLUMNS)


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
