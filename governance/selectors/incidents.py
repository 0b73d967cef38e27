"""Incidents, for those who read the board of their process."""

from uuid import UUID

from audit.errors import NotVisible
from contracts import access
from contracts.domain.roles import VIEW_BOARD
from contracts.models import User
from governance.models import Incident

SHOWN = 100


def listed(user: User) -> list[Incident]:
    """The incidents somebody may read, the newest first."""
    rows = Incident.objects.filter(process__in=access.processes(user, VIEW_BOARD)).select_related("process")
    return list(rows.order_by("-occurred_at", "-pk")[:SHOWN])


def one(user: User, incident_id: UUID) -> Incident:
    rows = Incident.objects.filter(process__in=access.processes(user, VIEW_BOARD))
    found = rows.select_related("process__client", "closed_by").filter(pk=incident_id).first()
    if found is None:
        raise NotVisible("not_found", "There is no such incident that you can see.")
    return found
