import pytest

from audit.domain import note
from audit.domain.checkpoint import Checkpoint
from audit.domain.note_keys import Kind, SigningKey
from audit.services import outside

KEY = SigningKey("countersign.localhost/client-1", Kind.ED25519, b"\x01" * 32)


def _signed(size: int) -> bytes:
    return note.sign(Checkpoint(KEY.name, size, bytes(32)).text, [KEY])


def test_nothing_is_there_before_the_first_checkpoint():
    assert outside.newest("client-1") is None
    assert outside.vkeys("client-1") == []


def test_what_was_written_is_there_under_its_size_and_as_the_newest():
    for size in (3, 7):
        outside.write("client-1", size=size, data=_signed(size))

    files = sorted(path.name for path in outside.folder("client-1").iterdir())
    assert files == [f"{3:020d}", f"{7:020d}", "checkpoint"]
    assert outside.newest("client-1").size == 7
    assert (outside.folder("client-1") / f"{3:020d}").read_bytes() == _signed(3)


def test_public_keys_are_written_when_they_change():
    outside.write_vkeys("client-1", ["a", "b"])
    before = (outside.folder("client-1") / "vkeys").stat().st_mtime_ns
    outside.write_vkeys("client-1", ["a", "b"])

    assert outside.vkeys("client-1") == ["a", "b"]
    assert (outside.folder("client-1") / "vkeys").stat().st_mtime_ns == before


@pytest.mark.parametrize("log", ["a/../b", "a/b", "a..b:c"])
def test_the_key_of_a_log_leads_nowhere_else(settings, log):
    outside.write(log, size=1, data=_signed(1))

    assert outside.folder(log).parent == settings.AUDIT_CHECKPOINTS
    assert (outside.folder(log) / "checkpoint").exists()


def test_a_file_that_is_no_checkpoint_is_not_believed():
    outside.write("client-1", size=1, data=b"nothing of the kind")

    with pytest.raises(outside.OutsideError, match="is no checkpoint"):
        outside.newest("client-1")


def test_a_folder_that_cannot_be_written_says_so(settings, tmp_path):
    settings.AUDIT_CHECKPOINTS = tmp_path / "file"
    settings.AUDIT_CHECKPOINTS.write_text("in the way")

    with pytest.raises(outside.OutsideError, match="cannot be"):
        outside.write("client-1", size=1, data=_signed(1))
    with pytest.raises(outside.OutsideError, match="cannot be"):
        outside.newest("client-1")


def test_a_full_disk_leaves_the_old_file_and_no_draft(monkeypatch):
    outside.write("client-1", size=3, data=_signed(3))

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(outside.os, "fsync", full)
    with pytest.raises(outside.OutsideError, match="No space left"):
        outside.write("client-1", size=7, data=_signed(7))

    assert outside.newest("client-1").size == 3
    assert sorted(path.name for path in outside.folder("client-1").iterdir()) == [f"{3:020d}", "checkpoint"]


def test_timestamps_stand_apart_and_of_each_authority_only_the_newest_is_read():
    outside.write("client-1", size=3, data=_signed(3))
    for size, authority in ((3, "one"), (7, "one"), (3, "two")):
        outside.write_stamp("client-1", size=size, authority=authority, data=f"{authority} {size}".encode())
    older = outside.stamp_folder("client-1") / f"{3:020d}.one.tsr"
    older.unlink()
    # Whoever reads it gets an error.
    older.mkdir()

    assert outside.stamps("client-1") == {"one": (7, b"one 7"), "two": (3, b"two 3")}
    with pytest.raises(outside.OutsideError, match="cannot be read"):
        outside.stamps("client-1", size=3)
    assert outside.stamped_sizes("client-1") == [7, 3]
    beside = [path for path in outside.folder("client-1").iterdir() if not outside.is_checkpoint(path)]
    assert beside == [outside.stamp_folder("client-1")]
