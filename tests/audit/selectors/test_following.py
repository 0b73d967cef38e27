"""Following a log from any place on: in order, in stretches, and never past an entry that is missing."""

import pytest
from django.db import connection
from django.utils import timezone

from audit.models import Leaf
from audit.selectors import following
from audit.services import logs, recording, sequencing
from tests import flush
from tests.audit.conftest import AT, entry


def record(*actions: str) -> None:
    """One event of each action, in this order, all with their places."""
    for action in actions:
        facts = {"verdict": "approve"} if action == "paper.signed" else {}
        recording.record_many([entry(action=action, facts=facts)])
    sequencing.sweep(clock=timezone.now)


def stretch(begin: int, limit: int = 100, *actions: str) -> following.Stretch:
    return following.stretch(log="client-1", begin=begin, limit=limit, actions=actions or ["paper.signed"])


def test_stretch_gives_places_and_events_in_order(log):
    logs.open_log(key="client-2", at=AT)
    record("paper.read", "paper.signed", "paper.read", "paper.signed")

    found = stretch(0)

    # The opening of the log is its entry 0.
    assert found.end == 5
    assert [(index, event.action) for index, event in found.events] == [
        (2, "paper.signed"),
        (4, "paper.signed"),
    ]


def test_stretch_begins_and_ends_where_it_is_told(log):
    record(*["paper.signed"] * 5)

    assert [index for index, _ in stretch(1, 3).events] == [1, 2, 3]
    assert stretch(1, 3).end == 4
    assert stretch(6) == following.Stretch(6, [])


def test_stretch_stops_at_an_entry_that_is_missing(log):
    record(*["paper.signed"] * 3)
    with flush.without_every_guard(connection):
        Leaf.objects.filter(log_id=log.id, index=1)._raw_delete("default")

    with pytest.raises(LookupError, match="Entry 1 of log client-1 is not there"):
        stretch(0)


def test_a_log_that_is_not_there_is_not_found(db):
    with pytest.raises(LookupError, match="no log"):
        stretch(0)
