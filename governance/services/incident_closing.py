"""Closing an incident: by a person who decides, with what was done."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audit.domain.envelope import Target
from audit.errors import Conflict
from audit.services import recording
from contracts import access
from contracts.domain.raci import Task
from contracts.domain.roles import DECIDE_CHANGES
from contracts.models import UndeclaredVersion, User
from contracts.selectors import authority
from contracts.services import change_moves, notifications, raci_notices
from contracts.services.acting import actor
from governance import permissions
from governance.domain import transitions
from governance.domain.incidents import IncidentKind, IncidentState
from governance.models import Incident
from governance.selectors import incidents as selector


@transaction.atomic
def close(*, incident_id: UUID, done: str, by: User, at: datetime) -> Incident:
    """Close an incident. Raises Invalid without words on what was done; Conflict where it is closed, or its cause goes on.

    What happens again after that opens another one.
    """
    found = selector.one(by, incident_id)
    permissions.check_can_close_incident(by, found, at)
    done = change_moves.why(done, "Say what was done.", field="done")
    running = UndeclaredVersion.objects.filter(
        process=found.process, reference=found.subject, settled_at__isnull=True
    )
    if found.kind == IncidentKind.UNDECLARED_MODEL and running.exists():
        raise Conflict(
            "not_settled", "The version still counts as undeclared: settle it under Model changes first."
        )
    leading = transitions.before(transitions.INCIDENT, IncidentState.CLOSED)
    closed = Incident.objects.filter(pk=found.pk, state__in=leading).update(
        state=IncidentState.CLOSED, closed_at=at, closed_by=by, done=done
    )
    if not closed:
        raise Conflict("closed", "This incident is closed already.")
    process = found.process
    recording.record(
        log=process.client.log_key,
        action="incident.closed",
        actor=actor(by, authority.role_on(by, process)),
        target=Target("incident", str(found.pk), found.subject, "process", str(process.pk)),
        facts={"kind": found.kind, "subject": found.subject},
        at=at,
        client=process.client.slug,
        process=process.code,
        personal={"why": done},
        subject=str(found.pk),
    )
    found.refresh_from_db()
    _tell(found, by, at)
    return found


def _tell(closed: Incident, by: User, at: datetime) -> None:
    """Whoever was told that there is an incident learns that it is over: others than those who decide not of whom it was."""
    process = closed.process
    deciders = list(access.holders(process, DECIDE_CHANGES))
    for user in deciders:
        if user != by:
            notifications.notify(
                user=user,
                subject=f"{process.code}: incident closed, {closed.subject}",
                body=closed.done,
                link=reverse("governance:incident", args=[closed.pk]),
                at=at,
            )
    sentence = f"incident closed, {IncidentKind(closed.kind).label.lower()}"
    raci_notices.notify_informed(
        process=process, task=Task.INCIDENT, sentence=sentence, but=[*deciders, by], at=at
    )
