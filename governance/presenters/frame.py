"""What every page's frame shows: who is here, what he may open, what waits for him."""

from dataclasses import dataclass, field

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from contracts import access
from contracts.domain import roles
from contracts.models import Notification, User
from reviews.selectors import broker


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    current: bool


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


BROKER_AWAY = (
    "The message broker does not answer. New interactions all go to a person; clocks and letters run late."
)


def frame(request: HttpRequest) -> dict[str, object]:
    """The context processor behind base.html: one query for somebody who is logged in, none for others."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"frame": Frame()}
    now = timezone.localtime()
    held = access.all_codenames(user)
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
            unread=Notification.objects.filter(user=user, read_at__isnull=True).count(),
            context=user.organisation.name if user.organisation else "",
            environment_note="" if broker.alive() else BROKER_AWAY,
        )
    }


_PAGES = [
    ("Review", "reviews:queues", {"work_queue"}),
    ("Cases", "reviews:cases", {roles.VIEW_CASES}),
    ("Escalations", "reviews:escalations", {roles.DECIDE_ESCALATION}),
    ("QA", "reviews:samples", {roles.VIEW_SAMPLE}),
    ("Rules", "reviews:rules", {roles.PROPOSE_RULES, roles.VIEW_BOARD}),
    ("Agreements", "contracts:agreements", {roles.VIEW_PROCESS}),
    ("Board", "governance:board", {roles.VIEW_BOARD}),
    ("Trail", "governance:trail", {roles.VIEW_STORY}),
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
