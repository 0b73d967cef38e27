"""What the trail is told about vendors: one event for each client concerned, under one correlation id."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from audit.domain.envelope import Entry, Target
from audit.domain.ids import new_id
from audit.services import logs, recording
from contracts.models import Process, User
from contracts.services.acting import actor


def record(
    concerned: Collection[Process],
    action: str,
    target: Target,
    facts: Mapping[str, Any],
    by: User | None,
    at: datetime,
    personal: Mapping[str, str] | None = None,
) -> None:
    """Record an event in the log of each client concerned; of none, or of several, also in the platform's."""
    sealed = {name: text for name, text in (personal or {}).items() if text}
    clients = {process.client_id: process.client for process in concerned}
    places = [(client.log_key, client.slug) for _, client in sorted(clients.items())]
    if len(places) != 1:
        places.append((logs.PLATFORM, ""))
    codes = {process.code for process in concerned}
    correlation = new_id()
    recording.record_many(
        [
            Entry(
                log=log,
                action=action,
                actor=actor(by),
                target=target,
                facts=facts,
                at=at,
                correlation_id=correlation,
                client=client,
                process=next(iter(codes)) if len(codes) == 1 and client else "",
                personal=sealed,
                subject=target.id if sealed else "",
            )
            for log, client in places
        ]
    )
