"""Webhooks as their people see them: those who may set up webhooks on every process an endpoint is told of."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from audit.errors import NotAllowed, NotVisible
from audit.selectors import retention, tree
from contracts import access
from contracts.domain.roles import MANAGE_WEBHOOKS
from contracts.models import Process, User
from governance.domain.webhooks import DeliveryState
from governance.models import Delivery, Subscription

PAGE = 25
NOT_YOURS = "Webhooks are set up by whoever administers or runs every process they tell of."
_NOTHING = "There is no such webhook that you can see."


@dataclass(frozen=True, slots=True)
class Listed:
    """An endpoint in the list: the codes of its processes, and how many messages wait for it."""

    subscription: Subscription
    processes: list[str]
    waiting: int


@dataclass(frozen=True, slots=True)
class Seen:
    """One endpoint: how many messages wait, from which entry on its log can be read, and how far it has grown."""

    subscription: Subscription
    processes: list[Process]
    waiting: int
    first: int
    size: int


def choosable(user: User) -> QuerySet[Process]:
    """The processes on which the user may set up webhooks, by client and code."""
    return (
        access.processes(user, MANAGE_WEBHOOKS)
        .select_related("client")
        .order_by("client__name", "code", "pk")
    )


def check_can_add(user: User) -> None:
    """Raise NotAllowed where the user may set up webhooks on no process that he sees, NotVisible where he sees none."""
    if choosable(user).exists():
        return
    if access.processes(user).exists():
        raise NotAllowed("not_allowed", NOT_YOURS)
    raise NotVisible("not_found", "There is nothing here that you can see.")


def listed(user: User) -> list[Listed]:
    """The endpoints all of whose processes are the user's to set up webhooks on, by name."""
    held = set(access.processes(user, MANAGE_WEBHOOKS).values_list("pk", flat=True))
    waiting = Count("deliveries", filter=Q(deliveries__state=DeliveryState.WAITING))
    rows = Subscription.objects.filter(
        pk__in=Subscription.objects.filter(processes__in=held).values("pk")
    ).select_related("client")
    rows = rows.prefetch_related("processes").annotate(waiting=waiting).order_by("name", "pk")
    return [
        Listed(row, sorted(process.code for process in row.processes.all()), row.waiting)
        for row in rows
        if {process.pk for process in row.processes.all()} <= held
    ]


def seen(user: User, subscription_id: UUID) -> Seen:
    """One endpoint. Raises NotVisible where one of its processes is a stranger's, NotAllowed where he may only see them."""
    found = Subscription.objects.select_related("client", "created_by").filter(pk=subscription_id).first()
    if found is None:
        raise NotVisible("not_found", _NOTHING)
    processes = list(found.processes.order_by("code"))
    check(user, processes)
    waiting = found.deliveries.filter(state=DeliveryState.WAITING).count()
    state = tree.state(found.client.log_key)
    return Seen(found, processes, waiting, retention.minimum_index(state.log_id), state.size)


def check(user: User, processes: Collection[Process]) -> None:
    """Raise NotVisible where the user cannot see one of these processes (or there is none), NotAllowed where he may not
    set up webhooks on one."""
    if not processes or any(not access.codenames(user, process) for process in processes):
        raise NotVisible("not_found", _NOTHING)
    for process in processes:
        access.check(user, MANAGE_WEBHOOKS, process, NOT_YOURS)


def deliveries(subscription: Subscription, before: int | None) -> list[Delivery]:
    """A page of the newest deliveries, and one more where there are more; `before` is the last id of the page before."""
    rows = Delivery.objects.filter(subscription=subscription)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows.order_by("-id")[: PAGE + 1])


def responsible(processes: Iterable[Process]) -> list[User]:
    """The people who may set up webhooks on all of these processes; where nobody may on all, those who may on any, so that
    somebody hears of it."""
    held = [set(access.holders(process, MANAGE_WEBHOOKS)) for process in processes]
    people = (set.intersection(*held) or set.union(*held)) if held else set()
    return sorted(people, key=lambda user: user.pk)
