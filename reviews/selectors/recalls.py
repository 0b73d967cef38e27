"""Recalls: those that run, and one with all that its page shows."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from audit.errors import NotAllowed, NotVisible
from contracts import access
from contracts.domain.roles import VIEW_CASES
from contracts.models import User
from reviews import permissions
from reviews.enums import RecallState
from reviews.models import Interaction, Recall
from reviews.selectors import evaluations

PAGE = 50
_NONE = "There is no such recall that you can see."


def running() -> QuerySet[Recall]:
    return Recall.objects.exclude(state=RecallState.CONFIRMED)


def visible(user: User) -> QuerySet[Recall]:
    """The recalls of the processes whose cases the user may see."""
    return Recall.objects.filter(process__in=access.processes(user, VIEW_CASES).values("pk"))


def listing(
    user: User, *, after: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> tuple[list[Recall], list[Recall], bool]:
    """Those that run, the oldest first; those that are over, the newest first, and whether more of these follow.

    An auditor who is still to score an interaction does not learn here that it was wrong (F2).
    """
    rows = visible(user).select_related("process", "interaction__step", "opened_by")
    open_ = list(rows.exclude(state=RecallState.CONFIRMED).order_by("opened_at", "pk")[:limit])
    over = rows.filter(state=RecallState.CONFIRMED)
    if after is not None:
        at, pk = after
        over = over.filter(Q(opened_at__lt=at) | Q(opened_at=at, pk__lt=pk))
    closed = list(over.order_by("-opened_at", "-pk")[: limit + 1])
    hidden = evaluations.blind_to(user, [one.interaction_id for one in [*open_, *closed]])
    more = len(closed) > limit
    return (
        [one for one in open_ if one.interaction_id not in hidden],
        [one for one in closed[:limit] if one.interaction_id not in hidden],
        more,
    )


def waiting(user: User) -> list[Recall]:
    """The recalls that run on the user's processes, for the banner of every page; the oldest ten."""
    return list(
        visible(user)
        .exclude(state=RecallState.CONFIRMED)
        .select_related("process")
        .order_by("opened_at", "pk")[:10]
    )


def counts(processes: Collection[UUID]) -> dict[UUID, int]:
    """How many recalls run in each of these processes."""
    rows = running().filter(process__in=processes).order_by().values_list("process").annotate(Count("pk"))
    return dict(rows)


def one(user: User, recall_id: UUID) -> Recall:
    """A recall with all its page shows. NotVisible for strangers, NotAllowed for those who see no cases and for an auditor
    who is still to score it."""
    recall = found(recall_id)
    permissions.check_can_see_recalls(user, recall.process)
    if evaluations.blind_to(user, [recall.interaction_id]):
        raise NotAllowed("to_score", "Score the interaction first: this would tell you what was found.")
    return recall


def found(recall_id: UUID) -> Recall:
    """A recall by its key, for a service that looks at rights itself. Raises NotVisible for an unknown one."""
    recall = _whole().filter(pk=recall_id).first()
    if recall is None:
        raise NotVisible("not_found", _NONE)
    recall.process = recall.interaction.process
    return recall


def held(recall_id: UUID) -> Recall:
    """The same, alone from here to the commit: a correction and a confirmation never cross."""
    row = Recall.objects.select_for_update(no_key=True).filter(pk=recall_id)
    row.order_by("pk").values_list("pk").first()
    return found(recall_id)


def of_interaction(interaction_id: UUID) -> Recall | None:
    return Recall.objects.filter(interaction=interaction_id).first()


def interaction(interaction_id: UUID) -> Interaction:
    """An interaction as a recall needs it, whoever asks. Raises NotVisible for an unknown one, and for a control item: it
    never goes out, and whoever recalls does not know of it."""
    rows = Interaction.objects.select_related(
        "process__client", "process__calendar", "step", "routing", "final_decision__decided_by", "case"
    )
    known = rows.filter(pk=interaction_id, is_honeypot=False).first()
    if known is None:
        raise NotVisible("not_found", "There is no such interaction that you can see.")
    return known


def _whole() -> QuerySet[Recall]:
    return Recall.objects.select_related(
        "interaction__process__client",
        "interaction__process__calendar",
        "interaction__step",
        "interaction__routing",
        "interaction__final_decision__decided_by",
        "interaction__case",
        "evaluation",
        "opened_by",
        "corrected_by",
        "acknowledged_by",
        "noticed_by",
        "confirmed_by",
    )
