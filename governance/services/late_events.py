"""The projection `late`: the events of each log that were not written when they happened.

Called by `audit.services.projecting` alone, inside the transaction that moves the cursor.
"""

from collections.abc import Sequence

from audit.models import Event
from audit.services.projecting import Projection
from governance.domain import lateness
from governance.models import LateEvent

VERSION = 1
_BATCH = 1_000


def apply(log: str, events: Sequence[Event]) -> None:
    """Add those of the next events of a log whose moments lie too far apart."""
    late = [
        LateEvent(event=event.uid, log=log, occurred_at=event.occurred_at, recorded_at=event.recorded_at)
        for event in events
        if lateness.is_late(occurred_at=event.occurred_at, recorded_at=event.recorded_at, origin=event.origin)
    ]
    LateEvent.objects.bulk_create(late, batch_size=_BATCH)


def clear(log: str) -> None:
    """Drop all of a log."""
    LateEvent.objects.filter(log=log).delete()


PROJECTION = Projection(name=lateness.PROJECTION, version=VERSION, apply=apply, clear=clear)
