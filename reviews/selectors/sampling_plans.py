"""The sampling plan of a process, and what earlier draws say about the next (F1)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum

from contracts import access
from contracts.domain.roles import MANAGE_SAMPLE
from contracts.models import Process, User
from reviews.domain import neyman, precision, windows
from reviews.domain.neyman import Looks
from reviews.domain.planning import MONTH_DAYS
from reviews.domain.precision import Precision
from reviews.domain.windows import Window
from reviews.enums import DrawKind, DrawState
from reviews.models import EnhancedMode, Evaluation, SamplingPlan
from reviews.selectors import disputes, draws, qa_estimates


def plan_of(user: User, code: str) -> tuple[Process, SamplingPlan | None]:
    """A process and its sampling plan, for whoever manages samples there. Raises NotVisible or NotAllowed."""
    process = access.process(user, code, MANAGE_SAMPLE, draws.MANAGES)
    return process, SamplingPlan.objects.filter(process=process).first()


def enhanced_on(process: Process, day: date) -> EnhancedMode | None:
    """The enhanced mode of a local day of the process."""
    return (
        EnhancedMode.objects.select_related("set_by")
        .filter(process=process, since__lte=day, until__gte=day)
        .first()
    )


def seen(process: Process, window: Window) -> dict[str, Looks]:
    """How the looks of the last 90 days at each stratum turned out, by the scores that stand; only what chance drew.

    Nothing in the first 90 days of a process.
    """
    since = window.start - timedelta(days=neyman.DAYS)
    if not draws.by_chance().filter(process=process, state=DrawState.DRAWN, window_start__lte=since).exists():
        return {}
    rows = (
        Evaluation.objects.filter(
            process=process,
            kind=DrawKind.RANDOM,
            draw__window_start__gte=since,
            draw__window_start__lt=window.start,
            passed__isnull=False,
        )
        .order_by()
        .alias(stands=disputes.stands("passed"))
        .values_list("stratum")
        .annotate(scored=Count("pk"), failed=Count("pk", filter=Q(stands=False)))
    )
    return {stratum: Looks(scored, failed) for stratum, scored, failed in rows}


def precision_of(process: Process, half_width: Decimal, at: datetime) -> Precision:
    """What telling the share that goes out wrong within ± `half_width` takes of a month like the last 30 days.

    The planned share is that of the scores that stand of the last 90 days, where there are enough of them. Raises Invalid
    outside of 0.1–20 %.
    """
    precision.check(half_width)
    until = windows.last_closed(at, process.time_zone)
    since = windows.of_day(until - timedelta(days=MONTH_DAYS - 1), process.time_zone).start
    recent = (
        draws.by_chance()
        .filter(process=process, state=DrawState.DRAWN, window_start__gte=since)
        .aggregate(days=Count("pk"), population=Sum("frame_size", default=0))
    )
    days = recent["days"]
    whole = qa_estimates.estimated(process, until - timedelta(days=neyman.DAYS - 1), until).figures.whole
    population = round(recent["population"] * MONTH_DAYS / days) if days else 0
    return precision.plan(half_width, population, whole.interval if whole.enough else None)
