"""M2: what is signed continues what was signed, leaves the database at once, and one note is all there is for a size."""

import logging
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone

from audit.domain import policy, tlog_proof
from audit.domain.note_keys import VerifierKey
from audit.models import Checkpoint, Event, LogState
from audit.selectors import tree
from audit.services import logs, outside, publishing, sequencing, signing_keys
from tests import flush
from tests.audit import growing
from tests.audit.conftest import AT


def tampered(sql: str, *parameters: object) -> None:
    with flush.without_every_guard(connection), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def _trusted(log: str = "client-1") -> policy.Policy:
    return policy.of_logs(VerifierKey.parse(vkey) for vkey in outside.vkeys(log))


def _publish_all() -> publishing.Report:
    return publishing.publish_all(clock=timezone.now)


def test_a_checkpoint_is_what_others_can_check(log):
    event = growing.sequenced(5)[2]

    _publish_all()

    signed = (outside.folder("client-1") / "checkpoint").read_bytes()
    checkpoint, _ = policy.open_checkpoint(signed, _trusted())
    assert (checkpoint.origin, checkpoint.size) == ("countersign.localhost/client-1", 6)
    assert checkpoint.root == bytes(tree.state("client-1").root)
    proof = tlog_proof.write(index=3, hashes=tree.inclusion(log="client-1", index=3, size=6), signed=signed)
    assert tlog_proof.verify_body(proof, body=event.body, trusted=_trusted()).index == 3


def test_ml_dsa_signs_too_where_it_is_wished_for(log, settings):
    settings.AUDIT_ML_DSA = True
    growing.sequenced(2)

    _publish_all()

    _, opened = policy.open_checkpoint(tree.signed_note(tree.latest_checkpoint("client-1")), _trusted())
    assert sorted(key.kind for key in opened.keys) == [1, 6]


def test_each_checkpoint_of_an_organisation_is_in_the_log_of_the_platform(log):
    growing.sequenced(3)

    report = _publish_all()

    event = Event.objects.get(action="audit.checkpoint")
    signed = tree.latest_checkpoint("client-1")
    assert event.facts["note"].encode() == bytes(signed.note)
    assert (event.facts["log"], event.facts["size"]) == ("client-1", 4)
    # The platform was signed after that, and over it; and its own checkpoint is no event of its own.
    assert report.signed == ["client-1", "platform"]
    assert tree.leaf_of_event(event.uid).index < tree.latest_checkpoint("platform").size
    assert tree.waiting("platform") == 0


def test_a_log_that_has_not_grown_is_not_signed_again(log):
    growing.sequenced(3)
    _publish_all()

    assert _publish_all() == publishing.Report()
    assert Checkpoint.objects.filter(log_id=log.id).count() == 1


def test_an_empty_log_is_not_signed(log):
    assert publishing.publish(log="client-1", at=AT) is None


def test_a_clock_that_goes_back_does_not_make_checkpoints_go_back(log):
    growing.sequenced(1)
    first = publishing.publish(log="client-1", at=AT)
    growing.sequenced(1)

    second = publishing.publish(log="client-1", at=AT - timedelta(days=30))

    assert (second.size, second.created_at) == (first.size + 1, AT)
    assert tree.latest_checkpoint("client-1").size == second.size


def test_of_two_publishers_one_wins(log, monkeypatch):
    growing.sequenced(2)
    real = signing_keys.for_log

    def rival_first(name, at):
        monkeypatch.setattr(signing_keys, "for_log", real)
        assert publishing.publish(log=name, at=at) is not None
        return real(name, at)

    monkeypatch.setattr(signing_keys, "for_log", rival_first)

    assert publishing.publish(log="client-1", at=AT) is None
    assert Checkpoint.objects.filter(log_id=log.id).count() == 1
    assert Event.objects.filter(action="audit.checkpoint").count() == 1


def test_a_rival_that_signs_and_writes_meanwhile_is_no_contradiction(log, monkeypatch):
    growing.sequenced(2)
    real = outside.newest

    def rival_first(name):
        monkeypatch.setattr(outside, "newest", real)
        found = real(name)
        growing.sequenced(3)
        publishing.publish_all(clock=timezone.now)
        return found

    monkeypatch.setattr(outside, "newest", rival_first)

    assert _publish_all().problems == {}
    assert tree.state("client-1").publishing_stopped == ""
    assert outside.newest("client-1").size == 6


# ── What does not leave the house ────────────────────────────────────────────────────────────────────────────


def test_a_folder_that_cannot_be_written_loses_nothing(log, settings, tmp_path, caplog):
    settings.AUDIT_CHECKPOINTS = blocked = tmp_path / "blocked"
    blocked.write_text("in the way")
    growing.sequenced(3)

    report = _publish_all()
    assert set(report.problems) == {"client-1", "platform"}
    assert "cannot be" in report.problems["client-1"]
    assert any(record.levelno == logging.ERROR for record in caplog.records)

    blocked.unlink()
    assert _publish_all().problems == {}
    assert outside.newest("client-1").size == 4


