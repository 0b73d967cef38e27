from datetime import timedelta

import pytest

from audit.models import Event, Log
from audit.services import logs
from tests.audit.conftest import AT


def test_open_log_begins_with_the_event_of_its_opening(db):
    log = logs.open_log(key="client-7", at=AT)

    event = Event.objects.get(log_id=log.id)
    assert (event.action, event.occurred_at, event.facts) == ("log.opened", AT, {"key": "client-7"})
    assert log.opened_at == AT


def test_open_log_twice_is_the_same_log_and_one_event(db):
    first = logs.open_log(key="client-7", at=AT)

    again = logs.open_log(key="client-7", at=AT + timedelta(days=1))

    assert again == first
    assert again.opened_at == AT
    assert Event.objects.filter(log_id=first.id).count() == 1


def test_open_log_refuses_a_key_that_could_name_a_person(db):
    with pytest.raises(ValueError, match="opaque"):
        logs.open_log(key="ada@example.org", at=AT)

    assert not Log.objects.filter(key="ada@example.org").exists()
