"""Changing keys, rehearsed: what verifiers see before, during and after."""

from datetime import timedelta

import pytest

from audit.domain import policy
from audit.domain.note_keys import VerifierKey
from audit.models import Event
from audit.selectors import tree
from audit.services import publishing, recording, rotation, signing_keys
from tests.audit import growing
from tests.audit.conftest import AT


@pytest.fixture(autouse=True)
def file(settings, tmp_path):
    settings.AUDIT_SIGNING_KEY_FILE = tmp_path / "signing.key"
    return settings.AUDIT_SIGNING_KEY_FILE


def _publish(at):
    growing.sequenced(1)
    publishing.publish(log="client-1", at=at)
    return tree.signed_note(tree.latest_checkpoint("client-1"))


def _vkey(at) -> VerifierKey:
    return signing_keys.for_log("client-1", at)[-1].verifier


def _believed(signed: bytes, key: VerifierKey) -> bool:
    try:
        policy.open_checkpoint(signed, policy.of_logs([key]))
    except ValueError:
        return False
    return True


def test_a_rotation_in_good_order(log):
    old = _vkey(AT)
    before = _publish(AT)

    vkeys = rotation.rotate(at=AT, overlap=timedelta(days=7))

    new = _vkey(AT)
    assert str(new) in vkeys
    assert new != old
    during = _publish(AT + timedelta(days=1))
    after = _publish(AT + timedelta(days=8))
    assert [_believed(one, old) for one in (before, during, after)] == [True, True, False]
    assert [_believed(one, new) for one in (before, during, after)] == [False, True, True]
    event = Event.objects.get(action="log.key_rotated", log_id=log.id)
    assert event.facts == {
        "old_vkey": str(old),
        "new_vkey": str(new),
        "not_before_size": 2,
        "overlap_until": "2026-03-11T05:06:07.000089Z",
    }
    # The old key signed a tree in which the event stands.
    assert tree.leaf_of_event(event.uid).index < tree.checkpoints("client-1")[1].size
    # Every log says it.
    assert Event.objects.filter(action="log.key_rotated").count() == 2


def test_a_key_that_somebody_else_may_have_signs_nothing_more(log, file):
    old = _vkey(AT)
    _publish(AT)
    secret = file.read_bytes()

    rotation.revoke(at=AT)

    assert not _believed(_publish(AT), old)
    assert len(signing_keys.read()) == 1
    assert file.read_bytes() != secret
    facts = Event.objects.get(action="log.key_revoked", log_id=log.id).facts
    assert facts == {"old_vkey": str(old), "new_vkey": str(_vkey(AT)), "not_before_size": 2}


def test_a_rotation_during_a_rotation_prolongs_nothing(log):
    rotation.rotate(at=AT, overlap=timedelta(days=1))
    rotation.rotate(at=AT, overlap=timedelta(days=7))

    assert [one.until and one.until - AT for one in signing_keys.read()] == [
        timedelta(days=1),
        timedelta(days=7),
        None,
    ]
    rotation.rotate(at=AT + timedelta(days=8))
    assert len(signing_keys.read()) == 2


def test_no_event_no_key(log, monkeypatch):
    before = signing_keys.read()

    def refuse(entries):
        raise ConnectionError("on purpose")

    monkeypatch.setattr(recording, "record_many", refuse)
    with pytest.raises(ConnectionError):
        rotation.rotate(at=AT)

    assert signing_keys.read() == before


def test_no_key_no_event(log, monkeypatch):
    before = signing_keys.read()
    real = signing_keys.replace

    def half(generations):
        real(generations)
        monkeypatch.setattr(signing_keys, "replace", real)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(signing_keys, "replace", half)
    with pytest.raises(OSError, match="No space"):
        rotation.rotate(at=AT)

    assert signing_keys.read() == before
    assert not Event.objects.filter(action="log.key_rotated").exists()
