import json

from audit.domain import canonical
from audit.models import Event, Log, Pending, PrivateValue, SubjectKey
from audit.services import recording
from tests.audit.conftest import sealed


def test_event_reads_its_body(log):
    uid = recording.record(**sealed()).uid

    event = Event.objects.get(uid=uid)

    assert event.content == json.loads(bytes(event.body))
    assert event.facts == {"verdict": "approve"}
    assert list(event.sealed) == ["comment"]
    assert bytes(event.leaf_hash) == canonical.leaf_hash(bytes(event.body))


def test_rows_say_what_they_are(log):
    recording.record(**sealed())

    event = Event.objects.latest("id")

    assert str(event) == f"paper.signed {event.uid}"
    assert str(Log.objects.get(key="client-1")) == "client-1"
    assert str(Pending.objects.get(event_id=event.id)) == str(event.id)
    assert str(SubjectKey.objects.get()) == "client-1 subject-1"
    assert str(PrivateValue.objects.get()) == f"{event.uid} comment"
