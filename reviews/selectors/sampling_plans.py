"""The sampling plan of a process, and what earlier draws say about the next (F1)."""

from datetime import timedelta

from django.db.models import Count, Q

from audit.errors import NotVisible
from contracts import access
from contracts.domain.roles import MANAGE_SAMPLE
from contracts.models import Process, User
from reviews.domain import neyman
from reviews.domain.neyman import Looks
from reviews.domain.windows import Window
from reviews.enums import DrawKind, DrawState
from reviews.models import Evaluation, SamplingPlan
from reviews.selectors import disputes, draws


def plan_of(user: User, code: str) -> tuple[Process, SamplingPlan | None]:
    """A process and its sampling plan, for whoever manages samples there. Raises NotVisible or NotAllowed."""
    process = Process.objects.select_related("client").filter(code=code).first()
    if process is None:
        raise NotVisible("not_found", "There is no such process that you can see.")
    access.check(user, MANAGE_SAMPLE, process, draws.MANAGES)
    return process, SamplingPlan.objects.filter(process=process).first()


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
