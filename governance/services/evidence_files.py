"""Where evidence waits to be fetched: a folder of the portal's own, readable by nobody else."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.conf import settings

_PART = ".part"
# A file that no export knows is the rest of a worker that died; its draft may still be written until then.
_ORPHAN = timedelta(days=1)


def folder() -> Path:
    """The folder, made where it is missing."""
    path = Path(settings.EVIDENCE_DIR)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


@contextmanager
def draft(name: str) -> Iterator[IO[bytes]]:
    """A file to write, which stands under its name once all of it is on the disk; nothing of it stays where that fails."""
    final = folder() / name
    part = final.with_name(name + _PART)
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(final)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def forget_drafts(export: str) -> None:
    """Take away what dead workers left of an export; one that is only slow finds its draft gone and gives up."""
    for part in folder().glob(f"{export}.*{_PART}"):
        part.unlink(missing_ok=True)


def opened(name: str) -> IO[bytes]:
    """A finished file; OSError where it is gone."""
    return (Path(settings.EVIDENCE_DIR) / Path(name).name).open("rb")


def remove(name: str) -> None:
    """Take a file away; it may be gone already."""
    if name:
        (Path(settings.EVIDENCE_DIR) / Path(name).name).unlink(missing_ok=True)


def orphans(known: Collection[str], at: datetime) -> list[str]:
    """The files of more than a day ago that are not among the known ones."""
    before = (at - _ORPHAN).timestamp()
    with suppress(FileNotFoundError):
        return sorted(
            file.name
            for file in os.scandir(settings.EVIDENCE_DIR)
            if file.is_file() and file.name not in known and file.stat().st_mtime < before
        )
    return []
