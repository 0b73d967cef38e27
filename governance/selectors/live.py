"""What stands now, asked of the cases themselves and never of the trail: bounded, so that a million waiting cases cost no
more than a thousand."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef

from contracts.models import Process
from reviews.enums import CaseState
from reviews.models import Case, Queue
from reviews.models.case import CLAIMABLE
from reviews.selectors import recalls
from reviews.selectors.queues import COUNTED, BoundedCount, BoundedMinimum

_HELD = [CaseState.IN_REVIEW, CaseState.AWAITING_INFORMATION, CaseState.ESCALATED]


@dataclass
class Live:
    """What stands in one process now; each count ends at COUNTED + 1.

    `oldest` is looked for among the first COUNTED of each queue by due time.
    """

    waiting: int = 0
    overdue: int = 0
    escalated: int = 0
    recalled: int = 0
    oldest: datetime | None = None


def figures(processes: Collection[UUID], at: datetime) -> dict[UUID, Live]:
    """What stands now in each of these processes. Two queries, whatever waits."""
    found = {pk: Live() for pk in processes}
    # By queue, because that is how the index of the waiting cases begins.
    waiting = Case.objects.filter(queue=OuterRef("pk"), state__in=CLAIMABLE, meant_for__isnull=True).order_by(
        "due_at", "severity", "pk"
    )
    queues = (
        Queue.objects.filter(process__in=processes)
        .annotate(
            waiting=BoundedCount(waiting.values("pk")[: COUNTED + 1]),
            overdue=BoundedCount(waiting.filter(due_at__lt=at).values("pk")[: COUNTED + 1]),
            oldest=BoundedMinimum(waiting.values("opened_at")[:COUNTED]),
        )
        .order_by("process", "pk")
        .values("process", "waiting", "overdue", "oldest")
    )
    for queue in queues:
        one = found[queue["process"]]
        one.waiting = min(one.waiting + queue["waiting"], COUNTED + 1)
        one.overdue = min(one.overdue + queue["overdue"], COUNTED + 1)
        one.oldest = min(filter(None, (one.oldest, queue["oldest"])), default=None)
    held = Case.objects.filter(process=OuterRef("pk"), meant_for__isnull=True)
    rows = (
        Process.objects.filter(pk__in=processes)
        .annotate(
            late=BoundedCount(held.filter(state__in=_HELD, due_at__lt=at).values("pk")[: COUNTED + 1]),
            back=BoundedCount(
                recalls.running().filter(process=OuterRef("pk")).order_by().values("pk")[: COUNTED + 1]
            ),
            up=BoundedCount(held.filter(state=CaseState.ESCALATED).values("pk")[: COUNTED + 1]),
        )
        .order_by("pk")
        .values("pk", "late", "up", "back")
    )
    for row in rows:
        one = found[row["pk"]]
        one.overdue = min(one.overdue + row["late"], COUNTED + 1)
        one.escalated, one.recalled = row["up"], row["back"]
    return found
