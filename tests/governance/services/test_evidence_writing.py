"""Evidence written in the background: the same bytes again, nothing half-written, and never by two at once (M8)."""

import errno
import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from audit.domain.bundle_layout import TIMESTAMP
from audit.models import Event
from audit.services import timestamps
from contracts.models import Notification
from contracts.services import memberships
from governance.domain.evidence import ATTEMPTS, KEPT, LEASE, ExportState
from governance.models import EvidenceExport
from governance.services import evidence_files, evidence_requests, evidence_writing
from tests import worlds
from tests.audit import authority
from tests.governance import evidence
from tests.governance.evidence import ask, ask_period, events, fetched, summary, verified, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


@pytest.fixture
def told():
    """Two interactions: one that was decided, and a neighbour; all of it signed."""
    at = timezone.now() - timedelta(minutes=5)
    desk = worlds.build(at).north
    receipt = evidence.decided(desk, at, "INV-7")
    evidence.post(desk, at, "INV-8")
    evidence.sign()
    return desk, receipt


def later(seconds: float):
    return lambda: timezone.now() + timedelta(seconds=seconds)


def state(export: EvidenceExport) -> tuple[str, str]:
    export.refresh_from_db()
    return export.state, export.error


def test_m8_an_interaction_is_written_verified_and_an_event(told, tmp_path, folder):
    desk, receipt = told
    export = ask(receipt, desk.lead)
    assert state(export) == (ExportState.WAITING, "")

    assert write() == 1

    bundle = fetched(export, desk.lead)
    export.refresh_from_db()
    assert verified(bundle, tmp_path) == 0
    assert (export.state, export.bytes, export.done) == (ExportState.READY, len(bundle), export.total)
    exported = Event.objects.get(action="evidence.exported")
    assert exported.facts["sha256"] == export.sha256
    assert (exported.facts["disclosed"], exported.facts["purpose"]) == ([], evidence.PURPOSE)
    matter = Event.objects.filter(correlation_id=export.pk).order_by("id").values_list("action", flat=True)
    assert list(matter) == ["evidence.requested", "evidence.exported", "evidence.fetched"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()] == [0o600]
    assert Notification.objects.get(user=desk.lead).subject == "Your evidence is ready"
    assert write() == 0


def test_m8_a_period_holds_what_its_reader_may_read(told, tmp_path):
    desk, receipt = told
    export = ask_period(desk.lead, "north")
    whole = ask_period(desk.dpo, "north")
    # That somebody asked is an event of the same log.
    evidence.sign()

    assert write() == 2

    part, all_of_it = fetched(export, desk.lead), fetched(whole, desk.dpo)
    assert (verified(part, tmp_path), verified(all_of_it, tmp_path)) == (0, 0)
    assert {one["process"] for one in events(part)} <= {desk.process.code, ""}
    assert {one["object"] for one in events(part)} >= {str(receipt.id)}
    assert summary(part)["kind"] == "period"
    assert sum(summary(part)["events"].values()) == len(events(part)) == len(evidence.bodies(part))


def test_writing_again_gives_the_same_bytes_though_the_log_has_grown(told, settings, tmp_path, monkeypatch):
    """A worker that dies with the file on the disk and nothing written down loses time and nothing else. Neither a later
    checkpoint nor a timestamp that the first one gets meanwhile changes what is written."""
    desk, receipt = told
    export = ask(receipt, desk.lead)
    finish = evidence_writing._finish
    hashes = []

    def dies(export, scope, user, bundle, name, needs, at):
        hashes.append(bundle.sha256)
        raise SystemExit

    monkeypatch.setattr(evidence_writing, "_finish", dies)
    with pytest.raises(SystemExit):
        write()
    monkeypatch.setattr(evidence_writing, "_finish", finish)
    with authority.serving(tmp_path / "one") as one:
        settings.AUDIT_TIMESTAMP_URLS = {"one": one.url}
        settings.AUDIT_TIMESTAMP_ROOTS = str(one.root)
        assert ("north", "one") in timestamps.stamp_all(clock=timezone.now).stamped
    evidence.post(desk, timezone.now(), "INV-9")
    evidence.sign()
    assert write() == 0, "it is held by the dead one"

    assert evidence_writing.sweep(clock=later(LEASE.total_seconds() + 1)) == 1

    export.refresh_from_db()
    assert (export.attempts, hashes) == (2, [export.sha256])


def test_a_timestamp_of_the_checkpoint_goes_with_it(told, settings, tmp_path):
    desk, receipt = told
    with authority.serving(tmp_path / "one") as one:
        settings.AUDIT_TIMESTAMP_URLS = {"one": one.url}
        settings.AUDIT_TIMESTAMP_ROOTS = str(one.root)
        timestamps.stamp_all(clock=timezone.now)
    export = ask(receipt, desk.lead)

    write()

    bundle = fetched(export, desk.lead)
    assert evidence.files(bundle)[TIMESTAMP] == timestamps.of_size(
        "north", timestamps.stamped_sizes("north")[0]
    )
    assert verified(bundle, tmp_path) == 0


def test_what_is_not_signed_waits_for_its_signature(told):
    desk, _ = told
    receipt = evidence.post(desk, timezone.now(), "INV-9")
    export = ask(receipt, desk.lead)

    assert write() == 0
    waiting, why = state(export)
    assert (waiting, "no place in the log yet" in why, export.attempts) == (ExportState.WAITING, True, 0)
    evidence.sign()
    assert write() == 0, "it is not asked again at once"

    assert evidence_writing.sweep(clock=later(11)) == 1
    assert state(export) == (ExportState.READY, "")


