"""Who read personal data of a client, newest first, for those who keep its records."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from audit.selectors import projections
from contracts.models import Organisation, User
from governance import permissions
from governance.models import RecordRead
from governance.selectors import records

PAGE = 50
LATE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Asked:
    """By what readings are searched; empty parts ask for nothing. Days are those of the reader's zone, both included."""

    person: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None


def client(user: User, log: str) -> Organisation:
    """The client, for whoever keeps its records. Raises NotVisible or NotAllowed."""
    found = records.client(user, log)
    permissions.check_can_keep_records(user, found)
    return found


def page(log: str, asked: Asked, before: tuple[datetime, UUID] | None) -> list[RecordRead]:
    """One page of readings, newest first, and one more."""
    found = RecordRead.objects.filter(_narrowed(asked), log=log)
    if before is not None:
        when, event = before
        found = found.filter(Q(read_at__lt=when) | Q(read_at=when, event__lt=event))
    return list(found.order_by("-read_at", "-event")[: PAGE + 1])


def names(rows: list[RecordRead]) -> dict[str, str]:
    """The names of those who read, by their opaque ids."""
    ids = {row.person for row in rows if records.uuid_of(row.person)}
    return {str(pk): name for pk, name in User.objects.filter(pk__in=ids).values_list("pk", "name")}


def is_late(log: str, now: datetime) -> bool:
    """Whether the newest readings are missing here, by more than a minute."""
    standing = projections.standings("reads", [log]).get(log)
    since = standing.waiting_since if standing else None
    return since is not None and now - since > LATE


def _narrowed(asked: Asked) -> Q:
    narrowed = Q()
    if asked.person:
        known = User.objects.filter(username=asked.person).values_list("pk", flat=True).first()
        narrowed &= Q(person=str(known)) if known else Q(pk__in=[])
    if asked.subject:
        narrowed &= Q(subject=asked.subject)
    if asked.since:
        narrowed &= Q(read_at__gte=_midnight(asked.since))
    if asked.until:
        narrowed &= Q(read_at__lt=_midnight(asked.until + timedelta(days=1)))
    return narrowed


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
