import logging
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from audit import tasks
from audit.models import Event, Pending
from audit.services import projecting
from tests.audit import growing

pytestmark = pytest.mark.django_db


def test_ensure_partitions_can_run_again_and_again():
    tasks.ensure_partitions()
    tasks.ensure_partitions()

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('audit_event_p0002') IS NOT NULL")
            assert cursor.fetchone() == (True,)


def test_ensure_partitions_has_the_name_the_beat_knows():
    assert tasks.ensure_partitions.name == "audit.ensure_partitions"


def test_sequence_works_the_queue_off_and_can_run_again_and_again(log):
    growing.events(3)

    tasks.sequence()
    tasks.sequence()

    assert not Pending.objects.exists()


def test_the_beat_sequences_every_second():
    entry = settings.CELERY_BEAT_SCHEDULE["places"]

    assert (entry["task"], entry["schedule"]) == (tasks.sequence.name, 1.0)


def test_watch_queue_is_silent_while_events_are_in_time(log, caplog, monkeypatch):
    oldest = Event.objects.order_by("id").first().recorded_at
    monkeypatch.setattr(tasks.timezone, "now", lambda: oldest + timedelta(seconds=60))

    tasks.watch_queue()

    assert caplog.records == []


def test_watch_queue_says_when_an_event_waits_too_long(log, caplog, monkeypatch):
    oldest = Event.objects.order_by("id").first().recorded_at
    monkeypatch.setattr(tasks.timezone, "now", lambda: oldest + timedelta(seconds=61))

    tasks.watch_queue()

    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (logging.CRITICAL, "An event has been waiting for its place in the tree for 61 s")
    ]


def test_the_beat_takes_projections_on_every_three_seconds():
    entry = settings.CELERY_BEAT_SCHEDULE["projections"]

    assert (entry["task"], entry["schedule"]) == (tasks.project.name, 3.0)


def test_project_takes_every_event_once_however_often_it_runs(log, monkeypatch):
    seen = []
    monkeypatch.setattr(projecting, "_projections", {})
    projecting.register(
        projecting.Projection("list", 1, lambda log, events: seen.extend(events), lambda log: None)
    )
    made = growing.sequenced(3)

    tasks.project()
    tasks.project()

    assert [event.uid for event in seen][-3:] == [event.uid for event in made]
    assert len(seen) == Event.objects.count()
