"""The cast, for every test of agreement and access."""

import pytest

from tests import worlds


@pytest.fixture
def world(db, at):
    return worlds.build(at)


@pytest.fixture
def desk(world):
    return world.north
