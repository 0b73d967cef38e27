"""What closed escalations taught, counted by month and listed (C6). Months begin at midnight UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from contracts import access
from contracts.domain import roles as process_roles
from contracts.models import Process, User
from reviews.enums import Learning
from reviews.models import Escalation

MONTHS = 12
PAGE = 50
_REFUSAL = "What escalations taught is read by those who see the cases of the process."


@dataclass(frozen=True)
class Taught:
    """How many escalations of a process were closed in a month with a tag."""

    process: UUID
    month: datetime
    learning: Learning
    closed: int


def months(at: datetime) -> list[datetime]:
    """The beginnings of this month and of those before it that are reported, newest first."""
    number = at.astimezone(UTC).year * 12 + at.astimezone(UTC).month - 1
    return [_begin(number - back) for back in range(MONTHS)]


def _begin(number: int) -> datetime:
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)


def counts(*, user: User, at: datetime) -> tuple[list[Process], list[Taught]]:
    """The processes whose cases the person sees, and what their escalations of the last months taught."""
    processes = list(access.processes(user, process_roles.VIEW_CASES).order_by("code"))
    rows = (
        Escalation.objects.filter(
            process__in=processes, resolved_at__gte=months(at)[-1], case__meant_for__isnull=True
        )
        .annotate(month=TruncMonth("resolved_at", tzinfo=UTC))
        .values("process", "month", "learning")
        .annotate(closed=Count("pk"))
        .order_by("process", "month", "learning")
    )
    return processes, [
        Taught(row["process"], row["month"], Learning(row["learning"]), row["closed"]) for row in rows
    ]


def process_of(*, user: User, code: str) -> Process:
    """The process whose closed escalations the person may read. NotVisible or NotAllowed."""
    return access.process(user, code, process_roles.VIEW_CASES, _REFUSAL)


def closed(
    *,
    process: Process,
    month: datetime,
    learning: Learning | None = None,
    after: tuple[datetime, UUID] | None = None,
) -> tuple[Sequence[Escalation], bool]:
    """The escalations of the process closed in the month that begins then, newest first; whether a page follows."""
    begins, ends = month, _begin(month.year * 12 + month.month)
    found = Escalation.objects.filter(
        process=process, resolved_at__gte=begins, resolved_at__lt=ends, case__meant_for__isnull=True
    )
    if learning is not None:
        found = found.filter(learning=learning)
    if after is not None:
        at, pk = after
        found = found.filter(Q(resolved_at__lt=at) | Q(resolved_at=at, pk__lt=pk))
    found = found.select_related("resolved_by", "case__interaction__step").order_by("-resolved_at", "-pk")
    rows = list(found[: PAGE + 1])
    return rows[:PAGE], len(rows) > PAGE
