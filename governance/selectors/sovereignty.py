"""Where the interactions of a month were processed: counts by endpoint, never one of them (A5)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from contracts import access
from contracts.domain.roles import VIEW_CONTRACTS
from contracts.domain.sovereignty import EndpointTerms, Ground
from contracts.models import Process, User
from contracts.selectors import endpoints
from reviews.domain import windows
from reviews.enums import Disposition
from reviews.models import Interaction

_READERS = "Where data was processed is read by those who read the agreement."


@dataclass(frozen=True)
class Place:
    """One endpoint in a month; `terms` None where nobody registered it."""

    endpoint: str
    terms: EndpointTerms | None
    received: int
    quarantined: int


@dataclass(frozen=True)
class Month:
    process: Process
    first: date
    ground: Ground
    places: list[Place]


def month(*, user: User, code: str, first: date) -> Month:
    """The month that begins on `first`, in the days of the process. NotVisible for strangers."""
    process = access.process(user, code, VIEW_CONTRACTS, _READERS)
    after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    begin, end = (_start(day, process) for day in (first, after))
    counted = (
        Interaction.objects.filter(
            process=process, received_at__gte=begin, received_at__lt=end, is_honeypot=False
        )
        .order_by()
        .values("endpoint")
        .annotate(received=Count("pk"), apart=Count("pk", filter=Q(disposition=Disposition.QUARANTINED)))
    )
    known = endpoints.terms_for(process)
    places = [
        Place(row["endpoint"], known.get(row["endpoint"]), row["received"], row["apart"]) for row in counted
    ]
    return Month(process, first, endpoints.ground(process), sorted(places, key=_order))


def _order(place: Place) -> tuple:
    terms = place.terms
    return (terms is None, terms.region if terms else "", -place.received, place.endpoint)


def _start(day: date, process: Process) -> datetime:
    return windows.of_day(day, process.time_zone).start
