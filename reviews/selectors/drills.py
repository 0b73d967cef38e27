"""Test calls up the escalation path: what ran, what runs, and when each process is due (C7)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Min, Prefetch, Q, QuerySet

from audit.errors import NotVisible
from contracts import access
from contracts.domain.roles import VIEW_CASES
from contracts.enums import MatrixState
from contracts.models import EscalationMatrix, Process, User
from reviews import permissions
from reviews.domain import drills
from reviews.enums import DrillState
from reviews.models import EscalationDrill, EscalationDrillCall
from reviews.selectors import levels
from reviews.selectors.levels import Level

PAGE = 20
LATEST = 3
# What tried the path to its end; one that was called off did not.
_TRIED = (DrillState.ANSWERED, DrillState.UNANSWERED)


@dataclass(frozen=True)
class Standing:
    """When the path of a process was last tried, and by when it is to be tried again; None for never and for no path."""

    last: datetime | None
    due: datetime | None

    def overdue(self, at: datetime) -> bool:
        return drills.overdue(self.due, at)


def found(drill_id: UUID) -> EscalationDrill:
    """A drill by its key, for a service that looks at rights itself. Raises NotVisible for an unknown one."""
    rows = EscalationDrill.objects.select_related("process__client", "started_by", "ended_by")
    drill = rows.filter(pk=drill_id).first()
    if drill is None:
        raise NotVisible("not_found", "There is no such test call that you can see.")
    return drill


def one(*, user: User, code: str, drill_id: UUID) -> EscalationDrill:
    """A drill of a process with its calls. NotVisible for strangers, NotAllowed for those who see no cases."""
    drill = _whole(EscalationDrill.objects.filter(pk=drill_id, process__code=code)).first()
    if drill is None:
        raise NotVisible("not_found", "There is no such test call that you can see.")
    permissions.check_can_see_drills(user, drill.process)
    return drill


def newest(
    process: Process, *, limit: int = PAGE, after: tuple[datetime, UUID] | None = None
) -> tuple[list[EscalationDrill], bool]:
    """The drills of a process, the newest first, and whether more follow; `after` is the last row of the page before."""
    rows = EscalationDrill.objects.filter(process=process)
    if after is not None:
        at, pk = after
        rows = rows.filter(Q(started_at__lt=at) | Q(started_at=at, pk__lt=pk))
    listed = list(_whole(rows).order_by("-started_at", "-pk")[: limit + 1])
    return listed[:limit], len(listed) > limit


def latest(user: User, process: Process) -> list[EscalationDrill]:
    """The newest drills, for a page that others read as well: none for those who may not read them."""
    if not access.allowed(permissions.check_can_see_drills, user, process)[0]:
        return []
    return newest(process, limit=LATEST)[0]


def mine(user: User) -> list[EscalationDrillCall]:
    """The test calls that wait for this person, the one that moves on first before the others."""
    seen = access.processes(user, VIEW_CASES).values("pk")
    calls = EscalationDrillCall.objects.filter(person=user, ended_at__isnull=True, drill__process__in=seen)
    return list(calls.select_related("drill__process").order_by("due_at", "pk"))


def last_tried(process: Process) -> EscalationDrill | None:
    """The last test call that went to its end."""
    rows = EscalationDrill.objects.filter(process=process, state__in=_TRIED)
    return rows.order_by("-started_at", "-pk").first()


def standings(processes: Collection[Process]) -> dict[UUID, Standing]:
    """How the path of each process stands, in two queries."""
    tried = EscalationDrill.objects.filter(process__in=processes, state__in=_TRIED)
    last = dict(tried.values_list("process").annotate(Max("started_at")).order_by())
    held = EscalationMatrix.objects.filter(
        process__in=processes, state__in=[MatrixState.ACTIVE, MatrixState.SUPERSEDED]
    )
    # Of the first matrix, so that nobody puts a drill off by a new version.
    since = dict(held.values_list("process").annotate(Min("activated_at")).order_by())
    return {
        process.pk: Standing(last.get(process.pk), drills.due(last.get(process.pk), since.get(process.pk)))
        for process in processes
    }


def called(level: Level, drill: EscalationDrill) -> User | None:
    """Whom a test call reaches at a level: whoever a real escalation would reach, but not whoever tries the path."""
    there = levels.there(level, drill.process)
    return next((person for person in there if person.pk != drill.started_by_id), None)


def above(drill: EscalationDrill) -> list[Level]:
    """The levels that were not called yet."""
    return [level for level in drill.path if level["level"] > drill.level]


def _whole(rows: QuerySet[EscalationDrill]) -> QuerySet[EscalationDrill]:
    calls = EscalationDrillCall.objects.select_related("person").order_by("level")
    return rows.select_related("process__client", "started_by", "ended_by").prefetch_related(
        Prefetch("calls", queryset=calls)
    )
