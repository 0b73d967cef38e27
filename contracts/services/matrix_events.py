"""What the trail and the people concerned are told about the escalation matrix."""

import hashlib
import json
from datetime import datetime
from typing import Any

from audit.domain.envelope import Target
from audit.services import recording
from contracts import access
from contracts.domain.roles import APPROVE_RULES
from contracts.models import EscalationMatrix, User
from contracts.selectors import authority, matrices
from contracts.services import notifications
from contracts.services.acting import actor


def record(
    matrix: EscalationMatrix,
    action: str,
    facts: dict[str, Any],
    by: User,
    at: datetime,
    personal: dict[str, str] | None = None,
) -> None:
    """One event about a version of the matrix, in its client's log."""
    process = matrix.process
    recording.record(
        log=process.client.log_key,
        action=action,
        actor=actor(by, authority.role_on(by, process)),
        target=Target("matrix", str(matrix.pk), f"v{matrix.version}", "process", str(process.pk)),
        facts={"version": matrix.version, **facts},
        at=at,
        client=process.client.slug,
        process=process.code,
        personal=personal,
        subject=str(matrix.pk) if personal else "",
    )


def listed(matrix: EscalationMatrix) -> dict[str, list[dict[str, Any]]]:
    """All that a version says, as facts of an event."""
    whole = matrices.content(matrix)
    assert whole is not None  # noqa: S101 — it was read just now
    rows = [
        {
            "trigger_class": path.trigger_class,
            "severity": path.severity,
            "levels": [
                {
                    "name": level.name,
                    "role": level.role,
                    "person": level.person_id,
                    "deputy": level.deputy_id,
                    "calendar": level.calendar.name,
                    "ack_minutes": level.ack_minutes,
                    "resolve_minutes": level.resolve_minutes,
                    "channel": level.channel,
                    "authority": level.authority,
                }
                for level in path.levels.all()
            ],
        }
        for path in whole.paths.all()
    ]
    finals = [
        {
            "category": rule.category,
            "min_value": rule.min_value,
            "party": rule.party,
            "role": rule.role,
            "person": rule.person_id,
            "deputy": rule.deputy_id,
        }
        for rule in whole.final_rules.all()
    ]
    return {"rows": rows, "finals": finals}


def digest(matrix: EscalationMatrix) -> str:
    """A fingerprint of what a version says, so that what was proposed is what was approved."""
    return hashlib.sha256(json.dumps(listed(matrix), sort_keys=True, default=str).encode()).hexdigest()


def tell_approvers(matrix: EscalationMatrix, link: str, at: datetime) -> None:
    """Tell those who may approve the proposal that it waits for them."""
    written = {matrix.author_id, matrix.proposed_by_id, *matrix.editors.values_list("pk", flat=True)}
    subject = f"{matrix.process.code}: the escalation matrix v{matrix.version} waits for your approval"
    for user in access.holders(matrix.process, APPROVE_RULES):
        if user.pk not in written:
            notifications.notify(user=user, subject=subject, body=matrix.note, link=link, at=at)


def tell_author(matrix: EscalationMatrix, what: str, body: str, link: str, at: datetime) -> None:
    """Tell the author what became of his proposal."""
    if matrix.author is not None:
        subject = f"{matrix.process.code}: your escalation matrix v{matrix.version} {what}"
        notifications.notify(user=matrix.author, subject=subject, body=body, link=link, at=at)
