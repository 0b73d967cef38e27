"""Workers beside each other, each on a connection of its own: every event is counted once."""

from datetime import UTC, datetime
from random import Random

import pytest
from django.utils import timezone

from audit.models import Log
from audit.services import logs, projecting, sequencing
from governance.domain import telemetry
from tests import worlds
from tests.caught_up import catch_up
from tests.governance import telling
from tests.threads import together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
BEGINS = datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_three_workers_and_a_rebuild_count_every_event_once():
    logs.open_log(key=logs.PLATFORM, at=BEGINS)
    world = worlds.build(BEGINS)
    dice = Random(11)
    for desk in (world.north, world.south):
        telling.Play(desk, BEGINS, dice).run(40)
    north = Log.objects.get(key=world.north.client.log_key).id

    together(
        [
            lambda: sequencing.sweep(clock=timezone.now, batch=20),
            lambda: projecting.sweep(clock=timezone.now, limit=7),
            lambda: projecting.sweep(clock=timezone.now, limit=13),
            lambda: projecting.rebuild(name=telemetry.PROJECTION, log_id=north, at=BEGINS),
            lambda: projecting.sweep(clock=timezone.now, limit=50),
        ]
    )
    catch_up()

    assert telling.rolled_up() == telling.plain()
    assert telling.rolled_up_samples() == telling.plain_samples()
