"""Who hears of an endpoint that nobody may change alone."""

import pytest
from django.utils import timezone

from governance.selectors import webhooks
from tests import worlds

pytestmark = pytest.mark.django_db


def test_responsible_is_whoever_manages_all_its_processes_or_else_any() -> None:
    world = worlds.build(timezone.now())
    north, south = ({desk.admin, desk.owner, desk.ops} for desk in (world.north, world.south))

    assert set(webhooks.responsible([world.north.process])) == north
    assert north.isdisjoint(south)
    assert set(webhooks.responsible([world.north.process, world.south.process])) == north | south
    assert webhooks.responsible([]) == []
