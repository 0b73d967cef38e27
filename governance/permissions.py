"""Who may see how long records are kept, and who keeps them; and who closes an incident.

A log holds all processes of a client, so whoever decides over it must hold the right on every one of them.
"""

from datetime import datetime

from audit.errors import NotAllowed, NotVisible
from contracts import access
from contracts.domain.roles import KEEP_RECORDS
from contracts.models import Organisation, Process, User
from contracts.permissions.changes import check_decides
from governance.models import Incident

KEEPERS = (
    "Records are kept by the client’s own data protection officer or counsel, whose role covers all processes "
    "of the client."
)


def check_can_see_records(user: User, client: Organisation) -> None:
    """Raise NotVisible unless the user reads stories of one of the client's processes."""
    if client.log_key not in access.log_keys(user):
        raise NotVisible("unknown_log", "There are no such records that you can see.", "log")


def check_can_keep_records(user: User, client: Organisation) -> None:
    """Raise NotVisible as above, or NotAllowed unless the user keeps records on every process of the client."""
    check_can_see_records(user, client)
    processes = set(Process.objects.filter(client=client).values_list("pk", flat=True))
    if not processes <= set(access.objects_with(user, Process, KEEP_RECORDS)):
        raise NotAllowed("not_allowed", KEEPERS)


def can_keep_records(user: User, client: Organisation) -> bool:
    try:
        check_can_keep_records(user, client)
    except (NotAllowed, NotVisible):
        return False
    return True


def check_can_close_incident(user: User, incident: Incident, at: datetime) -> None:
    """Whoever decides on model changes decides that an incident is over, with the authority for it (K4)."""
    check_decides(user, incident.process, at)
