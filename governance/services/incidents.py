"""The consumer `incidents`: what the trail tells opens an incident, once; the absent notice of a change is a breach.

Called by `audit.services.projecting` alone, inside the transaction that moves the cursor. An incident is no rollup: people go
on with it, so a rebuild of the cursor finds those that are there and drops none.
"""

from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse

from audit.domain.envelope import Actor, Target
from audit.models import Event
from audit.services import origins, recording
from audit.services.projecting import Projection
from contracts import access
from contracts.domain.raci import Task
from contracts.domain.roles import DECIDE_CHANGES
from contracts.models import Process
from contracts.services import change_breaches, notifications, raci_notices
from governance.domain import incidents
from governance.domain.incidents import Cause, IncidentKind, IncidentState
from governance.models import Incident

VERSION = 1
_OVERSIGHT = Actor.system("oversight")


def apply(log: str, events: Sequence[Event]) -> None:
    """Open the incidents that the next events of a log ask for."""
    for event in events:
        if event.action in (incidents.UNDECLARED, incidents.SOVEREIGNTY):
            found = incidents.cause(event.action, event.facts)
            process = Process.objects.select_related("client").filter(code=event.content["process"]).first()
            if found is not None and process is not None:
                _open(process, found, event)


def _open(process: Process, found: Cause, event: Event) -> None:
    same = {"process": process, "kind": found.kind, "subject": found.subject[:200]}
    # What happened before it was closed is of the closed one, also where the trail is read again.
    running = Q(state=IncidentState.REPORTED) | Q(closed_at__gte=event.occurred_at)
    if Incident.objects.filter(running, **same).exists():
        return
    made = Incident.objects.create(
        **same,
        severity=found.severity,
        told=found.told,
        source_event=event.uid,
        occurred_at=event.occurred_at,
    )
    origin = str(event.content.get("origin", ""))
    # What happened in an imported past wakes nobody, and says where it came from like its cause.
    with origins.writing(origin=origin, quiet=bool(origin)):
        _tell(process, made, event)
        if made.kind == IncidentKind.UNDECLARED_MODEL:
            change_breaches.absent_notice(
                process=process, reference=made.subject, occurred_at=event.occurred_at, at=event.occurred_at
            )


def _tell(process: Process, made: Incident, event: Event) -> None:
    recording.record(
        log=process.client.log_key,
        action="incident.reported",
        actor=_OVERSIGHT,
        target=Target("incident", str(made.pk), made.subject, "process", str(process.pk)),
        facts={
            "kind": made.kind,
            "severity": made.severity,
            "subject": made.subject,
            "source": event.action,
            "source_event": str(event.uid),
        },
        at=event.occurred_at,
        client=process.client.slug,
        process=process.code,
    )
    deciders = list(access.holders(process, DECIDE_CHANGES))
    for user in deciders:
        notifications.notify(
            user=user,
            subject=f"{process.code}: incident of severity {made.severity}, {made.subject}",
            body=made.told,
            link=reverse("governance:incident", args=[made.pk]),
            at=event.occurred_at,
        )
    # Which endpoint or version of whom it was is for those who decide; other parties learn that there is one, and of what kind.
    sentence = f"incident of severity {made.severity}, {IncidentKind(made.kind).label.lower()}"
    raci_notices.notify_informed(
        process=process, task=Task.INCIDENT, sentence=sentence, but=deciders, at=event.occurred_at
    )


def clear(log: str) -> None:
    """Nothing: incidents stay, and the same events find them again."""


PROJECTION = Projection(name="incidents", version=VERSION, apply=apply, clear=clear)
