"""G1: what is made of the trail is made of every event exactly once, in order, and can be made again."""

import logging
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from audit.models import Cursor, Event, Leaf, Log, SubjectKey
from audit.selectors import projections
from audit.services import logs, projecting, sequencing
from audit.services.projecting import Projection
from tests import flush
from tests.audit import growing
from tests.audit.conftest import AT


class Notebook:
    """A projection whose rows are those of a table at hand: one for each event it was given, in the order it came."""

    def __init__(self, version: int = 1) -> None:
        self.wrong: set[int] = set()
        self.error: Exception = ValueError("I cannot read this")
        self.batches: list[int] = []
        self.projection = Projection("notebook", version, self.apply, self.clear)

    def apply(self, log: str, events: list[Event]) -> None:
        self.batches.append(len(events))
        for event in events:
            SubjectKey.objects.create(log=log, subject=str(event.id), wrapped_key=b"x")
            if event.id in self.wrong:
                raise self.error

    def clear(self, log: str) -> None:
        SubjectKey.objects.filter(log=log).delete()

    @staticmethod
    def rows(log: str = "client-1") -> list[int]:
        return sorted(int(row.subject) for row in SubjectKey.objects.filter(log=log))


@pytest.fixture
def notebook(log, monkeypatch):
    monkeypatch.setattr(projecting, "_projections", {})
    made = Notebook()
    projecting.register(made.projection)
    return made


def later(version: int, monkeypatch) -> Notebook:
    """The same projection as a later release knows it."""
    monkeypatch.setattr(projecting, "_projections", {})
    made = Notebook(version)
    projecting.register(made.projection)
    return made


def sweep(**options):
    return projecting.sweep(clock=timezone.now, **options)


def ids(log: str = "client-1") -> list[int]:
    leaves = Leaf.objects.filter(log_id=Log.objects.get(key=log).id).order_by("index")
    return list(leaves.values_list("event_id", flat=True))


def standing(log: str = "client-1") -> projections.Standing:
    return projections.standings("notebook", [log])[log]


def test_every_event_is_taken_once_and_in_order(notebook):
    growing.sequenced(20)

    sweep(limit=7)
    sweep(limit=7)

    assert notebook.rows() == ids()
    # One of them is the only event of the platform's log.
    assert sorted(notebook.batches) == [1, 7, 7, 7]
    assert (standing().position, standing().waiting_since) == (21, None)


def test_events_without_a_place_wait(notebook):
    growing.sequenced(2)
    growing.events(3)
    sweep()

    assert notebook.rows() == ids()
    assert standing().waiting_since == Event.objects.order_by("id")[4].recorded_at

    sequencing.sweep(clock=timezone.now)
    sweep()

    assert len(notebook.rows()) == 6
    assert standing().waiting_since is None


def test_each_log_has_a_place_of_its_own(notebook):
    logs.open_log(key="client-2", at=AT)
    growing.sequenced(5)
    growing.sequenced(3, log="client-2")

    sweep(limit=2)

    assert (notebook.rows("client-1"), notebook.rows("client-2")) == (ids("client-1"), ids("client-2"))


def test_rows_and_place_move_together_or_not_at_all(notebook):
    growing.sequenced(5)
    log_id = Log.objects.get(key="client-1").id
    projecting.project(name="notebook", log_id=log_id, at=AT, limit=3)
    before = notebook.rows()

    # The worker dies with rows written and the place moved, before anything is committed.
    notebook.wrong, notebook.error = {ids()[4]}, SystemExit()
    with pytest.raises(SystemExit):
        projecting.project(name="notebook", log_id=log_id, at=AT, limit=3)

    assert (notebook.rows(), standing().position, standing().stopped) == (before, 3, "")
    notebook.wrong = set()
    sweep()
    assert notebook.rows() == ids()


def test_a_place_that_moved_meanwhile_is_left_alone(notebook, monkeypatch):
    growing.sequenced(5)
    read = projecting._read

    def overtaken(log_id, position, size):
        found = read(log_id, position, size)
        Cursor.objects.filter(log_id=log_id).update(position=position + 1)
        return found

    monkeypatch.setattr(projecting, "_read", overtaken)

    assert projecting.project(name="notebook", log_id=Log.objects.get(key="client-1").id, at=AT) == 0
    assert notebook.rows() == []