def test_what_is_never_signed_ends_with_a_sentence(told):
    desk, _ = told
    export = ask(evidence.post(desk, timezone.now(), "INV-9"), desk.lead)

    evidence_writing.sweep(clock=later(25 * 3600))

    ended, why = state(export)
    assert (ended, "within a day" in why) == (ExportState.FAILED, True)


def test_a_full_disk_ends_with_a_sentence_and_leaves_nothing(told, folder, monkeypatch):
    desk, receipt = told
    export = ask(receipt, desk.lead)

    def full(_file):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    assert write() == 0

    ended, why = state(export)
    assert (ended, "no room on the disk" in why) == (ExportState.FAILED, True)
    assert list(folder.iterdir()) == []
    assert not Event.objects.filter(action="evidence.exported").exists()
    assert Notification.objects.get(user=desk.lead).subject == "Your evidence could not be written"


def test_what_breaks_off_again_and_again_is_given_up(told, monkeypatch):
    desk, receipt = told
    export = ask(receipt, desk.lead)

    def breaks(*_args, **_kwargs):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(evidence_writing, "_produce", breaks)
    for attempt in range(ATTEMPTS):
        with pytest.raises(RuntimeError):
            evidence_writing.sweep(clock=later(attempt * 100))

    assert evidence_writing.sweep(clock=later(ATTEMPTS * 100)) == 0
    assert state(export) == (
        ExportState.FAILED,
        "It broke off 5 times. The operator finds the reason among the messages of the worker.",
    )


def test_a_right_lost_before_it_is_written_ends_it(told, folder):
    desk, receipt = told
    export = ask(receipt, desk.lead)
    held = desk.lead.memberships.get(revoked_at__isnull=True)
    memberships.revoke(membership=held, by=None, at=timezone.now())

    assert write() == 0

    ended, why = state(export)
    assert (ended, why) == (ExportState.FAILED, "There is nothing here that you can see.")
    assert not Event.objects.filter(action="evidence.exported").exists()


def test_a_cancelled_one_is_dropped_in_the_middle(told, folder, monkeypatch):
    desk, receipt = told
    export = ask(receipt, desk.lead)
    monkeypatch.setattr(evidence_writing, "BEAT", timedelta(0))
    beat = evidence_writing._beat

    def cancelled_first(export, clock):
        evidence_requests.cancel(export_id=export.pk, by=desk.lead, at=timezone.now())
        return beat(export, clock)

    monkeypatch.setattr(evidence_writing, "_beat", cancelled_first)
    assert write() == 0

    assert state(export) == (ExportState.CANCELLED, "")
    assert list(folder.iterdir()) == []
    assert not Event.objects.filter(action="evidence.exported").exists()


def test_progress_is_written_down_and_holds_the_export(told, monkeypatch):
    desk, receipt = told
    export = ask(receipt, desk.lead)
    seen = []
    held = evidence_writing._held

    class Watched:
        def __init__(self, rows):
            self.rows = rows

        def update(self, **columns):
            seen.append(columns)
            return self.rows.update(**columns)

    monkeypatch.setattr(evidence_writing, "BEAT", timedelta(0))
    monkeypatch.setattr(evidence_writing, "_held", lambda export: Watched(held(export)))
    write()

    export.refresh_from_db()
    beats = [columns for columns in seen if set(columns) == {"done", "held_until"}]
    assert beats
    assert beats[-1]["done"] == export.total
    assert beats[-1]["held_until"] > export.asked_at + LEASE - timedelta(seconds=1)


def test_a_file_is_kept_for_a_week_and_its_event_for_good(told, folder):
    desk, receipt = told
    export = ask(receipt, desk.lead)
    write()
    (folder / "left-by-a-dead-worker.zip.part").write_bytes(b"half")
    os.utime(folder / "left-by-a-dead-worker.zip.part", (0, 0))
    assert len(list(folder.iterdir())) == 2

    assert evidence_writing.expire(at=timezone.now() + KEPT - timedelta(minutes=1)) == 0
    assert [file.name for file in folder.iterdir()] == [EvidenceExport.objects.get().file]
    assert evidence_writing.expire(at=timezone.now() + KEPT) == 1

    assert state(export) == (ExportState.EXPIRED, "")
    assert list(folder.iterdir()) == []
    assert Event.objects.filter(action="evidence.exported").count() == 1


def test_a_file_that_cannot_be_removed_keeps_nobody_waiting(told, folder):
    desk, receipt = told
    first = ask(receipt, desk.lead)
    evidence.sign()
    write()
    first.refresh_from_db()
    (folder / first.file).unlink()
    (folder / first.file / "in the way").mkdir(parents=True)
    second = ask(receipt, desk.dpo)

    assert evidence_writing.sweep(clock=lambda: first.expires_at) == 1

    second.refresh_from_db()
    first.refresh_from_db()
    assert (first.state, second.state) == (ExportState.EXPIRED, ExportState.READY)


def test_files_cannot_be_reached_outside_their_folder(folder, tmp_path):
    (tmp_path / "secret").write_text("x")

    with pytest.raises(FileNotFoundError):
        evidence_files.opened("../secret")
