"""M9: late events are counted by log and day, exactly once, and shown with the logs."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from audit.domain.envelope import Actor, Entry, Target
from audit.models import Event
from audit.selectors import clocks as clock_selectors
from audit.selectors import tree
from audit.services import clocks, projecting, recording, sequencing
from governance.models import LateEvent
from governance.selectors import clocks as selectors
from governance.services import late_events
from tests import worlds
from tests.counting import queries

pytestmark = pytest.mark.django_db
URL = "/trail/logs/"


@pytest.fixture
def world():
    """Desks that were set up just now, so that what made them is not late itself."""
    world = worlds.build(timezone.now())
    settle()
    LateEvent.objects.all().delete()
    return world


def settle() -> None:
    sequencing.sweep(clock=timezone.now)
    projecting.sweep(clock=timezone.now)


def record(log: str, *seconds: float, origin: str = "") -> list[Event]:
    """Events of a log that were written so many seconds after they happened."""
    return recording.record_many(
        [
            Entry(
                log=log,
                action="log.opened",
                actor=Actor.system("test"),
                target=Target("log", log),
                facts={"key": log},
                at=timezone.now() - timedelta(seconds=late),
                origin=origin,
            )
            for late in seconds
        ]
    )


def test_late_events_are_counted_once_by_log_and_day(world):
    late = record("north", 0, 6, 60, 4)[1:3]
    record("north", 86_400, origin="import")
    (early,) = record("south", -30)
    settle()
    settle()

    found = selectors.lateness_of(["north", "south"], timezone.now())

    assert {event.pk for event in LateEvent.objects.all()} == {event.uid for event in [*late, early]}
    assert (found["north"].count, found["south"].count) == (2, 1)
    assert [round(one.apart.total_seconds()) for one in found["north"].newest] in ([6, 60], [60, 6])
    assert found["north"].newest[0].index in range(tree.size("north"))
    assert selectors.lateness_of(["nowhere"], timezone.now()) == {}


def test_what_is_older_than_28_days_is_not_counted_and_still_the_newest(world):
    record("north", 7)
    settle()

    with time_machine.travel(timezone.now() + timedelta(days=29)):
        found = selectors.lateness_of(["north"], timezone.now())["north"]

    assert (found.count, len(found.newest)) == (0, 1)


def test_only_the_newest_five_are_listed(world):
    record("north", *range(10, 20))
    settle()

    found = selectors.lateness_of(["north"], timezone.now())["north"]

    assert (found.count, len(found.newest)) == (10, 5)


def test_made_anew_it_is_the_same(world):
    record("north", 7, 8)
    settle()
    before = set(LateEvent.objects.filter(log="north").values_list("event", "occurred_at", "recorded_at"))

    projecting.rebuild(name=late_events.PROJECTION.name, log_id=tree.log_id("north"), at=timezone.now())
    assert not LateEvent.objects.filter(log="north").exists()
    settle()

    after = set(LateEvent.objects.filter(log="north").values_list("event", "occurred_at", "recorded_at"))
    assert before <= after


def test_the_page_of_the_logs_shows_them_to_its_readers_alone(world, log_in):
    record("north", 7)
    settle()

    card = log_in(world.north.lead).get(URL).context["logs"][0]
    other = log_in(world.south.lead).get(URL).context["logs"][0]

    assert (card.late, [one.apart for one in card.late_newest]) == ("1", ["7.0 s after it happened"])
    assert (other.late, other.late_newest) == ("0", [])


def test_a_clock_that_is_apart_is_a_warning_until_it_is_right_again(world, log_in):
    lead = log_in(world.north.lead)
    sentence = "The clock of web-1 is 12.0 s behind the database’s"

    def watch(seconds: int) -> None:
        clocks.watch(
            machine="web-1", clock=lambda: clock_selectors.database_now() + timedelta(seconds=seconds)
        )

    watch(-12)
    assert sentence in lead.get(URL).content.decode()
    assert sentence not in log_in(world.stranger).get(URL).content.decode()

    watch(0)
    assert sentence not in lead.get(URL).content.decode()


def test_queries_do_not_grow_with_the_late_events(world, log_in):
    lead = log_in(world.north.lead)
    record("north", 7)
    settle()
    few = queries(lead, URL)
    record("north", *range(6, 30))
    settle()

    assert few == queries(lead, URL)
