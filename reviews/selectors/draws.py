"""What a draw is made from: the frame of a window, and what this week and month took before it."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from sys import intern
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, ExtractHour

from audit.errors import NotVisible
from contracts import access
from contracts.domain.roles import LEAD_REVIEWERS, MANAGE_SAMPLE, VIEW_SAMPLE
from contracts.models import Process, User
from reviews.domain import strata, windows
from reviews.domain.item_columns import ItemColumns
from reviews.domain.planning import MONTH_DAYS, SMALL_MONTH, Month, Week
from reviews.domain.qa_kinds import Cut, Shift
from reviews.domain.sampling import Item
from reviews.domain.strata import Cell
from reviews.domain.windows import Window
from reviews.enums import SCORED, Disposition, DrawKind, DrawState, EvaluationState, Route
from reviews.models import Decision, Draw, EnhancedMode, Evaluation, Interaction, SamplingPlan
from reviews.models.interaction import RELEASED
from reviews.selectors import pseudonyms

PAGE = 25
CHUNK = 5_000
# How far back a reviewer's last look is sought; who had none since then counts as never looked at.
_LOOK_BACK = timedelta(days=90)
_REVIEWER = "interaction__final_decision__decided_by"
SEES = "QA samples are seen by auditors and by those who oversee the process."
MANAGES = "The sampling plan is set by the governance lead."


@dataclass(frozen=True, slots=True)
class Frame:
    """The interactions of a window, and how many there are by stratum and by reviewer."""

    items: ItemColumns
    sizes: Counter[str]
    reviewers: Counter[str]


def frame(process: Process, window: Window, by: Collection[Cut] = strata.USUAL) -> Frame:
    """Everything of the process that went out within the window, straight through or after review; no honeypots.

    Its strata are cut by tier and route and by what `by` names. Rows are read in chunks and kept as a few words each, so
    that a very busy day fits into little memory.
    """
    finished = Interaction.objects.filter(
        process=process,
        released_at__gte=window.start,
        released_at__lt=window.end,
        state__in=RELEASED,
        is_honeypot=False,
    )
    columns = ["step__tier", "disposition"]
    if Cut.LANGUAGE in by:
        columns.append("language")
    if Cut.SHIFT in by:
        # When it was decided; what nobody decided, when it went out.
        moment = Coalesce("final_decision__decided_at", "released_at")
        finished = finished.annotate(hour=ExtractHour(moment, tzinfo=ZoneInfo(process.time_zone)))
        columns.append("hour")
    if Cut.REVIEWER in by:
        columns.append("final_decision__decided_by")
    counts: Counter[Cell] = Counter()
    cells = {}
    for *row, count in finished.values_list(*columns).annotate(count=Count("pk")).order_by():
        cells[tuple(row)] = cell = _cell(dict(zip(columns, row, strict=True)))
        counts[cell] += count
    names = strata.name(counts, by)
    named = {row: intern(names[cell]) for row, cell in cells.items()}
    found = Frame(ItemColumns(), Counter(), Counter())
    rows = finished.order_by("pk").values_list("pk", "final_decision__decided_by", *columns)
    for pk, decided_by, *row in rows.iterator(chunk_size=CHUNK):
        stratum = named[tuple(row)]
        reviewer = intern(str(decided_by)) if decided_by else ""
        found.items.append(Item(str(pk), stratum, reviewer))
        found.sizes[stratum] += 1
        if reviewer:
            found.reviewers[reviewer] += 1
    return found


def _cell(row: Mapping[str, Any]) -> Cell:
    decided_by = row.get("final_decision__decided_by")
    return Cell(
        tier=row["step__tier"],
        route=_route(row["disposition"]),
        language=row.get("language", ""),
        shift=Shift.of(row["hour"]) if "hour" in row else "",
        reviewer=str(decided_by) if decided_by else "",
    )


def _route(disposition: str) -> str:
    # Not by its state: what was recalled went out one way or the other all the same.
    return Route.STRAIGHT_THROUGH if disposition == Disposition.AUTO_RELEASED else Route.REVIEWED


def month(process: Process, window: Window, mode: EnhancedMode | None = None) -> Month:
    """What the draws of this month before this window took, and how much came in over the last 30 days.

    The plan reckons without enhanced days. Of an enhanced day it is what its own mode took since it began.
    """
    recent = window.start - timedelta(days=MONTH_DAYS - 1)
    mine = Q(enhanced__isnull=True, window_start__gte=window.month) if mode is None else Q(enhanced=mode)
    sums = (
        by_chance()
        .filter(
            mine | Q(window_start__gte=recent),
            process=process,
            state=DrawState.DRAWN,
            window_start__lt=window.start,
        )
        .aggregate(
            population=Sum("frame_size", filter=mine, default=0),
            drawn=Sum("size", filter=mine, default=0),
            recent_population=Sum("frame_size", filter=Q(window_start__gte=recent), default=0),
            recent_days=Count("pk", filter=Q(window_start__gte=recent)),
        )
    )
    return Month(**sums)


def week(process: Process, window: Window, reviewers: Collection[str]) -> Week:
    """What these reviewers decided this week, and whom and what the draws of this week looked at before."""
    people = [UUID(reviewer) for reviewer in reviewers]
    decided = (
        Decision.objects.filter(
            process=process,
            decided_at__gte=window.week,
            decided_at__lt=window.end,
            decided_by__in=people,
            withdrawn_at__isnull=True,
            interaction__is_honeypot=False,
        )
        .values_list("decided_by")
        .annotate(count=Count("pk"))
        .order_by()
    )
    looked_at = Evaluation.objects.filter(
        process=process, draw__window_start__lt=window.start, kind=DrawKind.RANDOM
    )
    looks = (
        looked_at.filter(draw__window_start__gte=window.start - _LOOK_BACK, **{f"{_REVIEWER}__in": people})
        .values_list(_REVIEWER)
        .annotate(
            count=Count("pk", filter=Q(draw__window_start__gte=window.week)), last=Max("draw__window_start")
        )
        .order_by()
    )
    by_stratum = (
        looked_at.filter(draw__window_start__gte=window.week)
        .values_list("stratum")
        .annotate(count=Count("pk"))
        .order_by()
    )
    seen = [(str(reviewer), count, last) for reviewer, count, last in looks]
    return Week(
        decided={str(reviewer): count for reviewer, count in decided},
        sampled={reviewer: count for reviewer, count, _ in seen},
        strata=dict(by_stratum),
        waiting_since={reviewer: int(last.timestamp()) for reviewer, _, last in seen},
    )


def of_window(process: Process, window: Window) -> Draw | None:
    """The random draw of a window, if there is one, be it only fixed."""
    return by_chance().filter(process=process, window_start=window.start).first()


def waiting(process: Process) -> QuerySet[Draw]:
    """The draws of a process whose frames are fixed and that have no seed yet."""
    return by_chance().filter(process=process, state=DrawState.FIXED)


def missing_days(plan: SamplingPlan, at: datetime, days: int) -> list[Window]:
    """The windows of the last `days` days that may be drawn by now and were not, oldest first, behind those that are
    fixed already.

    None lies before the day on which the process got its plan.
    """
    zone = plan.process.time_zone
    last = windows.last_closed(at, zone)
    first = max(last - timedelta(days=days - 1), windows.local_day(plan.created_at, zone))
    wanted = [windows.of_day(first + timedelta(days=n), zone) for n in range((last - first).days + 1)]
    fixed = waiting(plan.process).order_by("window_start").values_list("window_start", flat=True)
    begun = [windows.of_day(windows.local_day(start, zone), zone) for start in fixed]
    if not wanted:
        return begun
    known = set(
        by_chance()
        .filter(
            process=plan.process_id, window_start__gte=wanted[0].start, window_start__lte=wanted[-1].start
        )
        .values_list("window_start", flat=True)
    )
    return begun + [window for window in wanted if window.start not in known]


def by_chance() -> QuerySet[Draw]:
    """The draws that estimates are made of: targeted picks are never mixed into them."""
    return Draw.objects.filter(kind=DrawKind.RANDOM)


# ── Reading them ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a process stands with its sample: this month's share, and what waits to be scored.

    `planned_…` leave out the days of enhanced mode, of which the band says nothing.
    """

    process: Process
    plan: SamplingPlan | None
    population: int
    drawn: int
    planned_population: int
    planned_drawn: int
    small: bool
    enhanced: EnhancedMode | None
    waiting: int
    overdue: int
    next_due: datetime | None
    may_manage: bool


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """A draw and how many of its items were scored."""

    draw: Draw
    scored: int


