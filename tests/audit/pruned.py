"""A trail whose first texts are past their period, on either database, and pruning it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils import timezone

from audit.domain.envelope import Actor
from audit.domain.ids import new_id
from audit.domain.retention import RecordClass
from audit.models import Event, Log
from audit.services import projecting, pruning, publishing, recording, retention, sequencing
from audit.services.pruning import Kept
from tests.audit import growing
from tests.audit.conftest import sealed, signed

PERIOD, SHORTER = 184, 31
OPERATOR = Actor.system("operator")
MATTER = UUID("01980000-0000-7000-8000-0000000000aa")
NOT_KEPT = Kept(reason="The client wants none of it kept")


def keep(log: str, days: int = PERIOD, record_class: RecordClass = RecordClass.TRAIL) -> None:
    retention.set_policy(
        log=log,
        record_class=record_class,
        jurisdiction="EU",
        keep_days=days,
        by=OPERATOR,
        at=timezone.now(),
    )


def purge() -> None:
    """The personal values of every log go, as they do long before the texts they belong to."""
    for log in Log.objects.values_list("key", flat=True):
        keep(log, SHORTER, RecordClass.PERSONAL)
    retention.purge_all(clock=later)


def later() -> datetime:
    return timezone.now() + timedelta(days=PERIOD + 1)


def settle() -> None:
    """Every event has its place under a signed checkpoint, and was read by every projection."""
    for _ in range(3):
        sequencing.sweep(clock=timezone.now)
        publishing.publish_all(clock=timezone.now)
    projecting.sweep(clock=timezone.now)


def turn_the_page() -> None:
    """Events go into the next partition from now on. Unlike setval, this is undone with the transaction of a test."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT last_value / 10000000 + 1 FROM audit_event_id_seq")
            number = cursor.fetchone()[0]
            cursor.execute(f"ALTER SEQUENCE audit_event_id_seq RESTART WITH {number * 10_000_000}")


def prune(at: datetime | None = None, kept: Kept = NOT_KEPT) -> list[Event]:
    """Everything that may go, as the command does it."""
    at = at or later()
    going = pruning.removable(pruning.plans(at=at))
    return [event for plan in going for event in pruning.prune(plan, kept=kept, at=at)]


def old_log() -> None:
    """Texts of two logs past their period, some of them of a matter and some of a subject; the log is open."""
    growing.events(20)
    recording.record(**signed(correlation_id=MATTER))
    recording.record(**sealed(correlation_id=new_id()))
    purge()
    for key in ("platform", "client-1"):
        keep(key)
    settle()
    turn_the_page()
