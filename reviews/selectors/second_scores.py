"""Second scores: which draws still need some, the pairs of scores, and how far the auditors agree (F6)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F

from contracts import access
from contracts.domain.roles import EVALUATE_SAMPLE, MANAGE_SAMPLE, VIEW_SAMPLE
from contracts.models import Process, User
from reviews.domain import double_scoring, scorecard, windows
from reviews.domain.double_scoring import Agreed
from reviews.enums import SCORED, DisputeOutcome
from reviews.models import CalibrationSession, Draw, Evaluation, SecondScore

# Agreement is told of the last so many days.
DAYS = 90


def sampled() -> list[Process]:
    """The processes that have a sampling plan."""
    found = Process.objects.filter(sampling_plan__isnull=False).select_related("client", "calendar")
    return list(found.order_by("code", "pk"))


def seed_of(draw: Draw) -> str:
    """The seed of a draw; a targeted one has none, and the hash of its frame stands for it."""
    return draw.seed or draw.frame_hash


def months(process: Process, at: datetime) -> Iterable[list[tuple[Draw, int, int]]]:
    """The draws of the last month and of this one, each in its order, with how many evaluations it has and how many of
    them are scored twice."""
    this = windows.month_of(at, process.time_zone)
    last = windows.month_of(this - timedelta(days=1), process.time_zone)
    draws = (
        Draw.objects.filter(process=process, window_start__gte=last, drawn_at__isnull=False)
        .annotate(evaluated=Count("evaluations"), marked=Count("evaluations__second"))
        .order_by("drawn_at", "pk")
    )
    rows = [(draw, draw.evaluated, draw.marked) for draw in draws]
    yield [row for row in rows if row[0].window_start < this]
    yield [row for row in rows if row[0].window_start >= this]


@dataclass(frozen=True)
class Pair:
    """Two scores of one evaluation, each with its auditor and its marks by line."""

    evaluation: UUID
    first_by: UUID
    second_by: UUID
    first: dict[str, str]
    second: dict[str, str]
    passed: tuple[bool, bool]
    judged: tuple[bool, bool]


def pairs(process: Process, since: datetime) -> list[Pair]:
    """What was scored twice since then, the newest first. A pair is of two first impressions: what a dispute changed does
    not count here."""
    rows = (
        SecondScore.objects.filter(process=process, submitted_at__gt=since)
        .order_by("-submitted_at", "-pk")
        .values_list(
            "evaluation",
            "evaluation__submitted_by",
            "submitted_by",
            "evaluation__answers",
            "answers",
            "evaluation__passed",
            "passed",
            "evaluation__judged_wrong",
            "judged_wrong",
        )
    )
    return [
        Pair(
            evaluation=evaluation,
            first_by=first_by,
            second_by=second_by,
            first=_marks(first),
            second=_marks(second),
            passed=(bool(passed), bool(passed_too)),
            judged=(bool(judged), bool(judged_too)),
        )
        for evaluation, first_by, second_by, first, second, passed, passed_too, judged, judged_too in rows
    ]


def _marks(answers: dict[str, dict[str, str]]) -> dict[str, str]:
    return {code: answer["mark"] for code, answer in answers.items()}


def lines(found: Iterable[Pair]) -> dict[str, Agreed]:
    """Agreement by line."""
    by_line = double_scoring.by_line((pair.first, pair.second) for pair in found)
    told = {code: double_scoring.agreement(marks) for code, marks in by_line.items()}
    return {code: agreed for code, agreed in told.items() if agreed is not None}


def overall(found: Iterable[Pair]) -> Agreed | None:
    """Agreement over all lines together."""
    by_line = double_scoring.by_line((pair.first, pair.second) for pair in found)
    return double_scoring.agreement(mark for marks in by_line.values() for mark in marks)


@dataclass
class Standing:
    """How far the auditors of a process agree, and what is being done about it."""

    process: Process
    month: int = 0
    month_twice: int = 0
    pairs: int = 0
    overall: Agreed | None = None
    lines: list[tuple[str, Agreed]] = field(default_factory=list)
    sessions: list[CalibrationSession] = field(default_factory=list)
    may_open: bool = False


def standings(user: User, at: datetime) -> list[Standing]:
    """For each process whose samples the user sees: this month's share, and the agreement of the last 90 days."""
    return [
        _standing(user, process, at) for process in access.processes(user, VIEW_SAMPLE).order_by("code", "pk")
    ]


