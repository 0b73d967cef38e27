from datetime import timedelta

import pytest

from audit.domain import canonical
from audit.domain.envelope import Actor
from audit.errors import NotVisible
from audit.models import Event, PrivateValue, SubjectKey
from audit.services import erasure, logs, recording, vault
from tests.audit.conftest import AT, sealed

OFFICER = Actor.system("privacy")
LATER = AT + timedelta(days=30)


def _erase(**changes):
    arguments = {
        "log": "client-1",
        "subject": "subject-1",
        "by": OFFICER,
        "at": LATER,
        "legal_basis": "gdpr_17_1_b",
    }
    return erasure.erase_subject(**{**arguments, **changes})


def test_erase_subject_takes_its_values_and_its_key_and_nothing_else(log):
    gone = [recording.record(**sealed(personal={"comment": "one", "author.email": "two"})) for _ in range(2)]
    kept = recording.record(**sealed(subject="subject-2"))
    before = {event.id: (bytes(event.body), bytes(event.leaf_hash)) for event in Event.objects.all()}

    count = _erase(ticket="T-1")

    assert count == 4
    for event in gone:
        for field in ("comment", "author.email"):
            with pytest.raises(NotVisible) as refusal:
                vault.reveal(event_uid=event.uid, field=field)
            assert refusal.value.code == "erased"
    assert vault.reveal(event_uid=kept.uid, field="comment") == "Ada wrote this"
    key = SubjectKey.objects.get(subject="subject-1")
    assert (bytes(key.wrapped_key), key.destroyed_at) == (b"", LATER)
    after = {
        event.id: (bytes(event.body), bytes(event.leaf_hash)) for event in Event.objects.filter(id__in=before)
    }
    assert after == before
    assert all(canonical.leaf_hash(body) == hashed for body, hashed in after.values())


def test_erase_subject_is_an_event(log):
    recording.record(**sealed())

    _erase(ticket="T-1")

    event = Event.objects.get(action="pii.erased")
    assert event.facts == {
        "subject_ref": "subject-1",
        "count": 1,
        "legal_basis": "gdpr_17_1_b",
        "ticket": "T-1",
    }
    assert (event.actor_id, event.occurred_at, event.log_id) == ("privacy", LATER, log.id)


def test_erase_subject_twice_finds_nothing_the_second_time(log):
    recording.record(**sealed())
    _erase()

    assert _erase(at=LATER + timedelta(days=1)) == 0

    assert SubjectKey.objects.get().destroyed_at == LATER
    assert [event.facts["count"] for event in Event.objects.filter(action="pii.erased").order_by("id")] == [
        1,
        0,
    ]


def test_erase_subject_leaves_the_same_subject_of_another_log(log):
    logs.open_log(key="client-2", at=AT)
    other = recording.record(**sealed(log="client-2"))

    _erase()

    assert vault.reveal(event_uid=other.uid, field="comment") == "Ada wrote this"


def test_subject_that_comes_back_gets_a_new_key(log):
    old = recording.record(**sealed())
    _erase()

    new = recording.record(**sealed(personal={"comment": "back again"}))

    assert vault.reveal(event_uid=new.uid, field="comment") == "back again"
    assert SubjectKey.objects.filter(subject="subject-1").count() == 2
    with pytest.raises(NotVisible):
        vault.reveal(event_uid=old.uid, field="comment")


def test_value_that_came_in_while_its_key_was_destroyed_counts_as_erased(log):
    recorded = recording.record(**sealed())
    SubjectKey.objects.update(wrapped_key=b"", destroyed_at=LATER)

    with pytest.raises(NotVisible) as refusal:
        vault.reveal(event_uid=recorded.uid, field="comment")

    assert refusal.value.code == "erased"


@pytest.mark.parametrize(
    ("_case", "changes"),
    [("no legal basis", {"legal_basis": ""}), ("a name for a subject", {"subject": "Ada Lovelace"})],
)
def test_erase_subject_refuses_and_erases_nothing(log, _case, changes):
    recorded = recording.record(**sealed())

    with pytest.raises(ValueError, match=r"legal basis|opaque"):
        _erase(**changes)

    assert vault.reveal(event_uid=recorded.uid, field="comment") == "Ada wrote this"
    assert PrivateValue.objects.count() == 1
    assert not Event.objects.filter(action="pii.erased").exists()
