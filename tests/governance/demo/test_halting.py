"""Story 14 (requirements §6.8): the drill of day 75 says 41 seconds, and is in date."""

from datetime import timedelta

import pytest
from django.db import transaction

from contracts.models import Halt
from governance.demo import days, halting
from governance.demo.clock import Calendar
from governance.demo.world import CLIENTS, World
from governance.selectors import halts as selector
from tests.governance.demo.conftest import NOW


@pytest.fixture
def drilled(built: World, db: None) -> World:
    calendar = Calendar(CLIENTS[halting.PROCESS], built.now)
    day = calendar.day(75, 90)
    assert halting.is_due(halting.PROCESS, day, 90)
    made = days.drafts(calendar, day, days=90, scale=1.0, seed=4711)
    with transaction.atomic():
        days.take_in(built, halting.PROCESS, made[:5])
        for _ in range(2):
            halting.drill(built, made)
    return built


def test_the_drill_of_day_75_took_41_seconds(drilled):
    halt = Halt.objects.get()

    timing = selector.timing(halt)

    assert (halt.drill, halt.state, halt.watch_until) == (True, "released", None)
    assert timing is not None
    assert (timing.seconds, timing.after) == (41.0, 0)
    assert selector.mean(selector.times([halt]).values()) == 41.0


def test_it_is_in_date_and_the_others_are_overdue(drilled):
    found = selector.drills(drilled.people["arjun.mehta"], NOW)

    assert {one.process.code: one.overdue for one in found} == {
        "AP-INV": False,
        "CLM-TRI": True,
        "CS-REPLY": True,
    }
    assert timedelta(days=14) < NOW - Halt.objects.get().engaged_at < timedelta(days=17)
