"""What every page's frame shows: who is here, what he may open, what waits for him."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from contracts import access
from contracts.domain import roles
from contracts.enums import Degree
from contracts.models import Halt, Notification, User
from contracts.models.halt import RUNNING
from contracts.selectors import halts
from governance.presenters.halts import MEANING
from reviews.selectors import broker, recalls


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Action:
    """Something that is in reach on every page; `key` is the one that leads there."""

    label: str
    url: str
    key: str


@dataclass(frozen=True)
class Halted:
    """A halt in force, as it is told on every page of those it concerns."""

    text: str
    meaning: str
    since: datetime
    url: str
    drill: bool


@dataclass(frozen=True)
class Recalled:
    """The recalls that run on a process, as they are told on every page of those who have to say something."""

    process: str
    count: int
    since: datetime
    url: str


@dataclass(frozen=True)
class Reader:
    name: str
    username: str
    zone: str
    place: str
    clock: str


@dataclass(frozen=True)
class Frame:
    user: Reader | None = None
    nav: list[Link] = field(default_factory=list)
    inbox_url: str = ""
    unread: int = 0
    context: str = ""
    environment_note: str = ""
    actions: list[Action] = field(default_factory=list)
    halts: list[Halted] = field(default_factory=list)
    recalls: list[Recalled] = field(default_factory=list)


BROKER_AWAY = (
    "The message broker does not answer. New interactions all go to a person; clocks and letters run late."
)


def frame(request: HttpRequest) -> dict[str, object]:
    """The context processor behind base.html: one query for somebody who is logged in, one more while anything is
    halted, and one while anything is recalled; none for others."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"frame": Frame()}
    now = timezone.localtime()
    held = access.all_codenames(user)
    standing = _standing(user)
    return {
        "frame": Frame(
            user=Reader(
                name=user.name,
                username=user.username,
                zone=user.time_zone,
                place=user.place,
                clock=now.strftime("%H:%M %Z"),
            ),
            nav=_nav(request.path, held),
            inbox_url=reverse("contracts:inbox"),
            unread=standing["unread"],
            context=user.organisation.name if user.organisation else "",
            environment_note="" if broker.alive() else BROKER_AWAY,
            actions=_actions(held),
            halts=_halts(user) if standing["halted"] else [],
            recalls=_recalls(user, held) if standing["recalled"] else [],
        )
    }


def _standing(user: User) -> Mapping[str, Any]:
    """How many messages the reader has not read, and whether anything at all is halted or recalled."""
    unread = Notification.objects.filter(user=user, read_at__isnull=True).order_by().values("user")
    return (
        User.objects.filter(pk=user.pk)
        .order_by()
        .annotate(
            unread=Coalesce(Subquery(unread.annotate(n=Count("pk")).values("n")), 0),
            halted=Exists(Halt.objects.filter(state__in=RUNNING)),
            recalled=Exists(recalls.running()),
        )
        .values("unread", "halted", "recalled")
        .get()
    )


def _actions(held: set[str]) -> list[Action]:
    """What is always in reach: whoever works on a process can halt it, or ask for that."""
    if roles.VIEW_PROCESS not in held:
        return []
    return [Action("Halt", reverse("governance:halt_new"), "Shift+H")]


def _halts(user: User) -> list[Halted]:
    return [
        Halted(
            text=f"{(name := halts.name(halt))[:1].upper()}{name[1:]} is halted by {halt.engaged_by.name} since"
            if halt.engaged_by
            else "",
            meaning=MEANING[Degree(halt.degree)],
            since=timezone.localtime(halt.engaged_at),
            url=reverse("governance:halt", args=[halt.pk]),
            drill=halt.drill,
        )
        for halt in halts.visible(user).filter(state__in=RUNNING).order_by("-engaged_at", "-pk")
    ]


_ANSWER_RECALLS = {roles.RECALL_OUTPUT, roles.TELL_CUSTOMERS, roles.MANAGE_WEBHOOKS}


def _recalls(user: User, held: set[str]) -> list[Recalled]:
    """By process, for those who have to say something before a recall is over; others find them in their lists."""
    if not _ANSWER_RECALLS & held:
        return []
    since: dict[str, list[datetime]] = {}
    for recall in recalls.waiting(user):
        since.setdefault(recall.process.name, []).append(timezone.localtime(recall.opened_at))
    url = reverse("reviews:recalls")
    return [Recalled(name, len(moments), moments[0], url) for name, moments in since.items()]


_PAGES = [
    ("Review", "reviews:queues", {"work_queue"}),
    ("Cases", "reviews:cases", {roles.VIEW_CASES}),
    ("Escalations", "reviews:escalations", {roles.DECIDE_ESCALATION}),
    ("Recalls", "reviews:recalls", _ANSWER_RECALLS),
    ("Actions", "reviews:actions", {roles.VIEW_STORY}),
    ("QA", "reviews:samples", {roles.VIEW_SAMPLE}),
    ("Rules", "reviews:rules", {roles.PROPOSE_RULES, roles.VIEW_BOARD}),
    ("Matrix", "reviews:matrix", {roles.PROPOSE_RULES, roles.VIEW_BOARD}),
    ("Vigilance", "reviews:vigilance", {roles.LEAD_REVIEWERS}),
    ("Agreements", "contracts:agreements", {roles.VIEW_PROCESS}),
    ("Vendors", "contracts:endpoints", {roles.VIEW_CONTRACTS, roles.FILE_CHANGES}),
    ("Board", "governance:board", {roles.VIEW_BOARD}),
    ("Halts", "governance:halts", {roles.VIEW_PROCESS}),
    ("Trail", "governance:trail", {roles.VIEW_STORY}),
    ("Incidents", "governance:incidents", {roles.VIEW_BOARD}),
    ("Webhooks", "governance:webhooks", {roles.MANAGE_WEBHOOKS}),
]


def _nav(path: str, held: set[str]) -> list[Link]:
    links = []
    for label, name, needed in _PAGES:
        if needed & held:
            url = reverse(name)
            links.append(Link(label, url, path.startswith(url)))
    return links


def landing(user: User) -> str:
    """Where somebody's day begins."""
    links = _nav("", access.all_codenames(user))
    return links[0].url if links else reverse("contracts:inbox")
