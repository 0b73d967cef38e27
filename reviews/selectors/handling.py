"""How long people take for a case, and how many an open hour sees done: measured on what they decided lately."""

from datetime import datetime, timedelta

from contracts.domain.sla_clock import Calendar
from contracts.models import Process
from reviews.domain import simulated_load
from reviews.domain.simulated_load import Measures
from reviews.models import Decision

MEASURED = timedelta(days=28)
# The newest so many decide; more would not change a median.
MOST = 20_000


def measured(process: Process, calendar: Calendar, at: datetime) -> Measures:
    """The measures of the last 28 days up to `at`; decisions taken back and replayed ones do not count."""
    rows = Decision.objects.filter(
        process=process,
        decided_at__gte=at - MEASURED,
        decided_at__lt=at,
        withdrawn_at__isnull=True,
        replayed=False,
        interaction__is_honeypot=False,
        # Of the others nobody measured a moment.
        seconds__gt=0,
    ).order_by("-decided_at", "-pk")
    found = list(rows.values_list("case__queue__kind", "seconds", "decided_by", "decided_at")[:MOST])
    since = found[-1][3] if len(found) == MOST else at - MEASURED
    return simulated_load.measure(found, since=since, until=at, calendar=calendar)
