"""What waits where: bounded figures of queues, so that a queue of a million costs no more than one of a thousand."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import DateTimeField, IntegerField, OuterRef, Subquery

from contracts import access
from contracts.models import User
from reviews.domain import roles
from reviews.enums import CaseState
from reviews.models import Case, Claim, Queue
from reviews.models.case import CLAIMABLE
from reviews.selectors import control_log

# Beyond this many a queue is told as "1,000+".
COUNTED = 1000


class BoundedCount(Subquery):
    """How many rows a sliced query finds."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS bounded)"
    output_field = IntegerField()


class BoundedMinimum(Subquery):
    """The smallest `opened_at` among the rows of a sliced query."""

    template = "(SELECT MIN(bounded.opened_at) FROM (%(subquery)s) AS bounded)"
    output_field = DateTimeField()


@dataclass(frozen=True)
class QueueFigures:
    """A queue as somebody sees it. `waiting` stops at COUNTED + 1; `for_me` says whether one of them is his to take.

    `oldest` is looked for among the first COUNTED by due time, where the oldest stands unless terms changed lately.
    """

    id: UUID
    name: str
    kind: str
    process_code: str
    process_name: str
    waiting: int
    for_me: bool
    held: int
    oldest: datetime | None
    due: datetime | None
    workable: bool


def overview(user: User) -> list[QueueFigures]:
    """Every queue the user may see, the one that is due first on top. Two queries, whatever waits."""
    workable = set(access.visible(Queue.objects.all(), user, roles.WORK_QUEUE).values_list("pk", flat=True))
    waiting = control_log.seen_by(
        Case.objects.filter(queue=OuterRef("pk"), state__in=CLAIMABLE), user
    ).order_by("due_at", "severity", "pk")
    mine = waiting.exclude(first_reviewer=user)
    held = Claim.objects.filter(
        ended_at__isnull=True, case__queue=OuterRef("pk"), case__state=CaseState.IN_REVIEW
    )
    queues = (
        access.visible(Queue.objects.all(), user)
        .select_related("process")
        .annotate(
            waiting=BoundedCount(waiting.values("pk")[: COUNTED + 1]),
            oldest=BoundedMinimum(waiting.values("opened_at")[:COUNTED]),
            due=Subquery(waiting.values("due_at")[:1]),
            first_for_me=Subquery(mine.values("pk")[:1]),
            held=BoundedCount(held.exclude(user=user).values("pk")[: COUNTED + 1]),
        )
        .order_by("process__code", "kind", "pk")
    )
    found = [
        QueueFigures(
            id=queue.pk,
            name=queue.name,
            kind=queue.kind,
            process_code=queue.process.code,
            process_name=queue.process.name,
            waiting=queue.waiting,
            for_me=queue.first_for_me is not None,
            held=queue.held,
            oldest=queue.oldest,
            due=queue.due,
            workable=queue.pk in workable,
        )
        for queue in queues
    ]
    # Sorting is stable: empty queues keep their order by process.
    return sorted(found, key=lambda queue: (queue.due is None, queue.due or 0))


def left_in(queue_id: UUID, user: User) -> int:
    """How many cases wait in a queue, as somebody sees it, counted up to COUNTED + 1."""
    waiting = Case.objects.filter(queue=queue_id, state__in=CLAIMABLE)
    return control_log.seen_by(waiting, user).values("pk")[: COUNTED + 1].count()


def holding(user: User, at: datetime) -> Claim | None:
    """The case the user has in hand, the one claimed first."""
    return (
        Claim.objects.filter(user=user, ended_at__isnull=True, expires_at__gt=at)
        .select_related("case__process")
        .order_by("claimed_at", "pk")
        .first()
    )
