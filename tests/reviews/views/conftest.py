"""The world as the pages see it: they read the clock themselves, so it is built as of now."""

from datetime import datetime

import pytest
from django.utils import timezone

from tests import worlds
from tests.worlds import World


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def world(db: None, now: datetime) -> World:
    return worlds.build(now)
