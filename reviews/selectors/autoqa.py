"""What automatic QA has still to score."""

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from contracts.models import Process
from reviews.models import AutoQa, Interaction
from reviews.models.interaction import RELEASED

Place = tuple[datetime, UUID]


def unscored(process: Process, since: datetime | None, after: Place | None = None) -> QuerySet[Interaction]:
    """What went out (since a moment) and has no score, in the order in which it went out."""
    found = Interaction.objects.filter(process=process, state__in=RELEASED)
    if since is not None:
        found = found.filter(released_at__gte=since)
    if after is not None:
        moment, pk = after
        found = found.filter(released_at__gte=moment).filter(Q(released_at__gt=moment) | Q(pk__gt=pk))
    scored = AutoQa.objects.filter(interaction=OuterRef("pk"))
    return found.filter(~Exists(scored)).order_by("released_at", "pk")


def scored_among(interactions: Collection[UUID]) -> set[UUID]:
    """Which of these have a score by now."""
    return set(AutoQa.objects.filter(interaction__in=interactions).values_list("interaction", flat=True))


def processes(codes: Collection[str] = ()) -> Iterator[Process]:
    """All processes, or those that are named, by code."""
    found = Process.objects.select_related("client", "provider").order_by("code")
    return (found.filter(code__in=codes) if codes else found).iterator()