@pytest.mark.parametrize("limit", [1, 2, 7, 1000])
@pytest.mark.parametrize("place", [0, 1, 8, 20])
def test_it_stops_at_the_very_event_it_cannot_take(notebook, caplog, limit, place):
    growing.sequenced(20)
    notebook.wrong = {ids()[place]}

    sweep(limit=limit)
    sweep(limit=limit)

    assert notebook.rows() == ids()[:place]
    assert standing().position == place
    assert standing().stopped.startswith(f"entry {place} (")
    assert standing().stopped.endswith("ValueError: I cannot read this")
    assert [record.levelno for record in caplog.records] == [logging.CRITICAL]


def test_other_logs_and_other_projections_go_on(notebook, caplog):
    logs.open_log(key="client-2", at=AT)
    growing.sequenced(3)
    growing.sequenced(3, log="client-2")
    seen = []
    projecting.register(Projection("other", 1, lambda log, events: seen.extend(events), lambda log: None))
    notebook.wrong = {ids()[1]}

    sweep()

    assert notebook.rows("client-2") == ids("client-2")
    assert {event.id for event in seen} >= set(ids("client-1")) | set(ids("client-2"))


def test_a_stopped_one_goes_on_when_it_is_told_to(notebook, caplog):
    growing.sequenced(5)
    notebook.wrong = {ids()[2]}
    sweep()
    log_id = Log.objects.get(key="client-1").id

    notebook.wrong = set()
    sweep()
    assert len(notebook.rows()) == 2

    assert projecting.resume(name="notebook", log_id=log_id, at=AT) is True
    assert projecting.resume(name="notebook", log_id=log_id, at=AT) is False
    sweep()
    assert notebook.rows() == ids()


def test_a_database_that_is_away_stops_nothing(notebook, caplog):
    growing.sequenced(5)
    notebook.wrong, notebook.error = {ids()[2]}, OperationalError("server closed the connection")

    sweep()
    assert (notebook.rows(), standing().stopped) == ([], "")

    notebook.wrong = set()
    sweep()
    assert notebook.rows() == ids()


def test_an_entry_without_its_event_stops_it(notebook, caplog):
    growing.sequenced(4)
    lost = ids()[2]
    with flush.without_every_guard(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_event WHERE id = %s", [lost])

    sweep()

    assert (len(notebook.rows()), standing().position) == (2, 2)
    assert standing().stopped == "entry 2: its event is not in the trail"


def test_a_rebuild_makes_the_same_rows(notebook):
    growing.sequenced(10)
    sweep()
    before = notebook.rows()
    log_id = Log.objects.get(key="client-1").id

    assert projecting.rebuild(name="notebook", log_id=log_id, at=AT) == 11
    assert (notebook.rows(), standing().rebuilding) == ([], True)

    sweep(limit=4)
    assert (notebook.rows(), standing().rebuilding) == (before, False)


def test_a_later_version_begins_anew_by_itself(notebook, monkeypatch):
    growing.sequenced(10)
    sweep()

    newer = later(2, monkeypatch)
    sweep()

    assert sum(newer.batches) >= 11
    assert notebook.rows() == ids()
    assert Cursor.objects.get(projection="notebook", log_id=Log.objects.get(key="client-1").id).version == 2


def test_a_later_version_that_fails_at_once_is_stopped_there(notebook, monkeypatch, caplog):
    growing.sequenced(3)
    sweep()
    newer = later(2, monkeypatch)
    newer.wrong = {ids()[0]}

    sweep()
    sweep()

    assert (standing().position, standing().rebuilding) == (0, True)
    assert standing().stopped.startswith("entry 0 (log.opened")
    assert len(caplog.records) == 1


def test_an_earlier_release_leaves_the_rows_of_a_later_one_alone(notebook, monkeypatch):
    later(2, monkeypatch)
    growing.sequenced(3)
    sweep()
    older = later(1, monkeypatch)
    growing.sequenced(3)

    assert sweep() == 0
    assert older.batches == []


def test_the_time_it_may_take_is_kept(notebook):
    growing.sequenced(10)

    assert sweep(seconds=0) == 0
    assert sweep(seconds=60) >= 11


def test_a_name_stands_for_one_projection(notebook):
    projecting.register(notebook.projection)

    with pytest.raises(ValueError, match="another projection 'notebook'"):
        projecting.register(Projection("notebook", 2, notebook.apply, notebook.clear))
    with pytest.raises(LookupError, match="no projection 'diary'"):
        projecting.project(name="diary", log_id=1, at=AT + timedelta(seconds=1))
