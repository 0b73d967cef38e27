"""The drills on the logs a reader may see: which are under way, and what the last ones found."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.errors import NotVisible
from audit.models import Log, LogState
from contracts import access
from contracts.models import Organisation, User
from governance.models import DrillRun

# A worker gives a sign of life with every step; the longest, making the copy, is eight commands of two minutes at most.
SILENT = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class DrillLog:
    """A log, the name of its client, the run that is under way and the last one that ended."""

    log: str
    client: str
    running: DrillRun | None
    last: DrillRun | None


def logs(user: User) -> list[tuple[str, str]]:
    """The logs the user may read, each with the name of its client, by name."""
    keys = access.log_keys(user)
    return list(
        Organisation.objects.filter(log_key__in=keys).order_by("name", "pk").values_list("log_key", "name")
    )


def check_can_run(user: User, log: str) -> None:
    """NotVisible for a log the user may not read: whoever may read it may also try to cheat a copy of it."""
    if log not in access.log_keys(user):
        raise NotVisible("no_log", "There is no such log that you can see.")


def of_log(log: str, client: str) -> DrillLog:
    runs = DrillRun.objects.filter(log=log).select_related("requested_by").order_by("-requested_at", "-id")
    return DrillLog(
        log, client, runs.filter(ended_at__isnull=True).first(), runs.filter(ended_at__isnull=False).first()
    )


def due(at: datetime) -> list[DrillRun]:
    """Runs that no worker has begun, or whose worker has died."""
    waiting = DrillRun.objects.filter(ended_at__isnull=True)
    silent = waiting.filter(heartbeat_at__isnull=True) | waiting.filter(heartbeat_at__lt=at - SILENT)
    return list(silent.order_by("requested_at", "pk"))


def largest_log() -> str | None:
    """The client's log with the most entries; None where no client has one."""
    keys = Organisation.objects.exclude(log_key="").values("log_key")
    ids = dict(Log.objects.filter(key__in=keys).values_list("id", "key"))
    largest = LogState.objects.filter(log_id__in=ids).order_by("-size", "log_id").first()
    return ids[largest.log_id] if largest else None