def visible(user: User) -> QuerySet[Draw]:
    """The draws of the processes whose samples the user may see."""
    return Draw.objects.filter(process__in=access.processes(user, VIEW_SAMPLE).values("pk"))


def reviewers_of(user: User, draw: Draw) -> dict[str, str]:
    """What those reviewers are called whose work alone a stratum of the draw holds: by name for who leads them, by the
    pseudonym of the process for everybody else."""
    found = {strata.reviewer(row["stratum"]) for row in draw.strata} - {""}
    if found and LEAD_REVIEWERS in access.codenames(user, draw.process):
        people = User.objects.filter(pk__in=found)
        return {str(person.pk): person.name for person in people}
    return {pk: pseudonyms.of(draw.process_id, UUID(pk)) for pk in found}


def process_of(user: User, code: str) -> Process:
    """The process, for whoever sees its samples. Raises NotVisible or NotAllowed."""
    return access.process(user, code, VIEW_SAMPLE, SEES)


def get(user: User, draw_id: UUID) -> Draw:
    """One draw. Raises NotVisible, or NotAllowed where the user sees the process but not its samples."""
    found = Draw.objects.select_related("process", "enhanced__set_by").filter(pk=draw_id).first()
    if found is None:
        raise NotVisible("not_found", "There is no such sample that you can see.")
    access.check(user, VIEW_SAMPLE, found.process, SEES)
    return found


