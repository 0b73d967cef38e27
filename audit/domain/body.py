"""The body of an event, format version 1: the one form in which an event is hashed, stored and shown.

Nothing in a body can be changed later, so nothing that may have to be erased goes into it: people are opaque ids and
personal values are commitments.
"""

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from audit.domain import canonical
from audit.domain.envelope import Entry, opaque

FORMAT = 1
NONCE_BYTES = 16


def check_entry(entry: Entry) -> None:
    """ValueError for an entry whose log or subject could name a person, or that seals values for nobody."""
    opaque(entry.log, "A log")
    if entry.subject:
        opaque(entry.subject, "A subject")
    elif entry.personal:
        raise ValueError(
            f"{entry.action}: personal values are sealed under the key of a subject; none was named"
        )


def build(
    *,
    entry: Entry,
    action_version: int,
    uid: UUID,
    nonce: bytes,
    recorded_at: datetime,
    commitments: Mapping[str, str],
) -> bytes:
    """The canonical bytes of an event. Empty parts are left out; facts are kept as given, also when false or null.

    The nonce (16 random bytes) makes the leaf hash hiding: a sibling hash in somebody's proof cannot be guessed.
    """
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"A nonce has {NONCE_BYTES} bytes, not {len(nonce)}")
    actor, target = entry.actor, entry.target
    parts: dict[str, Any] = {
        "v": FORMAT,
        "uid": str(uid),
        "nonce": b64encode(nonce).decode("ascii"),
        "log": entry.log,
        "occurred_at": canonical.instant(entry.at),
        "recorded_at": canonical.instant(recorded_at),
        "actor": _filled({"type": actor.type.value, "id": actor.id, "org": actor.org, "role": actor.role}),
        "action": entry.action,
        "action_version": action_version,
        "object": _filled(
            {
                "type": target.type,
                "id": target.id,
                "label": target.label,
                "parent_type": target.parent_type,
                "parent_id": target.parent_id,
            }
        ),
        "client": entry.client,
        "process": entry.process,
        "correlation_id": str(entry.correlation_id) if entry.correlation_id else "",
        "facts": canonical.normal(dict(entry.facts)),
        "reason": entry.reason,
        "origin": entry.origin,
        "subject": entry.subject,
        "pii": dict(commitments),
    }
    # Everything but the facts is text by now, so only they have to be brought into their plain form.
    return canonical.encode(_filled(parts))


def _filled(parts: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in parts.items() if part}
