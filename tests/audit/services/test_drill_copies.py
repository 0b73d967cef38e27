"""M2: a copy for drills is a folder of its own, and nothing that tampers can be pointed at anything else."""

import os
import sqlite3
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from audit.services import drill_copies, tampering
from audit.services.drill_copies import MARK, Copy, CopyError


@pytest.fixture
def workshop(db):
    with drill_copies.workshop() as folder:
        yield folder


def _database(folder: Path) -> bytes:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / drill_copies.DATABASE
    with sqlite3.connect(file) as direct:
        direct.execute("CREATE TABLE audit_event (id integer)")
    direct.close()
    return file.read_bytes()


def test_a_folder_that_was_not_made_for_drills_is_refused_and_stays_as_it_was(workshop, tmp_path):
    elsewhere, unmarked = tmp_path / "portal", workshop / "unmarked"
    (elsewhere / MARK).parent.mkdir()
    (elsewhere / MARK).touch()
    before = _database(elsewhere), _database(unmarked)

    for folder in (elsewhere, unmarked, Path(settings.VAR), workshop / ".." / ".."):
        with pytest.raises(RuntimeError, match="was not made for drills"):
            Copy(folder, "client-1")

    assert before == tuple((one / drill_copies.DATABASE).read_bytes() for one in (elsewhere, unmarked))


def test_a_copy_whose_database_becomes_a_link_to_another_is_refused(workshop, tmp_path):
    before = _database(tmp_path / "portal")
    folder = workshop / "copy"
    folder.mkdir()
    (folder / MARK).touch()
    copy = Copy(folder, "client-1")
    copy.database.symlink_to(tmp_path / "portal" / drill_copies.DATABASE)

    for attempt in (
        lambda: tampering.apply("body", copy, 0),
        lambda: tampering.forget_signed(copy),
        lambda: copy.manage("audit_fsck"),
    ):
        with pytest.raises(RuntimeError, match="it is not touched"):
            attempt()

    assert (tmp_path / "portal" / drill_copies.DATABASE).read_bytes() == before


def test_the_portals_own_database_is_refused_also_under_another_name(workshop, db):
    if connection.vendor != "sqlite":
        pytest.skip("the portal's database is no file here")
    connection.ensure_connection()
    folder = workshop / "copy"
    folder.mkdir()
    (folder / MARK).touch()
    os.link(connection.settings_dict["NAME"], folder / drill_copies.DATABASE)

    with pytest.raises(RuntimeError, match="the portal's own database"):
        Copy(folder, "client-1")


def test_a_command_on_a_copy_is_told_nothing_of_the_portal(workshop, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://portal@127.0.0.1:1/portal")
    monkeypatch.setenv("VAULT_KEY_FILE", "/somewhere/vault.key")
    monkeypatch.setenv("AUDIT_CHECKPOINTS", "/somewhere/checkpoints")
    monkeypatch.setenv("AUDIT_SIGNING_KEY_FILE", "/somewhere/signing.key")

    copy = drill_copies.make(workshop / "copy", "client-1")

    assert drill_copies.environment(copy.folder) == {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(settings.BASE_DIR),
        "DJANGO_SETTINGS_MODULE": "governance.settings",
        "COUNTERSIGN_VAR": str(copy.folder),
        "AUDIT_ORIGIN": "drill.invalid",
    }
    with copy.opened() as direct:
        tables = {name for (name,) in direct.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert "audit_event" in tables
    assert not any(name.startswith(("contracts_", "reviews_", "governance_")) for name in tables)


def test_the_workshop_is_private_and_goes_with_the_run(db):
    with drill_copies.workshop() as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "left").touch()

    assert not folder.exists()


def test_what_a_run_that_died_has_left_is_removed_later(db):
    old, new = drill_copies.home() / "run-old", drill_copies.home() / "run-new"
    for folder in (old, new):
        folder.mkdir(parents=True, exist_ok=True)
    os.utime(old, (time.time() - 4_000,) * 2)

    with drill_copies.workshop():
        assert (old.exists(), new.exists()) == (False, True)

    new.rmdir()


def test_what_another_run_removes_at_the_same_time_is_no_obstacle(db):
    drill_copies.home().mkdir(parents=True, exist_ok=True)
    # It is listed, and is not there when it is looked at.
    gone = drill_copies.home() / "run-gone"
    gone.symlink_to("nowhere")

    try:
        with drill_copies.workshop() as folder:
            assert folder.is_dir()
    finally:
        gone.unlink()


def test_a_copy_that_cannot_be_made_says_so(workshop, monkeypatch):
    monkeypatch.setattr(drill_copies, "PATIENCE", 0.01)

    with pytest.raises(CopyError, match="did not end"):
        drill_copies.make(workshop / "copy", "client-1")
