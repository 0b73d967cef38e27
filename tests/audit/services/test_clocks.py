"""M9: a machine's clock that leaves the database's is told once, and a clock that jumps does no harm to the trail."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from audit.models import Checkpoint, Event, Leaf
from audit.selectors import clocks as selectors
from audit.selectors import tree
from audit.services import clocks, fsck, publishing, recording, sequencing
from audit.tasks import watch_clock
from tests.audit.conftest import entry

pytestmark = pytest.mark.django_db


def watch(seconds: float, machine: str = "web-1") -> timedelta | None:
    return clocks.watch(machine=machine, clock=lambda: selectors.database_now() + timedelta(seconds=seconds))


def told() -> list[tuple[str, str]]:
    events = Event.objects.filter(action__startswith="clock.").order_by("id")
    return [(event.action, event.facts["machine"]) for event in events]


def test_the_database_says_what_time_it_is():
    before = timezone.now()

    assert abs(selectors.database_now() - before) < timedelta(seconds=5)


def test_a_clock_that_leaves_is_told_once_and_so_is_its_return():
    for seconds in (0, 4, 7, 8, -9, 3, 0, 6):
        watch(seconds)

    assert told() == [("clock.apart", "web-1"), ("clock.together", "web-1"), ("clock.apart", "web-1")]
    event = Event.objects.filter(action="clock.apart").order_by("id")[0]
    assert event.content["log"] == "platform"
    assert event.facts["seconds"] == "7.0"


def test_each_machine_is_watched_by_itself():
    watch(7, "web-1")
    watch(0, "web-2")
    watch(7, "web-1")

    assert told() == [("clock.apart", "web-1")]


def test_a_clock_that_is_set_while_it_is_asked_says_nothing():
    moments = iter([timezone.now(), timezone.now() - timedelta(hours=1)])

    assert clocks.watch(machine="web-1", clock=lambda: next(moments)) is None
    assert told() == []


def test_the_beat_compares_this_machine():
    watch_clock()

    assert told() == []


def test_a_clock_that_jumps_does_no_harm_to_the_trail(log):
    """Days forward and back again, between recording, sequencing and signing: places stay dense, nothing is lost,
    checkpoints are never dated back, and the check finds all as it was."""
    now = timezone.now()
    jumps = [0, 86_400, -86_400, 3_600, -7_200, 1, -1, 0]
    for number, seconds in enumerate(jumps):
        with time_machine.travel(now + timedelta(seconds=seconds)):
            recording.record_many([entry(correlation_id=None) for _ in range(number + 1)])
        with time_machine.travel(now - timedelta(seconds=seconds)):
            sequencing.sweep(clock=timezone.now)
        with time_machine.travel(now + timedelta(seconds=2 * seconds)):
            assert publishing.publish_all(clock=timezone.now).problems == {}

    count = 1 + sum(range(1, len(jumps) + 1))
    assert tree.size("client-1") == count
    indexes = Leaf.objects.filter(log_id=log.id).order_by("index").values_list("index", flat=True)
    assert list(indexes) == list(range(count))
    signed = Checkpoint.objects.filter(log_id=log.id).order_by("size").values_list("created_at", flat=True)
    assert list(signed) == sorted(signed)
    verdict = fsck.check(log="client-1", at=now + timedelta(days=3))
    assert (verdict.findings, verdict.incomplete) == ([], [])