def scored(draw: Draw) -> int:
    """How many of its items were scored."""
    return Evaluation.objects.filter(draw=draw, state__in=SCORED).count()


def page(
    user: User, before: tuple[datetime, UUID] | None, limit: int = PAGE, *, process: str = ""
) -> list[DrawnDay]:
    """The draws the user may see, newest first, with how many were scored; one more than asked if there are more. `process`
    is a code, where only its draws are wanted."""
    draws = visible(user)
    if process:
        draws = draws.filter(process__code=process)
    if before is not None:
        start, pk = before
        draws = draws.filter(Q(window_start__lt=start) | Q(window_start=start, pk__lt=pk))
    # Counted for the rows of the page only, not for every draw there ever was.
    counted = (
        Evaluation.objects.filter(draw=OuterRef("pk"), state__in=SCORED)
        .order_by()
        .values("draw")
        .annotate(count=Count("pk"))
        .values("count")
    )
    rows = draws.select_related("process", "enhanced").annotate(scored=Coalesce(Subquery(counted), 0))
    return [DrawnDay(draw, draw.scored) for draw in rows.order_by("-window_start", "-pk")[: limit + 1]]


def standings(user: User, at: datetime) -> list[Standing]:
    """Where each process stands whose samples the user may see, by code."""
    found = list(access.processes(user, VIEW_SAMPLE).order_by("code", "pk"))
    managed = set(access.processes(user, MANAGE_SAMPLE).values_list("pk", flat=True))
    plans = {plan.process_id: plan for plan in SamplingPlan.objects.filter(process__in=found)}
    today = {process.pk: windows.local_day(at, process.time_zone) for process in found}
    modes = {
        mode.process_id: mode
        for mode in EnhancedMode.objects.filter(
            process__in=found, until__gte=min(today.values(), default=at.date())
        ).order_by("since")
        if mode.since <= today[mode.process_id] <= mode.until
    }
    months = {process.pk: windows.month_of(at, process.time_zone) for process in found}
    this_month = Q(pk__in=[])
    for pk, start in months.items():
        this_month |= Q(process=pk, window_start__gte=start)
    taken = {
        row["process"]: row
        for row in by_chance()
        .filter(this_month)
        .values("process")
        .annotate(
            population=Sum("frame_size"),
            drawn=Sum("size"),
            planned_population=Sum("frame_size", filter=Q(enhanced__isnull=True), default=0),
            planned_drawn=Sum("size", filter=Q(enhanced__isnull=True), default=0),
            small=Count("pk", filter=Q(small_process=True)),
        )
        .order_by()
    }
    open_ = {
        row["process"]: row
        for row in Evaluation.objects.filter(process__in=found, state=EvaluationState.DRAWN)
        .values("process")
        .annotate(waiting=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=at)), next_due=Min("due_at"))
        .order_by()
    }
    return [
        _standing(
            process,
            plans.get(process.pk),
            modes.get(process.pk),
            taken.get(process.pk, {}),
            open_.get(process.pk, {}),
            managed,
        )
        for process in found
    ]


def _standing(
    process: Process,
    plan: SamplingPlan | None,
    mode: EnhancedMode | None,
    taken: Mapping[str, Any],
    waiting: Mapping[str, Any],
    managed: set[UUID],
) -> Standing:
    return Standing(
        process=process,
        plan=plan,
        population=taken.get("population", 0),
        drawn=taken.get("drawn", 0),
        planned_population=taken.get("planned_population", 0),
        planned_drawn=taken.get("planned_drawn", 0),
        enhanced=mode,
        small=2 * taken.get("small", 0) > taken.get("days", 0) and taken.get("population", 0) < SMALL_MONTH,
        waiting=waiting.get("waiting", 0),
        overdue=waiting.get("overdue", 0),
        next_due=waiting.get("next_due"),
        may_manage=process.pk in managed,
    )
