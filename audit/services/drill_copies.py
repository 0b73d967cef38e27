"""Copies of a log for drills: a folder with an SQLite database, a signing key and checkpoints of its own.

A copy stands in a private folder below `var/drills` and is worked on by the real commands, each in a process of its
own whose environment names that folder and nothing else. Nothing here can open any other database: whoever asks for
that gets a RuntimeError. The folder is removed with the run.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from audit.domain.merkle import EMPTY_ROOT
from audit.selectors.copies import COLUMNS

# Nobody's host: what a copy signs can never be taken for a checkpoint of the real log.
ORIGIN = "drill.invalid"
DATABASE = "countersign.sqlite3"
MARK = "this-is-a-copy-for-drills"
PATIENCE = 120  # seconds for one command
_LEFT_OVER = 3600  # seconds after which a folder belongs to a run that died
_SENTENCE = re.compile(r"^(?:CommandError: )?(Tampered with: .*|Stopped: .*|Not .*)$", re.MULTILINE)


class CopyError(Exception):
    """A copy could not be made or worked on, for a reason that has nothing to do with tampering."""


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended: its exit status, and the sentence it ended with."""

    status: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the first entries of a log. RuntimeError for a folder that is not one of a drill."""

    folder: Path
    log: str

    def __post_init__(self) -> None:
        refuse_elsewhere(self.folder)

    @property
    def database(self) -> Path:
        return self.folder / DATABASE

    @property
    def checkpoints(self) -> Path:
        """Where the copy's own checkpoints leave its database for."""
        return self.folder / "checkpoints" / quote(self.log, safe="")

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """The database of the copy, in one transaction."""
        refuse_elsewhere(self.folder)
        with closing(sqlite3.connect(self.database)) as direct, direct:
            yield direct

    @contextmanager
    def unguarded(self) -> Iterator[sqlite3.Connection]:
        """The same with every trigger of the trail dropped, as the owner of a database can; they are put back, so that
        nothing looks as if somebody had been there."""
        with self.opened() as direct:
            triggers = direct.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _ in triggers:
                direct.execute(f'DROP TRIGGER "{name}"')
            yield direct
            for _, sql in triggers:
                direct.execute(sql)

    def again(self, name: str) -> "Copy":
        """A fresh copy of this one, beside it."""
        folder = self.folder.with_name(name)
        shutil.copytree(self.folder, folder)
        return Copy(folder, self.log)

    def manage(self, *words: str, extra: Mapping[str, str] | None = None) -> Said:
        """Run a command of the portal on this copy, to its end."""
        # The checks of the site are about its pages: a copy has none.
        command = [sys.executable, "-m", "django", *words, "--skip-checks"]
        return _run(command, environment(self.folder) | dict(extra or {}))


def home() -> Path:
    """The folder below which every copy stands."""
    return Path(settings.VAR) / "drills"


def refuse_elsewhere(folder: Path) -> None:
    """RuntimeError unless the folder was made here for a drill and holds no database that the portal uses."""
    real = folder.resolve()
    if not real.is_relative_to(home().resolve()) or not (real / MARK).is_file():
        raise RuntimeError(f"{folder} was not made for drills: nothing in it is touched")
    used = str(connection.settings_dict["NAME"])
    database = real / DATABASE
    if database.is_symlink() or (
        connection.vendor == "sqlite"
        and database.exists()
        and Path(used).exists()
        and database.samefile(used)
    ):
        raise RuntimeError(f"{database} is the portal's own database: it is not touched")


def environment(folder: Path) -> dict[str, str]:
    """All that a command on a copy is told: the copy's folder, and nothing of the portal's own settings."""
    refuse_elsewhere(folder)
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": str(settings.BASE_DIR),
        "DJANGO_SETTINGS_MODULE": "governance.settings",
        "COUNTERSIGN_VAR": str(folder),
        "AUDIT_ORIGIN": ORIGIN,
    }


@contextmanager
def workshop() -> Iterator[Path]:
    """A private folder for one run, removed at its end; so is what runs that died have left. CopyError where there can
    be none."""
    try:
        home().mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in home().iterdir():
            # Another run may remove its folder meanwhile.
            with suppress(FileNotFoundError):
                if time.time() - old.stat().st_mtime > _LEFT_OVER:
                    shutil.rmtree(old, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix="run-", dir=home()))
    except OSError as error:
        raise CopyError(f"{home()} cannot be written: {error.strerror}") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make(folder: Path, log: str) -> Copy:
    """An empty copy in a new folder of a workshop: the tables of the trail and nothing else, by the real migrations."""
    folder.mkdir(mode=0o700)
    (folder / MARK).touch()
    copy = Copy(folder, log)
    made = copy.manage("migrate", "audit", "--verbosity", "0")
    if made.status:
        raise CopyError(f"The tables of the copy could not be made: {made.sentence}")
    return copy


def fill(copy: Copy, events: Iterable[tuple], opened_at: str) -> None:
    """Add events to a copy, which waits for the sequencer then; the log is opened with the first of them."""
    names = ", ".join(COLUMNS)
    marks = ", ".join("?" * len(COLUMNS))
    with copy.opened() as direct:
        found = direct.execute("SELECT id FROM audit_log WHERE key = ?", [copy.log]).fetchone()
        if found is None:
            found = direct.execute(
                "INSERT INTO audit_log (key, opened_at) VALUES (?, ?) RETURNING id", [copy.log, opened_at]
            ).fetchone()
            direct.execute(
                "INSERT INTO audit_logstate (log_id, size, root, sequencing_stopped, publishing_stopped) "
                "VALUES (?, 0, ?, '', '')",
                [found[0], EMPTY_ROOT],
            )
        direct.executemany(
            f"INSERT INTO audit_event (log_id, {names}) VALUES (?, {marks})",  # noqa: S608 -- names of our own
            ((found[0], *event) for event in events),
        )


def _run(command: list[str], env: Mapping[str, str]) -> Said:
    try:
        ended = subprocess.run(
            command,
            env=dict(env),
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CopyError(f"{command[3]} did not end: {error}") from error
    return Said(ended.returncode, _sentence(ended.stdout, ended.stderr))


def _sentence(out: str, err: str) -> str:
    """What a command ended with: its refusal, or the last line it wrote."""
    if refused := _SENTENCE.findall(err):
        return refused[-1]
    lines = [line for line in (*err.splitlines(), *out.splitlines()) if line.strip()]
    return lines[-1].strip() if lines else ""
