"""Protecting the tables of the trail by roles of the database, and saying in the trail when that has changed."""

from datetime import datetime

from django.db import connection, transaction

from audit.domain import events, protection
from audit.domain.envelope import Actor, Target
from audit.models import Event
from audit.selectors import protection as selectors
from audit.services import logs, recording

GUARD = Actor.system("guard")


def apply(*, login: str) -> None:
    """Make the roles and give them their rights, for this login (a quoted name) of the portal; can be run again.

    The connection must be a superuser's. Errors are those of django.db.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(protection.script(login, selectors.partitions()))


@transaction.atomic
def check(*, at: datetime) -> list[str]:
    """What is not protected as it should be. Whatever was not known the last time is recorded in the platform's log."""
    found = list(selectors.differences())
    last = Event.objects.filter(action=events.PROTECTION_CHANGED.action).order_by("-id").first()
    if found != (last.facts["differences"] if last else []):
        recording.record(
            log=logs.PLATFORM,
            action=events.PROTECTION_CHANGED.action,
            actor=GUARD,
            target=Target("protection", "database"),
            facts={"differences": found},
            at=at,
        )
    return found
