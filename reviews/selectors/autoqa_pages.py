"""What people read of automatic QA: where each process stands, and what was flagged (F4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Max, Q

from contracts import access
from contracts.domain.roles import VIEW_SAMPLE
from contracts.models import Process, User
from reviews.models import AutoQa
from reviews.selectors import evaluations

PAGE = 50
DAYS = 28

Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Standing:
    """What was flagged of a process in these 28 days, and when something was scored last."""

    process: Process
    flagged: int
    last: datetime | None


def standings(user: User, at: datetime) -> list[Standing]:
    """Of every process whose samples the user may see, by code."""
    found = list(access.processes(user, VIEW_SAMPLE).order_by("code", "pk"))
    recent = AutoQa.objects.filter(process__in=found, scored_at__gte=at - timedelta(days=DAYS), flagged=True)
    counts = {
        process: (count, last)
        for process, count, last in recent.values_list("process")
        .annotate(count=Count("pk"), last=Max("scored_at"))
        .order_by()
    }
    return [Standing(process, *counts.get(process.pk, (0, None))) for process in found]


def flagged(
    user: User, process: Process, after: Place | None, limit: int = PAGE
) -> tuple[list[AutoQa], Place | None]:
    """One page of what was flagged, newest first, and where the next begins (None at the end).

    What this reader may still score blind is left out: a finding would tell him what to think.
    """
    found = AutoQa.objects.filter(process=process, flagged=True)
    if after is not None:
        moment, pk = after
        found = found.filter(Q(scored_at__lt=moment) | Q(scored_at=moment, interaction__lt=pk))
    ordered = found.select_related("interaction__step", "engine").order_by("-scored_at", "-interaction")
    rows = list(ordered[: limit + 1])
    kept = rows[:limit]
    following = (kept[-1].scored_at, kept[-1].interaction_id) if len(rows) > limit else None
    blind = evaluations.blind_to(user, [row.interaction_id for row in kept])
    return [row for row in kept if row.interaction_id not in blind], following
