"""What the trail is told about halts: the parts of `contracts.services.halts` that tell."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from audit.domain.envelope import Entry, Target
from audit.services import logs, recording
from contracts.models import Halt, Process, User
from contracts.selectors import authority, halts
from contracts.services.acting import actor


def record(
    halt: Halt,
    touched: Sequence[Process],
    action: str,
    facts: Mapping[str, Any],
    by: User | None,
    at: datetime,
    why: str = "",
) -> None:
    """One event in the log of each client concerned, of several also in the platform's, under one correlation id.

    In a client's log stand the processes of that client and of nobody else.
    """
    clients = {process.client_id: process.client for process in touched}
    entries = []
    for key, client in sorted(clients.items()):
        own = [process for process in touched if process.client_id == key]
        entries.append(_entry(halt, own, action, facts, by, at, why, client.log_key, client.slug))
    if len(clients) > 1:
        entries.append(_entry(halt, touched, action, facts, by, at, why, logs.PLATFORM, ""))
    recording.record_many(entries)


def _entry(
    halt: Halt,
    processes: Sequence[Process],
    action: str,
    facts: Mapping[str, Any],
    by: User | None,
    at: datetime,
    why: str,
    log: str,
    client: str,
) -> Entry:
    told = dict(facts)
    if "processes" in told:
        told["processes"] = [process.code for process in processes]
    role = authority.role_on(by, processes[0]) if by else ""
    return Entry(
        log=log,
        action=action,
        actor=actor(by, role),
        target=Target("halt", str(halt.pk), halts.name(halt)),
        facts={
            "scope": halt.scope,
            "name": halts.name(halt),
            "cause": halt.cause,
            "drill": halt.drill,
            **told,
        },
        at=at,
        correlation_id=halt.pk,
        client=client,
        process=processes[0].code if len(processes) == 1 else "",
        personal={"why": why} if why else {},
        subject=str(halt.pk) if why else "",
    )
