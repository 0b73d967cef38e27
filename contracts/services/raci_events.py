"""What the trail and the people concerned are told about the RACI."""

import hashlib
import json
from datetime import datetime
from typing import Any

from audit.domain.envelope import Target
from audit.services import recording
from contracts import access
from contracts.domain.roles import SIGN_CONTRACTS
from contracts.models import RaciMatrix, RaciRow, User
from contracts.selectors import authority
from contracts.selectors import raci as selector
from contracts.services import notifications
from contracts.services.acting import actor


def record(
    matrix: RaciMatrix, action: str, facts: dict[str, Any], by: User, at: datetime, why: str = ""
) -> None:
    """One event about a version of the RACI, in its client's log."""
    process = matrix.process
    recording.record(
        log=process.client.log_key,
        action=action,
        actor=actor(by, authority.role_on(by, process)),
        target=Target("raci", str(matrix.pk), f"v{matrix.version}", "process", str(process.pk)),
        facts={"version": matrix.version, **facts},
        at=at,
        client=process.client.slug,
        process=process.code,
        personal={"why": why} if why else None,
        subject=str(matrix.pk) if why else "",
    )


def listed(matrix: RaciMatrix) -> dict[str, Any]:
    """All that a version says, as facts of an event."""
    return {"effect": matrix.effect, "rows": [_row(row) for row in selector.whole(matrix)]}


def _row(row: RaciRow) -> dict[str, Any]:
    held: list[dict[str, Any]] = [
        {
            "letter": "A",
            "party": row.accountable_party,
            "person": str(row.accountable_person_id),
            "role": row.accountable_role,
        }
    ]
    held += [
        {
            "letter": part.letter,
            "party": part.party,
            "person": str(part.person_id) if part.person_id else None,
            "role": part.role,
        }
        for part in row.parts.all()
    ]
    return {
        "task": row.task,
        "held": held,
        "clause": f"{row.clause.contract.code} {row.clause.number}" if row.clause else "",
        "document": row.document.code if row.document else "",
    }


def digest(matrix: RaciMatrix) -> str:
    """A fingerprint of what a version says, so that both parties sign the same."""
    told = {"process": matrix.process.code, "version": matrix.version, **listed(matrix)}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def tell_signers(matrix: RaciMatrix, link: str, at: datetime) -> None:
    """Tell those who may sign the proposal that it waits for them."""
    written = {matrix.author_id, matrix.proposed_by_id, *matrix.editors.values_list("pk", flat=True)}
    subject = f"{matrix.process.code}: the RACI v{matrix.version} waits for your signature"
    for user in access.holders(matrix.process, SIGN_CONTRACTS):
        if user.pk not in written:
            notifications.notify(user=user, subject=subject, body=matrix.note, link=link, at=at)


def tell_author(matrix: RaciMatrix, what: str, body: str, link: str, at: datetime) -> None:
    """Tell the author what became of his proposal."""
    subject = f"{matrix.process.code}: your RACI v{matrix.version} {what}"
    notifications.notify(user=matrix.author, subject=subject, body=body, link=link, at=at)
