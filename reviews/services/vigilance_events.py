"""The events of vigilance: in the log of the client they name a reviewer by his pseudonym, as its pages do (E8)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from audit.domain.envelope import Actor, Target
from audit.services import logs, recording
from contracts.models import Process, User
from contracts.services.acting import actor as acting
from reviews.selectors import pseudonyms


def record(
    action: str,
    process: Process,
    reviewer_id: UUID,
    *,
    facts: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    why: str = "",
) -> None:
    """One event about a reviewer of a process, for the log of its client. Needs `process.client` loaded."""
    recording.record(
        log=process.client.log_key,
        action=action,
        actor=actor,
        target=Target(
            "reviewer", pseudonyms.of(process.pk, reviewer_id), process.code, "process", str(process.pk)
        ),
        facts=facts,
        at=at,
        client=process.client.slug,
        process=process.code,
        personal={"why": why} if why else {},
        subject=str(reviewer_id) if why else "",
    )


def record_own(
    action: str, reviewer: User, *, facts: Mapping[str, Any], at: datetime, text: str = ""
) -> None:
    """One event of a reviewer about himself. It names him, so it stands in the portal's own log and in no client's."""
    recording.record(
        log=logs.PLATFORM,
        action=action,
        actor=acting(reviewer, "reviewer"),
        target=Target("reviewer", str(reviewer.pk)),
        facts=facts,
        at=at,
        personal={"comment": text} if text else {},
        subject=str(reviewer.pk) if text else "",
    )
