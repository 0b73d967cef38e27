"""What every test stands on: a fixed clock, cheap passwords, nudges that go nowhere, and honest skips.

A test marked `browser`, `pango`, `postgresql` or `redis` is skipped where its service is absent. With CI=true a service that the
run was asked to use must be there, and its absence fails the test.
"""

import ctypes.util
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
import redis as redis_client
from django.conf import settings
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck

from audit.selectors import nodes
from contracts import access
from reviews.selectors import snapshots
from tests import flush, kept_worlds

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PANGO = ctypes.util.find_library("pangoft2-1.0")
REDIS_URL = os.environ.get("REDIS_URL", "")
NO_CHROMIUM = "there is no Chromium here: install the Debian package chromium (apt-get install chromium)"
NO_PANGO = "there is no Pango here: install the Debian packages libpango-1.0-0 and libpangoft2-1.0-0"


def pytest_configure(config: pytest.Config) -> None:
    # No test pulls the plug: on PostgreSQL a commit need not wait for the disk, here and in what the tests start.
    os.environ.setdefault("PGOPTIONS", "-c synchronous_commit=off")
    # Argon2 costs a third of a second for each person of a world.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # A nudge is only a nudge: tests call the sweep themselves. Tests marked `redis` ask for a real broker.
    settings.BROKER_URL = settings.CELERY_BROKER_URL = "memory://"
    # WhiteNoise warns where this folder is missing, and warnings are errors.
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    flush.install(after=kept_worlds.lay_ground)
    # How long an example takes says how busy the machine is, and nothing about the code.
    hypothesis.settings.register_profile(
        "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("untimed")


# ── Services that may be absent ──────────────────────────────────────────────────────────────────────────────


def _browser() -> str:
    return "" if CHROMIUM else NO_CHROMIUM


def _pango() -> str:
    return "" if PANGO else NO_PANGO


def _postgresql() -> str:
    return "" if connection.vendor == "postgresql" else "runs on PostgreSQL: give its DATABASE_URL"


@cache
def _redis() -> str:
    if not REDIS_URL:
        return "needs a broker: give its REDIS_URL"
    try:
        redis_client.Redis.from_url(REDIS_URL, socket_connect_timeout=2).ping()
    except redis_client.RedisError as error:
        return f"{REDIS_URL} does not answer: {error}"
    return ""


_MISSING: dict[str, Callable[[], str]] = {
    "browser": _browser,
    "pango": _pango,
    "postgresql": _postgresql,
    "redis": _redis,
}
# On CI: Chromium and Pango are always asked for, the others where the environment names them.
_ASKED_FOR = {
    "browser": True,
    "pango": True,
    "postgresql": bool(os.environ.get("DATABASE_URL")),
    "redis": bool(REDIS_URL),
}


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, missing in _MISSING.items():
        if item.get_closest_marker(marker) and (reason := missing()):
            if os.environ.get("CI") == "true" and _ASKED_FOR[marker]:
                pytest.fail(f"{marker}: {reason}", pytrace=False)
            pytest.skip(f"{marker}: {reason}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [
        report for report in terminalreporter.stats.get("skipped", []) if NO_CHROMIUM in report.longreprtext
    ]
    if skipped:
        terminalreporter.write_line(
            f"{len(skipped)} BROWSER TESTS WERE SKIPPED: {NO_CHROMIUM}", red=True, bold=True
        )


# ── Fixtures ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The test database, and what it begins with again after every flush."""
    with django_db_blocker.unblock():
        kept_worlds.keep_ground()


@pytest.fixture(scope="session", autouse=True)
def _keys_of_this_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The logs of a world that several tests share are signed with the key that each of these tests knows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "AUDIT_CHECKPOINTS", tmp_path_factory.getbasetemp() / uuid4().hex)
        patch.setattr(settings, "AUDIT_SIGNING_KEY_FILE", tmp_path_factory.getbasetemp() / "signing.key")
        yield


@pytest.fixture(autouse=True)
def _logs_of_this_test_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Full tiles, grants and terms are kept for the life of a process, and checkpoints longer; here the life of a log
    ends with its test, and the next one may have a world of the same ids."""
    nodes.cache.clear()
    access._kept.clear()
    snapshots._kept.clear()
    monkeypatch.setattr(settings, "AUDIT_CHECKPOINTS", tmp_path_factory.getbasetemp() / uuid4().hex)


@pytest.fixture
def at() -> datetime:
    """The moment at which a test happens: a Wednesday morning, in office hours from Manila to London."""
    return datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


@pytest.fixture
def log_in() -> Callable[[object], Client]:
    """A client in which this person is logged in, without the detour through the form."""

    def client_of(user: object) -> Client:
        client = Client()
        client.force_login(user, backend="contracts.backends.People")  # type: ignore[arg-type]
        return client

    return client_of


@pytest.fixture
def redis_url() -> Iterator[str]:
    """An empty database of the broker, for a test that starts workers of its own. Such a test is marked `redis`."""
    broker = redis_client.Redis.from_url(REDIS_URL)
    broker.flushdb()
    yield REDIS_URL
    broker.flushdb()
    broker.close()
