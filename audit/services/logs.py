"""Opening logs: one for the platform and one for each client organisation."""

from datetime import datetime

from django.db import transaction

from audit.domain import envelope, events, merkle
from audit.domain.envelope import Actor, Target
from audit.models import Log, LogState
from audit.services import recording

PLATFORM = "platform"


@transaction.atomic
def open_log(*, key: str, at: datetime) -> Log:
    """The log of that name, opened with an empty tree and its first event if it is new.

    ValueError for a key that is not opaque.
    """
    envelope.opaque(key, "A log")
    log, opened = Log.objects.get_or_create(key=key, defaults={"opened_at": at})
    if opened:
        LogState.objects.create(log_id=log.id, root=merkle.EMPTY_ROOT)
        recording.record(
            log=key,
            action=events.LOG_OPENED.action,
            actor=Actor.system("ledger"),
            target=Target("log", key),
            facts={"key": key},
            at=at,
        )
    return log
