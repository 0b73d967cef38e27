"""What was drawn and scored in a period, added up for its estimates (F8)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from contracts.models import Process
from reviews.domain import qa_estimates, windows
from reviews.domain.qa_estimates import Cell, Figures
from reviews.enums import DrawKind, DrawState
from reviews.models import Draw, Evaluation
from reviews.selectors import disputes


@dataclass(frozen=True, slots=True)
class Estimated:
    """The estimates of some days of a process, both of them with it, and what they rest on."""

    process: Process
    since: date
    until: date
    draws: int
    drawn: int
    waiting: int
    figures: Figures


def month_so_far(process: Process, at: datetime) -> tuple[date, date]:
    """This month up to the last day that was drawn from; on its first days the month before."""
    until = windows.last_closed(at, process.time_zone)
    return until.replace(day=1), until


def estimated(process: Process, since: date, until: date) -> Estimated:
    """The estimates of the days from `since` to `until`. Only what chance drew is counted.

    Raises Invalid for a period that ends before it begins or is longer than 400 days.
    """
    windows.check_period(since, until)
    within = Q(
        kind=DrawKind.RANDOM,
        state=DrawState.DRAWN,
        window_start__gte=windows.of_day(since, process.time_zone).start,
        window_start__lt=windows.of_day(until, process.time_zone).end,
    )
    drawn = list(Draw.objects.filter(within, process=process).values_list("pk", "size", "strata"))
    sizes: dict[str, int] = {}
    for _, _, rows in drawn:
        for row in rows:
            sizes[row["stratum"]] = sizes.get(row["stratum"], 0) + row["size"]
    scored = (
        Evaluation.objects.filter(draw__in=[pk for pk, _, _ in drawn], output_wrong__isnull=False)
        .order_by()
        .alias(stands=disputes.stands("output_wrong"))
        .values_list("stratum", "pi")
        .annotate(scored=Count("pk"), wrong=Count("pk", filter=Q(stands=True)))
    )
    cells = [Cell(*row) for row in scored]
    size = sum(drawn_size for _, drawn_size, _ in drawn)
    return Estimated(
        process=process,
        since=since,
        until=until,
        draws=len(drawn),
        drawn=size,
        waiting=size - sum(cell.scored for cell in cells),
        figures=qa_estimates.of(sizes, cells),
    )
