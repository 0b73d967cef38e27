"""Watching clocks: whether this machine's is the database's, and saying so in the trail when that changes (M9)."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from audit.domain import clocks as domain
from audit.domain import events
from audit.domain.envelope import Actor, Target
from audit.selectors import clocks as selectors
from audit.services import logs, recording

logger = logging.getLogger(__name__)

WATCH = Actor.system("clock")


def watch(*, machine: str, clock: Callable[[], datetime]) -> timedelta | None:
    """Compare the clock of this machine with the database's; how far it is ahead, or None where that cannot be said.

    A clock that has come apart, or is right again, is an event of the platform's log, once.
    """
    before = clock()
    database = selectors.database_now()
    difference = domain.ahead(before=before, database=database, after=clock())
    if difference is None:
        return None
    if domain.is_apart(difference):
        logger.critical(
            "The clock of %s differs from the database by %.1f s", machine, difference.total_seconds()
        )
    _note(machine, difference, database)
    return difference


@transaction.atomic
def _note(machine: str, difference: timedelta, at: datetime) -> None:
    apart = domain.is_apart(difference)
    if apart == selectors.was_apart(machine):
        return
    spec = events.CLOCK_APART if apart else events.CLOCK_TOGETHER
    recording.record(
        log=logs.PLATFORM,
        action=spec.action,
        actor=WATCH,
        target=Target(domain.OBJECT, machine),
        facts={"machine": machine, "seconds": f"{difference.total_seconds():.1f}"},
        at=at,
    )
