"""A demo world of a Wednesday morning, made once for all tests of a module and rolled back after them."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from governance.demo import world
from governance.demo.progress import Progress
from governance.demo.world import World

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
PASSWORD = "tea-kettle-lantern"


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield world.build(now=NOW, password=PASSWORD, seed=1)
        transaction.set_rollback(True)


@contextmanager
def own_checkpoints(factory: pytest.TempPathFactory) -> Iterator[None]:
    """Every world has logs of the same names, which are other logs: what each signs goes to a folder of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "AUDIT_CHECKPOINTS", factory.mktemp("checkpoints"))
        yield


@pytest.fixture
def demo(built: World, db: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The world of the module; what a test does to it is taken back after it."""
    with own_checkpoints(tmp_path_factory):
        yield built


def quiet_progress(folder: Path) -> Progress:
    return Progress(folder / "progress.json", "test", io.StringIO())


@pytest.fixture
def progress(tmp_path: Path) -> Progress:
    return quiet_progress(tmp_path)
