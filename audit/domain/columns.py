"""What the columns beside a body must say, read from the body: their texts in one line, in the order of `NAMES`.

Millions of bodies are read when a trail is checked, so the usual ones are read by two patterns instead of as JSON. The
first holds a body's beginning up to its facts, the second all that stands behind them, to the last byte: a fact that
imitates it is followed by the real one, and is not the end. What has a backslash, or any other form, is read as JSON.
"""

import json
import re
from typing import Any

# Between the values; a value that holds it is not compared in one line.
SEPARATOR = "\x1f"
NAMES = (
    "log",
    "action",
    "actor_type",
    "actor_id",
    "object_type",
    "object_id",
    "origin",
    "uid",
    "correlation_id",
    "occurred_at",
    "recorded_at",
)
_HEAD = re.compile(
    rb'\{"action":"([^"\\]*)","action_version":[0-9]+,"actor":\{(?:"id":"([^"\\]*)",)?(?:"org":"[^"\\]*",)?'
    rb'(?:"role":"[^"\\]*",)?"type":"([^"\\]*)"\}(?:,"client":"[^"\\]*")?(?:,"correlation_id":"([^"\\]*)")?,"facts":\{'
)
_TAIL = re.compile(
    rb',"log":"([^"\\]*)","nonce":"[^"\\]*","object":\{"id":"([^"\\]*)"(?:,"label":"[^"\\]*")?'
    rb'(?:,"parent_id":"[^"\\]*")?(?:,"parent_type":"[^"\\]*")?,"type":"([^"\\]*)"\},"occurred_at":"([^"\\]*)"'
    rb'(?:,"origin":"([^"\\]*)")?(?:,"pii":\{[^{}\\]*\})?(?:,"process":"[^"\\]*")?(?:,"reason":"[^"\\]*")?'
    rb',"recorded_at":"([^"\\]*)"(?:,"subject":"[^"\\]*")?,"uid":"([^"\\]*)","v":1\}\Z'
)


def said(body: bytes) -> str:
    """The values that a body says, joined; ValueError for what is no body of an event."""
    head = _HEAD.match(body)
    tail = _TAIL.search(body, head.end()) if head else None
    if head is None or tail is None:
        return _read(body)
    action, actor_id, actor_type, correlation_id = head.groups(b"")
    log, object_id, object_type, occurred_at, origin, recorded_at, uid = tail.groups(b"")
    return b"\x1f".join(
        (
            log,
            action,
            actor_type,
            actor_id,
            object_type,
            object_id,
            origin,
            uid,
            correlation_id,
            occurred_at,
            recorded_at,
        )
    ).decode()


def _read(body: bytes) -> str:
    try:
        content: dict[str, Any] = json.loads(body)
        actor, target = content["actor"], content["object"]
        return SEPARATOR.join(
            (
                content["log"],
                content["action"],
                actor["type"],
                actor.get("id", ""),
                target["type"],
                target["id"],
                content.get("origin", ""),
                content["uid"],
                content.get("correlation_id", ""),
                content["occurred_at"],
                content["recorded_at"],
            )
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError("This is no body of an event") from None
