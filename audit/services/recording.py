"""Recording: the one way into the trail.

Call it inside the transaction of the change it describes, after the change: both are committed or neither is.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.domain import body, canonical, catalogue
from audit.domain.catalogue import EventSpec
from audit.domain.envelope import Actor, Entry, Target
from audit.domain.ids import new_id
from audit.models import Event, PrivateValue
from audit.selectors import logs as log_selectors
from audit.services import origins, rows
from audit.services.vault import Keys


def record(
    *,
    log: str,
    action: str,
    actor: Actor,
    target: Target,
    facts: Mapping[str, Any],
    at: datetime,
    correlation_id: UUID | None = None,
    client: str = "",
    process: str = "",
    reason: str = "",
    origin: str = "",
    personal: Mapping[str, str] | None = None,
    subject: str = "",
) -> Event:
    """Record one event; see `record_many`."""
    entry = Entry(
        log=log,
        action=action,
        actor=actor,
        target=target,
        facts=facts,
        at=at,
        correlation_id=correlation_id,
        client=client,
        process=process,
        reason=reason,
        origin=origin,
        personal=personal or {},
        subject=subject,
    )
    return record_many([entry])[0]


@transaction.atomic(savepoint=False)
def record_many(entries: Sequence[Entry]) -> list[Event]:
    """Record events in the order given; either all of them are stored or none, and a failure ends the transaction.

    ValueError for an action that is not in the catalogue, facts it does not carry or misses, a log that was not opened,
    and personal values without a subject; TypeError for a fact that has no canonical form. The events come back with
    their `uid` but without an `id`, which the database gives and nobody but the ledger needs.
    """
    if not entries:
        return []
    if origin := origins.current().origin:
        entries = [entry if entry.origin else replace(entry, origin=origin) for entry in entries]
    specs = [_checked(entry) for entry in entries]
    logs = _log_ids({entry.log for entry in entries})
    keys = Keys({(entry.log, entry.subject) for entry in entries if entry.personal})
    # The only clock read below the doors: `at` says when it happened, also in a replayed past; this says when it was
    # written, and nobody may choose that.
    recorded_at = timezone.now()
    noise = os.urandom(body.NONCE_BYTES * len(entries))
    events: list[Event] = []
    private: list[PrivateValue] = []
    for number, (entry, spec) in enumerate(zip(entries, specs, strict=True)):
        uid = new_id()
        commitments = {}
        for field, value in entry.personal.items():
            sealed = keys.seal(owner=(entry.log, entry.subject), event_uid=uid, field=field, value=value)
            commitments[field] = sealed.commitment
            private.append(sealed.stored)
        content = body.build(
            entry=entry,
            action_version=spec.version,
            uid=uid,
            nonce=noise[number * body.NONCE_BYTES : (number + 1) * body.NONCE_BYTES],
            recorded_at=recorded_at,
            commitments=commitments,
        )
        events.append(_event(entry, uid, logs[entry.log], content, recorded_at))
    rows.append(events)
    rows.append(private)
    return events


def _checked(entry: Entry) -> EventSpec:
    spec = catalogue.get(entry.action)
    catalogue.check_facts(spec, entry.facts, entry.personal)
    body.check_entry(entry)
    return spec


def _log_ids(keys: set[str]) -> dict[str, int]:
    found = log_selectors.ids(keys)
    if unknown := keys - found.keys():
        raise ValueError(f"Not an open log: {', '.join(sorted(unknown))}")
    return found


def _event(entry: Entry, uid: UUID, log_id: int, content: bytes, recorded_at: datetime) -> Event:
    return Event(
        uid=uid,
        log_id=log_id,
        body=content,
        leaf_hash=canonical.leaf_hash(content),
        occurred_at=entry.at,
        recorded_at=recorded_at,
        actor_type=entry.actor.type.value,
        actor_id=entry.actor.id,
        action=entry.action,
        object_type=entry.target.type,
        object_id=entry.target.id,
        correlation_id=entry.correlation_id,
        origin=entry.origin,
    )
