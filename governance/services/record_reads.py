"""The projection `reads`: who read personal data and who took evidence away, so that it is found without reading the trail.

Called by `audit.services.projecting` alone, inside the transaction that moves the cursor.
"""

from collections.abc import Sequence
from uuid import UUID

from audit.models import Event
from audit.services.projecting import Projection
from governance.domain import record_reads, telemetry
from governance.models import RecordRead

VERSION = 1


def apply(log: str, events: Sequence[Event]) -> None:
    """Add the readings among the next events of a log."""
    told = [
        (event, read)
        for event in events
        if telemetry.counts(event.content) and (read := record_reads.read(event.content))
    ]
    RecordRead.objects.bulk_create(
        RecordRead(
            event=event.uid,
            log=log,
            read_at=event.occurred_at,
            action=event.action,
            person=read.person,
            role=read.role,
            process=read.process,
            interaction=UUID(read.interaction) if read.interaction else None,
            subject=read.subject,
            what=read.what,
        )
        for event, read in told
    )


def clear(log: str) -> None:
    """Drop the readings of a log."""
    RecordRead.objects.filter(log=log).delete()


PROJECTION = Projection(name="reads", version=VERSION, apply=apply, clear=clear)
