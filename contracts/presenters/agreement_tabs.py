"""The pages about one agreement, as a row of tabs: each floor registers its own, and a person sees those he may open."""

from dataclasses import dataclass

from django.urls import reverse

from contracts import access
from contracts.domain.roles import VIEW_PROCESS
from contracts.models import Process, User


@dataclass(frozen=True)
class Page:
    """A page about the agreement of a process: the route, which takes the code of the process, and who may open it."""

    route: str
    label: str
    codename: str = VIEW_PROCESS


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool


_pages: list[Page] = [Page("contracts:agreement", "Overview")]


def register(*pages: Page) -> None:
    """Add pages behind those there are; called once from `AppConfig.ready()`."""
    _pages.extend(pages)


def of(user: User, process: Process, route: str) -> list[Tab]:
    """The tabs this person may open, with the page at `route` marked as the one he reads."""
    held = access.codenames(user, process)
    # A page that two rights open is registered with each, and stands there once.
    mine = {page.route: page for page in reversed(_pages) if page.codename in held}
    shown = [page for page in _pages if mine.get(page.route) is page]
    return [Tab(page.label, reverse(page.route, args=[process.code]), page.route == route) for page in shown]
