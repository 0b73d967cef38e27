"""M2: every way to cheat is done to a copy of a real log, and the real tools name the place. The log is only read."""

import hashlib

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.domain import drills as domain
from audit.errors import Conflict, NotVisible
from audit.models import Checkpoint, Event, Leaf, LogState, Pruning
from audit.services import drill_copies, drills, publishing
from audit.services.drill_copies import CopyError
from tests import flush
from tests.audit import growing, pruned
from tests.audit.conftest import AT


def fingerprint() -> tuple:
    """Everything the trail holds."""
    rows = [list(model.objects.order_by("pk").values_list()) for model in (Event, Leaf, LogState, Checkpoint)]
    return tuple(hashlib.sha256(repr(one).encode()).hexdigest() for one in rows)


@pytest.fixture(autouse=True)
def _own_var(settings, tmp_path):
    """Another test that runs drills at the same time has its copies elsewhere."""
    settings.VAR = tmp_path


def left_behind() -> list:
    return list(drill_copies.home().glob("*/base"))


def test_every_way_is_caught_and_the_place_is_named(log):
    growing.sequenced(299)
    publishing.publish_all(clock=timezone.now)
    before = fingerprint()
    steps = []

    with CaptureQueriesContext(connection) as queries:
        report = drills.run(log="client-1", told=steps.append)

    assert (report.control.status, report.control.said) == (0, "client-1: 300 entries, all as they were")
    assert {one.key: (one.status, one.touched, one.index) for one in report.outcomes} == {
        "body": (1, 100, 100),
        "column": (1, 75, 75),
        "swap": (1, 60, 60),
        "middle": (1, 100, 100),
        "tail": (1, 270, 270),
        "tile": (1, 100, 100),
        "backup": (1, 150, 150),
        "rewrite": (1, 225, 150),
        "resign": (1, 225, 150),
        "witness": (1, 225, None),
    }
    said = {one.key: one.said for one in report.outcomes}
    assert said["body"].endswith("its body does not have the hash of its leaf")
    assert said["column"].endswith("its columns do not say what its body says: actor_id")
    assert said["tail"].endswith("300 entries were signed, and here are 270")
    assert "a witness knows another history" in said["witness"]
    # With database, key and folder in one hand nobody inside can tell: only what somebody else kept.
    assert {one.key: one.alone for one in report.outcomes if one.alone is not None} == {"resign": 0}
    assert (report.caught, report.passed, report.left_out) == (10, True, ())
    assert fingerprint() == before
    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}
    assert (steps[0].done, steps[-1].done, steps[-1].total) == (0, 12, 12)
    assert left_behind() == []


def test_a_part_of_a_stopped_log_whose_oldest_texts_were_pruned(log):
    growing.sequenced(29)
    for key in ("platform", "client-1"):
        pruned.keep(key)
    pruned.settle()
    pruned.turn_the_page()
    pruned.prune()
    growing.sequenced(40)
    publishing.stop(log="client-1", problem="a reason", at=AT)
    gone = Pruning.objects.get(log_id=log.id).end_index

    report = drills.run(log="client-1", entries=12)

    assert (report.first, report.entries, report.passed) == (gone, 12, True)
    # What needs more entries is left out, and does not count as caught.
    assert report.left_out == (("tile", "It needs 256 entries, and the copy has 12."),)
    assert len(report.outcomes) == len(domain.DRILLS) - 1


def _pages_turned_back(log) -> None:
    """An event of the second partition has its place before some of the first: ids are given before they are committed."""
    pruned.turn_the_page()
    growing.sequenced(1)
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE audit_event_id_seq RESTART WITH 9000000")
    growing.sequenced(3)
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE audit_event_id_seq RESTART WITH 10000100")


def test_a_text_that_survives_before_others_that_were_pruned_is_no_damage(log):
    if connection.vendor != "postgresql":
        pytest.skip("only partitions can leave a text before others that are gone")
    growing.sequenced(29)
    for key in ("platform", "client-1"):
        pruned.keep(key)
    _pages_turned_back(log)
    pruned.settle()
    pruned.prune()
    growing.sequenced(40)
    gone = Pruning.objects.get(log_id=log.id).end_index
    there = Event.objects.filter(pk__in=Leaf.objects.filter(log_id=log.id, index__lt=gone).values("event_id"))
    assert there.count() == 1

    report = drills.run(log="client-1", entries=12)

    assert (report.first, report.entries, report.passed) == (gone, 12, True)


def test_texts_that_are_pruned_while_they_are_copied_are_no_damage(log):
    growing.sequenced(29)
    for key in ("platform", "client-1"):
        pruned.keep(key)
    pruned.settle()
    pruned.turn_the_page()
    growing.sequenced(20)

    with pytest.raises(CopyError, match="were pruned meanwhile"):
        drills.run(log="client-1", told=lambda step: pruned.prune())

    assert Pruning.objects.filter(log_id=log.id).exists()
    assert drills.run(log="client-1", entries=12).passed


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_event SET actor_id = 'x' WHERE id = (SELECT event_id FROM audit_leaf WHERE log_id = {log} AND idx = 4)",
        (
            "UPDATE audit_event SET leaf_hash = (SELECT hash FROM audit_leaf WHERE log_id = {log} AND idx = 1) "
            "WHERE id = (SELECT event_id FROM audit_leaf WHERE log_id = {log} AND idx = 4)"
        ),
        "DELETE FROM audit_event WHERE id = (SELECT event_id FROM audit_leaf WHERE log_id = {log} AND idx = 4)",
    ],
)
def test_entries_that_are_wrong_already_make_the_control_fail_and_nothing_counts(log, sql):
    growing.sequenced(9)
    with flush.without_every_guard(connection), connection.cursor() as cursor:
        cursor.execute(sql.format(log=log.id))

    report = drills.run(log="client-1")

    assert (report.control.status, report.control_clean) == (1, False)
    assert (report.outcomes, report.caught, report.passed) == ((), 0, False)
    assert left_behind() == []


def test_a_log_with_too_few_entries_is_refused(log):
    growing.sequenced(5)

    with pytest.raises(Conflict, match="needs 8 entries that have their place in the log, and there are 6"):
        drills.run(log="client-1")


def test_a_log_that_is_not_there_is_refused(log):
    with pytest.raises(NotVisible):
        drills.run(log="client-9")


def test_the_platforms_own_log_is_refused(log):
    with pytest.raises(Conflict, match="Choose the log of a client"):
        drills.run(log="platform")
