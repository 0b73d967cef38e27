"""M2: witnesses in processes of their own, asked over sockets by the publisher."""

import http.server
import socket
import threading
import time
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone

from audit.domain import note, policy
from audit.models import Cosignature, Event, LogState
from audit.selectors import tree
from audit.services import outside, publishing, sequencing, signing_keys, witnesses
from tests import flush
from tests.audit import growing
from tests.audit.conftest import AT
from tests.audit.verifier import running


def _vkey(log: str = "client-1") -> str:
    return str(signing_keys.for_log(log, AT)[0].verifier)


@pytest.fixture
def pair(log, settings, tmp_path):
    """Two witnesses that watch the log of a client, and the policy that asks for both."""
    logs = (_vkey(),)
    with (
        running.running(tmp_path / "w1", logs=logs) as first,
        running.running(tmp_path / "w2", logs=logs) as second,
    ):
        _trust(settings, tmp_path, first, second)
        yield first, second


def _trust(settings, tmp_path, *running_witnesses) -> policy.Policy:
    names = [f"w{number}" for number in range(1, len(running_witnesses) + 1)]
    lines = [f"log {_vkey()}"]
    lines += [f"witness {name} {one.keys[0]}" for name, one in zip(names, running_witnesses, strict=True)]
    lines += [f"group all all {' '.join(names)}", "quorum all", ""]
    file = tmp_path / "policy"
    file.write_text("\n".join(lines))
    settings.AUDIT_POLICY_FILE = str(file)
    settings.AUDIT_WITNESSES = {
        name: f"http://127.0.0.1:{one.port}" for name, one in zip(names, running_witnesses, strict=True)
    }
    return policy.parse(file.read_bytes())


def _publish_all(**later: float) -> publishing.Report:
    return publishing.publish_all(clock=lambda: timezone.now() + timedelta(**later))


def _trusted(settings) -> policy.Policy:
    with open(settings.AUDIT_POLICY_FILE, "rb") as file:
        return policy.parse(file.read())


def test_both_witnesses_confirm_every_checkpoint(pair, settings):
    for grown in (3, 300, 1):
        growing.sequenced(grown)
        assert _publish_all().problems == {}

        signed = (outside.folder("client-1") / "checkpoint").read_bytes()
        checkpoint, opened = policy.open_checkpoint(signed, _trusted(settings))
        assert checkpoint.size == tree.size("client-1")
        assert len(opened.verified) == 3
    assert Cosignature.objects.count() == 6


def test_a_witness_is_asked_again_only_after_an_hour(pair):
    growing.sequenced(3)
    _publish_all()
    _publish_all()
    assert Cosignature.objects.count() == 2

    _publish_all(minutes=61)
    assert Cosignature.objects.count() == 4
    # Of each witness the newest line is handed out.
    assert len(note.parse(tree.signed_note(tree.latest_checkpoint("client-1"))).signatures) == 3


def test_a_witness_that_knows_more_than_we_remember_is_asked_from_there(pair):
    growing.sequenced(3)
    _publish_all()
    with flush.without_every_guard(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_cosignature")
    growing.sequenced(300)

    assert _publish_all().problems == {}
    assert Cosignature.objects.count() == 2


def test_a_log_that_went_back_to_an_old_backup_is_refused_and_stopped(pair, log, settings, tmp_path):
    growing.sequenced(5)
    _publish_all()
    _as_in_a_backup(log.id, size=3)
    # The machine was lost with its folder; only the witnesses remember.
    settings.AUDIT_CHECKPOINTS = tmp_path / "new"

    _publish_all()

    facts = Event.objects.get(action="audit.publishing_stopped").facts
    assert facts == {
        "log": "client-1",
        "size": 3,
        "problem": "a witness has confirmed 6 entries, and here are 3: is it an old backup?",
        "witness": "w1",
    }
    growing.sequenced(1)
    assert "client-1" not in _publish_all().signed


def test_a_rewritten_history_is_refused_and_stopped(pair, log, settings, tmp_path):
    growing.sequenced(5)
    _publish_all()
    _as_in_a_backup(log.id, size=1)
    settings.AUDIT_CHECKPOINTS = tmp_path / "new"
    growing.bare(log.id, [bytes([number]) * 32 for number in range(9)])

    _publish_all()

    assert "another history" in Event.objects.get(action="audit.publishing_stopped").facts["problem"]


def _as_in_a_backup(log_id: int, size: int) -> None:
    leaves = growing.leaves("client-1")[:size]
    with flush.without_every_guard(connection):
        with connection.cursor() as cursor:
            for table in ("leaf", "tile", "checkpoint", "cosignature"):
                cursor.execute(f"DELETE FROM audit_{table} WHERE log_id = %s", [log_id])
        LogState.objects.filter(log_id=log_id).update(size=0, root=sequencing.tree_root(0, []))
    growing.bare(log_id, leaves)


def test_a_witness_that_is_away_stops_nothing(pair, settings, caplog):
    _, second = pair
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    settings.AUDIT_WITNESSES = {**settings.AUDIT_WITNESSES, "w1": f"http://127.0.0.1:{port}"}
    growing.sequenced(3)

    assert _publish_all().problems == {}

    assert list(Cosignature.objects.values_list("key_name", flat=True)) == [second.keys[0].name]
    assert sum("w1 does not answer" in record.getMessage() for record in caplog.records) == 1


def test_a_witness_that_does_not_watch_a_log_is_no_trouble(pair, caplog):
    growing.sequenced(3)
    _publish_all()

    # Nobody watches the platform's log here.
    assert set(Cosignature.objects.values_list("log_id", flat=True)) == {tree.log_id("client-1")}
    assert [record.getMessage() for record in caplog.records] == []


class _Slow(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(50):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass

    def log_message(self, *args):
        pass


def test_a_witness_that_answers_drop_by_drop_is_not_waited_for():
    server = http.server.HTTPServer(("127.0.0.1", 0), _Slow)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        began = time.monotonic()
        with pytest.raises(witnesses.Unreachable, match="too slowly"):
            witnesses.post(f"http://127.0.0.1:{server.server_port}/add-checkpoint", b"", timeout=0.3)
        assert time.monotonic() - began < 2
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("url", ["ftp://w.example/", "w.example", "http:///x"])
def test_an_address_that_is_none_is_not_called(url):
    with pytest.raises(witnesses.Unreachable, match="no address"):
        witnesses.post(url, b"")


def test_a_policy_that_is_misspelt_is_loud(settings, tmp_path):
    settings.AUDIT_POLICY_FILE = str(tmp_path / "policy")
    with pytest.raises(ImproperlyConfigured, match="AUDIT_POLICY_FILE"):
        witnesses.Asking.from_settings()
    (tmp_path / "policy").write_text("nonsense\n")
    with pytest.raises(ImproperlyConfigured, match="Line 1"):
        witnesses.Asking.from_settings()


def test_a_witness_that_the_policy_does_not_know_is_loud(settings):
    settings.AUDIT_WITNESSES = {"w1": "http://127.0.0.1:1"}

    with pytest.raises(ImproperlyConfigured, match="knows no w1"):
        witnesses.Asking.from_settings()


def test_without_a_policy_nobody_is_asked():
    assert witnesses.Asking.from_settings().urls == {}
