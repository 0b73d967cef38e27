"""Chromium for the journeys: one browser for the run, one clean page for each test, and the real login form."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright
from pytest_django.live_server_helper import LiveServer

from contracts.models import User
from tests import worlds
from tests.browser.axe import Finding, findings
from tests.conftest import CHROMIUM
from tests.worlds import Desk, World

# Playwright's own loop runs in this thread, and Django would take every query beside it for a mistake.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

PASSWORD = "a-long-password-for-tests"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 10_000  # milliseconds

LogIn = Callable[[Page, str], None]
Examine = Callable[[Mapping[User, Sequence[str]]], list[Finding]]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, headless=True)
        yield chromium
        chromium.close()


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def world(live_server: LiveServer, now: datetime) -> World:
    return worlds.build(now)


@pytest.fixture
def desk(world: World) -> Desk:
    return world.north


@pytest.fixture
def problems() -> list[str]:
    """What the pages complained about. A test that provokes a complaint checks it and clears the list."""
    return []


@pytest.fixture
def context(browser: Browser, live_server: LiveServer, problems: list[str]) -> Iterator[BrowserContext]:
    """One person's browser; a test with several people makes several with `watched`."""
    with_problems = watched(browser, live_server, problems)
    yield with_problems
    with_problems.close()


@pytest.fixture
def page(context: BrowserContext, problems: list[str]) -> Iterator[Page]:
    """A page that fails its test when it logged an error, broke the content policy, or called another host."""
    one = context.new_page()
    yield one
    one.close()
    assert problems == []


@pytest.fixture
def other(browser: Browser, live_server: LiveServer, problems: list[str]) -> Iterator[Page]:
    """The browser of a second person."""
    context = watched(browser, live_server, problems)
    yield context.new_page()
    context.close()


@pytest.fixture
def login(live_server: LiveServer) -> LogIn:
    """Log in through the form, as this person."""

    def through_the_form(page: Page, username: str) -> None:
        user = get_user_model().objects.get(username=username)
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        page.goto(live_server.url + reverse("contracts:login"))
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: urlsplit(url).path != reverse("contracts:login"))

    return through_the_form


@pytest.fixture(params=["light", "dark"])
def examine(
    request: pytest.FixtureRequest,
    browser: Browser,
    live_server: LiveServer,
    login: LogIn,
    problems: list[str],
) -> Examine:
    """What axe finds on these pages as these people see them, in the light and in the dark, wide and at 320 px."""

    def as_they_see_them(pages: Mapping[User, Sequence[str]]) -> list[Finding]:
        found = []
        for person, addresses in pages.items():
            # axe is put into the page as a script of its own, which the content policy would refuse.
            context = watched(browser, live_server, problems, color_scheme=request.param, bypass_csp=True)
            page = context.new_page()
            login(page, person.username)
            found += findings(page, *addresses)
            context.close()
        assert problems == []
        return found

    return as_they_see_them


def watched(
    browser: Browser, live_server: LiveServer, problems: list[str], **options: object
) -> BrowserContext:
    """A clean browser context on the live server that writes its complaints into `problems`."""
    context = browser.new_context(base_url=live_server.url, locale="en-GB", **options)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    home = urlsplit(live_server.url).netloc

    def on_console(message: ConsoleMessage) -> None:
        # Chromium asks for it beside every answer that is not a page of ours.
        if message.type == "error" and not message.location["url"].endswith("/favicon.ico"):
            problems.append(f"{message.location['url']}: {message.text}")

    def on_request(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != home:
            problems.append(f"called {request.url}")

    context.on("console", on_console)
    context.on("weberror", lambda error: problems.append(f"{error.error}"))
    context.on("request", on_request)
    return context
