import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.domain.ids import new_id
from audit.errors import NotVisible
from audit.models import PrivateValue, SubjectKey
from audit.services import recording, vault
from tests.audit.conftest import sealed, signed


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.text(st.characters(exclude_categories=["Cs"])))
def test_reveal_gives_back_what_was_sealed(log, value):
    recorded = recording.record(**sealed(personal={"comment": value}))

    assert vault.reveal(event_uid=recorded.uid, field="comment") == value


def test_reveal_tells_the_fields_of_an_event_apart(log):
    recorded = recording.record(**sealed(personal={"comment": "one", "author.email": "two"}))

    assert vault.reveal(event_uid=recorded.uid, field="comment") == "one"
    assert vault.reveal(event_uid=recorded.uid, field="author.email") == "two"


def test_stored_value_holds_neither_value_nor_salt_in_clear(log):
    recorded = recording.record(**sealed())

    salt, value = vault.disclose(event_uid=recorded.uid, field="comment")

    ciphertext = bytes(PrivateValue.objects.get().ciphertext)
    assert salt not in ciphertext
    assert value.encode() not in ciphertext


def test_same_value_is_sealed_differently_every_time(log):
    first, second = (recording.record(**sealed()) for _ in range(2))

    assert first.sealed["comment"] != second.sealed["comment"]


@pytest.mark.parametrize("moved", ["event_uid", "field"])
def test_reveal_refuses_a_value_that_was_moved_elsewhere(log, moved):
    recorded = recording.record(**sealed())
    elsewhere = {"event_uid": new_id(), "field": "author.email"}[moved]
    PrivateValue.objects.update(**{moved: elsewhere})

    with pytest.raises(InvalidTag):
        vault.reveal(**{"event_uid": recorded.uid, "field": "comment", moved: elsewhere})


def test_reveal_refuses_a_value_under_the_key_of_another_subject(log):
    recorded = recording.record(**sealed())
    recording.record(**sealed(subject="subject-2"))
    PrivateValue.objects.update(subject_key=SubjectKey.objects.get(subject="subject-2"))

    with pytest.raises(InvalidTag):
        vault.reveal(event_uid=recorded.uid, field="comment")


def test_reveal_refuses_a_key_that_was_given_to_another_subject(log):
    recorded = recording.record(**sealed())
    SubjectKey.objects.update(subject="subject-2")

    with pytest.raises(InvalidTag):
        vault.reveal(event_uid=recorded.uid, field="comment")


def test_reveal_refuses_a_changed_ciphertext(log):
    recorded = recording.record(**sealed())
    ciphertext = bytearray(PrivateValue.objects.get().ciphertext)
    ciphertext[-1] ^= 1
    PrivateValue.objects.update(ciphertext=bytes(ciphertext))

    with pytest.raises(InvalidTag):
        vault.reveal(event_uid=recorded.uid, field="comment")


@pytest.mark.parametrize("field", ["author.email", "verdict"])
def test_reveal_knows_nothing_of_a_value_that_never_was(log, field):
    recorded = recording.record(**sealed())

    with pytest.raises(NotVisible) as refusal:
        vault.reveal(event_uid=recorded.uid, field=field)

    assert refusal.value.code == "unknown"


def test_reveal_knows_nothing_of_an_event_that_never_was(db):
    with pytest.raises(NotVisible) as refusal:
        vault.reveal(event_uid=new_id(), field="comment")

    assert refusal.value.code == "unknown"


def test_subject_without_personal_values_gets_no_key(log):
    recording.record(**signed(subject="subject-1"))

    assert not SubjectKey.objects.exists()
