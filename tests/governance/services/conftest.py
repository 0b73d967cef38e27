"""A desk as of now, and receivers on this machine where a module asks for them."""

from datetime import datetime

import pytest
from django.conf import LazySettings
from django.utils import timezone

from tests import worlds
from tests.governance import receiving
from tests.worlds import Desk, World


@pytest.fixture
def loopback_is_allowed(settings: LazySettings) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = receiving.ALLOWED


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def world(db: None, now: datetime) -> World:
    return worlds.build(now)


@pytest.fixture
def desk(world: World) -> Desk:
    return world.north