def test_a_disk_that_fills_up_loses_nothing(log, monkeypatch):
    growing.sequenced(3)

    def full(*args, **kwargs):
        raise outside.OutsideError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(outside, "write", full)
        report = _publish_all()
    assert report.problems == dict.fromkeys(("client-1", "platform"), "No space left on device")
    assert report.signed == ["client-1", "platform"]

    # Signed already, and written now.
    assert _publish_all().signed == []
    assert outside.newest("client-1").size == 4


def test_without_its_key_nothing_is_signed(log, settings, tmp_path):
    growing.sequenced(1)
    publishing.publish(log="client-1", at=AT)
    growing.sequenced(1)
    settings.AUDIT_SIGNING_KEY_FILE = tmp_path / "gone"

    with pytest.raises(ImproperlyConfigured, match="put it back"):
        _publish_all()
    assert tree.latest_checkpoint("client-1").size == 2


# ── What contradicts what was signed ─────────────────────────────────────────────────────────────────────────


def _stopped() -> dict:
    return Event.objects.get(action="audit.publishing_stopped").facts


def _rewritten(log_id: int) -> None:
    """The history of a log changed from its second entry on, by somebody who knows how: leaves and root fit."""
    leaves = growing.leaves("client-1")
    tampered("DELETE FROM audit_leaf WHERE log_id = %s", log_id)
    tampered("DELETE FROM audit_tile WHERE log_id = %s", log_id)
    with flush.without_every_guard(connection):
        LogState.objects.filter(log_id=log_id).update(size=0, root=sequencing.tree_root(0, []))
    growing.bare(log_id, [leaves[0], b"\x07" * 32, *leaves[2:]])


def test_a_rewritten_log_is_not_signed(log, caplog):
    growing.sequenced(5)
    _publish_all()
    _rewritten(log.id)
    growing.sequenced(2)

    report = _publish_all()

    assert report.problems == {"client-1": "its 8 entries do not continue the 6 that were signed"}
    assert _stopped() == {"log": "client-1", "size": 8, "problem": report.problems["client-1"]}
    assert tree.latest_checkpoint("client-1").size == 6
    assert any(record.levelno == logging.CRITICAL for record in caplog.records)


def test_a_rewritten_log_is_not_signed_even_when_its_checkpoints_were_removed(log):
    growing.sequenced(5)
    _publish_all()
    tampered("DELETE FROM audit_checkpoint WHERE log_id = %s", log.id)
    _rewritten(log.id)

    # The folder outside remembers.
    assert "another root was signed" in _publish_all().problems["client-1"]


def test_a_database_from_an_old_backup_is_not_signed(log):
    growing.sequenced(5)
    _publish_all()
    outside.write("client-1", size=9, data=_of_size_9())
    growing.sequenced(1)

    assert "is it an old backup?" in _publish_all().problems["client-1"]
    assert tree.state("client-1").publishing_stopped


def _of_size_9() -> bytes:
    return b"countersign.localhost/client-1\n9\n" + b"A" * 43 + b"=\n\n\xe2\x80\x94 x AAAAAAAA\n"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_logstate SET size = size + 1 WHERE log_id = %s",
        "DELETE FROM audit_leaf WHERE log_id = %s AND idx = 258",
        "DELETE FROM audit_tile WHERE log_id = %s",
    ],
)
def test_a_tree_with_a_gap_is_not_signed(log, sql):
    growing.sequenced(260)
    tampered(sql, log.id)

    assert set(_publish_all().problems) == {"client-1"}
    assert tree.latest_checkpoint("client-1") is None


def test_a_stopped_log_stays_stopped_until_it_is_resumed(log):
    growing.sequenced(2)
    publishing.stop(log="client-1", problem="a reason", at=AT)
    publishing.stop(log="client-1", problem="another", at=AT)

    assert "client-1" not in _publish_all().signed
    assert _stopped()["problem"] == "a reason"

    assert publishing.resume(log="client-1", at=AT)
    assert not publishing.resume(log="client-1", at=AT)
    assert "client-1" in _publish_all().signed


def test_the_other_logs_go_on(log):
    logs.open_log(key="client-2", at=AT)
    growing.sequenced(2)
    publishing.stop(log="client-1", problem="a reason", at=AT)

    assert _publish_all().signed == ["client-2", "platform"]


@pytest.mark.parametrize("fails_at", range(1, 16))
def test_a_failure_at_any_statement_signs_whole_or_not_at_all(log, fails_at):
    growing.sequenced(300)
    statements = []

    def failing(execute, sql, params, many, context):
        statements.append(sql)
        if len(statements) == fails_at:
            raise ConnectionError("on purpose")
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(failing):
            publishing.publish(log="client-1", at=AT)
    except ConnectionError:
        pass
    events = Event.objects.filter(action="audit.checkpoint").count()
    assert events == Checkpoint.objects.filter(log_id=log.id).count()

    assert _publish_all().problems == {}
    assert outside.newest("client-1").size == 301
    assert Event.objects.filter(action="audit.checkpoint").count() == 1
