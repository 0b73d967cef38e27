"""`manage.py audit_drill`: its words and its exit status."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from audit.models import Event
from audit.selectors import tree
from audit.services import logs
from governance.models import DrillRun
from tests import flush, worlds
from tests.governance import trails

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> worlds.World:
    world = worlds.build(timezone.now())
    trails.record_more("north", 20)
    trails.publish("north")
    return world


def run(*argv: object) -> str:
    out = io.StringIO()
    call_command("audit_drill", *map(str, argv), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def refused(*argv: object) -> CommandError:
    with pytest.raises(CommandError) as refusal:
        run(*argv)
    return refusal.value


def test_it_takes_the_largest_log_of_a_client_and_tells_what_was_said(world):
    said = run("--entries", 10)

    assert said.startswith("north: a copy of 10 entries, from 0 on\nclean: The copy nobody touched\n")
    assert said.count("\ncaught: ") == 9
    assert "NOT CAUGHT" not in said
    assert "left out: Edit the tree" in said
    assert said.endswith("All 9 were caught, and the copy nobody touched was clean.\n")
    kept = DrillRun.objects.get()
    assert (kept.log, kept.requested_by, kept.entries) == ("north", None, 10)
    event = Event.objects.get(action="audit.drill_run")
    assert (event.actor_type, event.actor_id) == ("system", "operator")


def test_it_ends_with_1_where_the_untouched_copy_is_not_clean(world):
    with flush.without_every_guard(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_event SET actor_id = 'x' WHERE log_id = %s", [tree.log_id("north")])

    refusal = refused("--log", "north")

    assert refusal.returncode == 1
    assert str(refusal) == "The copy nobody touched is not clean: nothing counts as caught."


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("--log", "nowhere"), "There is no log nowhere."),
        (("--log", "young"), "A drill needs 8 entries"),
        (("--log", "platform"), "Choose the log of a client"),
        (("--entries", "7"), "--entries is a number from 8 to 2000."),
        (("--entries", "2001"), "--entries is a number from 8 to 2000."),
    ],
)
def test_it_ends_with_3_for_what_cannot_be_tried(world, argv, said):
    logs.open_log(key="young", at=timezone.now())

    refusal = refused(*argv)

    assert refusal.returncode == 3
    assert said in str(refusal)


def test_it_says_who_is_at_it_where_a_run_is_under_way(world):
    DrillRun.objects.create(log="north", entries=8, requested_at=timezone.now())

    assert "under way already" in str(refused("--log", "north"))
    assert DrillRun.objects.count() == 1
