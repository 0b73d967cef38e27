"""The figures of the board, for all of a person's processes at once: the number of queries does not grow with them.

What happened within the days of the board comes from the rollups, which the projection `board` makes of the trail; how
far it is, the figures say themselves. What stands now is asked of the cases (`selectors/live.py`). Every figure can be
opened: the list functions below return the rows that make it.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from audit.selectors import projections
from audit.selectors.projections import Standing
from contracts import access
from contracts.domain.roles import VIEW_BOARD
from contracts.models import Process, User
from governance.domain import telemetry
from governance.models import DayRollup, SampleRollup, ScoreRollup
from governance.selectors import halts, live
from governance.selectors.halts import Readiness
from governance.selectors.live import Live
from reviews.enums import SCORED, CaseState, Disposition, DrawKind, DrawState
from reviews.models import Decision, Draw, Interaction
from reviews.models.case import CLAIMABLE
from reviews.models.interaction import RELEASED
from reviews.selectors import vigilance

PAGE = 50


@dataclass
class Figures:
    """What was counted for one process in the days of the board. Honeypots are never counted.

    `counted` says how far the counting is; `live` is what stands now.
    """

    process: Process
    total: int = 0
    today: int = 0
    straight_through: int = 0
    quarantined: int = 0
    decided: int = 0
    changed: int = 0
    cosmetic: int = 0
    # Of what went out, three layers that overlap and are never added up: decided by a person, drawn by chance for QA
    # (of `frame`, the days that were drawn from), scored by automatic QA.
    released: int = 0
    drawn: int = 0
    frame: int = 0
    scored: int = 0
    live: Live = field(default_factory=Live)
    # Straight-through interactions that QA scored: (inclusion probability, how many, how many were wrong).
    sampled: list[tuple[float, int, int]] = field(default_factory=list)
    counted: Standing | None = None
    # How many reviewers stand in which band.
    bands: Counter[str] = field(default_factory=Counter)
    # How fast it stops; of a process that is live.
    readiness: Readiness | None = None


def figures(user: User, at: datetime, code: str | None = None) -> list[Figures]:
    """The figures of every process whose board the user may see, by code."""
    visible = access.processes(user, VIEW_BOARD).select_related("client").order_by("code", "pk")
    if code is not None:
        visible = visible.filter(code=code)
    found = {process.pk: Figures(process) for process in visible}
    if found:
        _counted(found, at)
        _samples(found, at)
        _looked_at(found, at)
        for pk, standing in live.figures(list(found), at).items():
            found[pk].live = standing
        for pk, bands in vigilance.bands(list(found)).items():
            found[pk].bands = bands
        _standings(found)
        for pk, ready in halts.readiness(user, at).items():
            if pk in found:
                found[pk].readiness = ready
    return list(found.values())


def _keys(found: dict[UUID, Figures]) -> dict[tuple[str, str], Figures]:
    """The figures by log and code of their process, as rollups know it."""
    return {(one.process.client.log_key, one.process.code): one for one in found.values()}


def _counted(found: dict[UUID, Figures], at: datetime) -> None:
    keys = _keys(found)
    today = telemetry.day_of(at)
    rows = (
        DayRollup.objects.filter(
            log__in={log for log, _ in keys},
            process__in={code for _, code in keys},
            day__gte=telemetry.begins(at).date(),
            day__lte=today,
        )
        .values("log", "process")
        .annotate(
            total=Sum("received"),
            received_today=Sum("received", filter=Q(day=today), default=0),
            straight=Sum("straight_through"),
            apart=Sum("quarantined"),
            final=Sum("decided"),
            altered=Sum("changed"),
            polished=Sum("cosmetic"),
            out=Sum("released"),
        )
        .order_by("log", "process")
    )
    for row in rows:
        if one := keys.get((row["log"], row["process"])):
            one.total, one.today = row["total"], row["received_today"]
            one.straight_through, one.quarantined = row["straight"], row["apart"]
            one.decided, one.changed, one.cosmetic = row["final"], row["altered"], row["polished"]
            one.released = row["out"]


def _samples(found: dict[UUID, Figures], at: datetime) -> None:
    keys = _keys(found)
    rows = (
        SampleRollup.objects.filter(
            log__in={log for log, _ in keys},
            process__in={code for _, code in keys},
            day__gte=telemetry.begins(at).date(),
            day__lte=telemetry.day_of(at),
        )
        .values("log", "process", "pi")
        .annotate(looked_at=Sum("scored"), bad=Sum("wrong"))
        .order_by("log", "process", "pi")
    )
    for row in rows:
        if one := keys.get((row["log"], row["process"])):
            one.sampled.append((float(row["pi"]), row["looked_at"], row["bad"]))


def _looked_at(found: dict[UUID, Figures], at: datetime) -> None:
    """How much of what went out chance drew for QA, and automatic QA scored."""
    keys = _keys(found)
    scores = (
        ScoreRollup.objects.filter(
            log__in={log for log, _ in keys},
            process__in={code for _, code in keys},
            day__gte=telemetry.begins(at).date(),
            day__lte=telemetry.day_of(at),
        )
        .values_list("log", "process")
        .annotate(looked_at=Sum("scored"))
        .order_by()
    )
    for log, code, scored in scores:
        if one := keys.get((log, code)):
            one.scored = scored
    draws = (
        Draw.objects.filter(
            process__in=found,
            kind=DrawKind.RANDOM,
            state=DrawState.DRAWN,
            window_end__gt=telemetry.begins(at),
            window_end__lte=at,
        )
        .values_list("process")
        .annotate(picked=Sum("size"), of=Sum("frame_size"))
        .order_by()
    )
    for pk, picked, of in draws:
        found[pk].drawn, found[pk].frame = picked, of


def _standings(found: dict[UUID, Figures]) -> None:
    by_log = projections.standings(
        telemetry.PROJECTION, {one.process.client.log_key for one in found.values()}
    )
    for one in found.values():
        one.counted = by_log.get(one.process.client.log_key)


# ── The lists behind the figures ─────────────────────────────────────────────────────────────────────────────

LISTS = {
    "volume": "Interactions received",
    "straight-through": "Released without a person",
    "quarantined": "Kept apart",
    "waiting": "Cases that wait",
    "overdue": "Cases past their time",
    "reviewed": "Final decisions",
    "changed": "Decisions that changed the AI’s output",
    "sampled": "Straight-through interactions scored by QA",
    "decided": "Went out after a person’s decision",
    "scored": "Went out and scored by automatic QA",
}
# Lists in which standing at all tells something of the verdict.
TELLING = frozenset({"changed"})


def listing(
    user: User, code: str, name: str, at: datetime, before: tuple[datetime, UUID] | None
) -> tuple[Process, list[Interaction]]:
    """One page of the interactions behind a figure, newest first, and one more to know whether a page follows.

    Raises NotVisible for a process or a list the user cannot see.
    """
    process = access.process(user, code, VIEW_BOARD, "Your role does not see the board of this process.")
    rows = _rows(process, name, at).filter(is_honeypot=False)
    if before is not None:
        when, pk = before
        rows = rows.filter(Q(received_at__lt=when) | Q(received_at=when, pk__lt=pk))
    ordered = rows.select_related("step", "case", "final_decision").order_by("-received_at", "-pk")
    return process, list(ordered[: PAGE + 1])


def _rows(process: Process, name: str, at: datetime) -> QuerySet[Interaction]:
    everything = Interaction.objects.filter(process=process)
    window = everything.filter(received_at__gte=telemetry.begins(at), received_at__lte=at)
    out = everything.filter(released_at__gte=telemetry.begins(at), released_at__lte=at, state__in=RELEASED)
    decided = _final([process.pk], at)
    choices = {
        "volume": lambda: window,
        "straight-through": lambda: window.filter(disposition=Disposition.AUTO_RELEASED),
        "quarantined": lambda: window.filter(disposition=Disposition.QUARANTINED),
        "waiting": lambda: everything.filter(case__state__in=CLAIMABLE),
        "overdue": lambda: everything.filter(case__due_at__lt=at).exclude(
            case__state__in=[CaseState.DECIDED, CaseState.CLOSED]
        ),
        "reviewed": lambda: everything.filter(final_decision__in=decided.values("pk")),
        "changed": lambda: everything.filter(final_decision__in=decided.filter(material=True).values("pk")),
        "decided": lambda: out.filter(final_decision__isnull=False),
        "scored": lambda: out.filter(auto_qa__isnull=False),
        "sampled": lambda: window.filter(
            disposition=Disposition.AUTO_RELEASED,
            evaluations__state__in=SCORED,
            evaluations__kind=DrawKind.RANDOM,
        ).distinct(),
    }
    return choices[name]()


def _final(processes: Collection[UUID], at: datetime) -> QuerySet[Decision]:
    return Decision.objects.filter(
        process__in=processes,
        decided_at__gte=telemetry.begins(at),
        decided_at__lte=at,
        is_final=True,
        withdrawn_at__isnull=True,
        interaction__is_honeypot=False,
    )