def _standing(user: User, process: Process, at: datetime) -> Standing:
    found = pairs(process, at - timedelta(days=DAYS))
    month = Evaluation.objects.filter(
        process=process, draw__window_start__gte=windows.month_of(at, process.time_zone)
    ).aggregate(all=Count("pk"), twice=Count("second"))
    newest = process_scorecard(process)
    texts = {item.code: item.text for item in newest}
    told = lines(found)
    return Standing(
        process=process,
        month=month["all"],
        month_twice=month["twice"],
        pairs=len(found),
        overall=overall(found),
        lines=[
            (texts.get(code, code), told[code])
            for code in [*texts, *sorted(set(told) - set(texts))]
            if code in told
        ],
        sessions=list(
            CalibrationSession.objects.filter(process=process)
            .select_related("opened_by", "held_by")
            .order_by("-opened_at", "-pk")[:20]
        ),
        may_open=bool({EVALUATE_SAMPLE, MANAGE_SAMPLE} & access.codenames(user, process)),
    )


def process_scorecard(process: Process) -> tuple[scorecard.Item, ...]:
    """The lines of the newest scorecard of a process."""
    newest = process.scorecards.order_by("-version").values_list("items", flat=True).first()
    return scorecard.load(newest or [])


# ── The auditors themselves ──────────────────────────────────────────────────────────────────────────────────


@dataclass
class Auditor:
    """How well an auditor's scores hold: against a second, blind score, and against disputes."""

    user: User
    scored: int = 0
    compared: int = 0
    alike: int = 0
    marks: int = 0
    marks_alike: int = 0
    adjudicated: int = 0
    overturned: int = 0


def auditors(user: User, at: datetime) -> list[tuple[Process, list[Auditor]]]:
    """F7: by process, over the last 90 days: everybody for who manages the samples, and himself for an auditor."""
    managed = set(access.processes(user, MANAGE_SAMPLE).values_list("pk", flat=True))
    audited = access.processes(user, EVALUATE_SAMPLE) | access.processes(user, MANAGE_SAMPLE)
    found = []
    for process in Process.objects.filter(pk__in=audited.values("pk")).order_by("code", "pk"):
        rows = _auditors(process, at - timedelta(days=DAYS))
        mine = [row for row in rows if process.pk in managed or row.user.pk == user.pk]
        found.append((process, mine))
    return found


def _auditors(process: Process, since: datetime) -> list[Auditor]:
    scored = (
        Evaluation.objects.filter(process=process, state__in=SCORED, submitted_at__gt=since)
        .order_by()
        .values_list("submitted_by")
        .annotate(count=Count("pk"))
    )
    counts = dict(scored)
    twice = pairs(process, since)
    # A pair of these days may have had its first score before them.
    people = {*counts, *(auditor for pair in twice for auditor in (pair.first_by, pair.second_by))}
    told = {one.pk: Auditor(one, counts.get(one.pk, 0)) for one in User.objects.filter(pk__in=people)}
    for pair in twice:
        alike = sum(pair.second.get(code) == mark for code, mark in pair.first.items())
        for auditor in {pair.first_by, pair.second_by}:
            row = told[auditor]
            row.compared += 1
            row.alike += pair.passed[0] == pair.passed[1]
            row.marks += len(pair.first)
            row.marks_alike += alike
    decided = (
        Evaluation.objects.filter(process=process, submitted_at__gt=since)
        .exclude(dispute__outcome="")
        .filter(dispute__isnull=False)
        .values_list("submitted_by", F("dispute__outcome"))
    )
    for auditor, outcome in decided:
        told[auditor].adjudicated += 1
        told[auditor].overturned += outcome == DisputeOutcome.OVERTURNED
    return sorted(told.values(), key=lambda row: (row.user.name, str(row.user.pk)))
