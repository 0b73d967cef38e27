"""Escalations that run: those somebody owns, and those he may see."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from contracts import access
from contracts.domain import roles as process_roles
from contracts.models import User
from reviews.models import Escalation

PAGE = 50
MINE = 100


def running() -> QuerySet[Escalation]:
    return Escalation.objects.filter(resolved_at__isnull=True)


def owned(user: User) -> list[Escalation]:
    """The running escalations a person owns and may decide, first the one whose next limit comes first; a hundred at
    most."""
    decides = access.processes(user, process_roles.DECIDE_ESCALATION).values("pk")
    mine = (
        running()
        .filter(owner=user, process__in=decides, case__meant_for__isnull=True)
        .select_related("process", "owner", "opened_by", "case__interaction__step")
    )
    return list(mine.order_by("resolve_due_at", "pk")[:MINE])


def others(
    user: User, *, after: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> tuple[list[Escalation], bool]:
    """Other people's running escalations on processes whose cases the user may see, by the time they must be resolved.

    `after` is the last row of the page before. Returns the page and whether another follows.
    """
    seen = access.processes(user, process_roles.VIEW_CASES).values("pk")
    found = running().filter(process__in=seen, case__meant_for__isnull=True).exclude(owner=user)
    if after is not None:
        due, pk = after
        found = found.filter(Q(resolve_due_at__gt=due) | Q(resolve_due_at=due, pk__gt=pk))
    found = found.select_related("process", "owner", "opened_by", "case__interaction__step")
    rows = list(found.order_by("resolve_due_at", "pk")[: limit + 1])
    return rows[:limit], len(rows) > limit


def of_case(case_id: UUID) -> Escalation | None:
    """The running escalation of a case."""
    return running().filter(case=case_id).select_related("owner", "opened_by").first()


def named(escalations: list[Escalation]) -> dict[str, User]:
    """The people of the levels these escalations stand at whose accounts are open, by the id as text."""
    ids = set()
    for escalation in escalations:
        for level in escalation.path:
            if level["level"] == escalation.level:
                ids |= {level["person"], level["deputy"]} - {None}
    return {str(user.pk): user for user in User.objects.filter(pk__in=ids, is_active=True)}
