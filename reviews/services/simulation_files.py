"""Files of interactions to simulate with: kept where nobody else reads them, and only until they were read."""

import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from audit.errors import Invalid
from reviews.selectors import row_files
from reviews.selectors.row_files import RowFile

LARGEST = 50 * 1024 * 1024
_SUFFIXES = (".csv", ".ndjson", ".jsonl")
# A file that no simulation waits for is the rest of a request that broke off.
_ORPHAN = timedelta(hours=1)


def folder() -> Path:
    """The folder, made where it is missing."""
    path = Path(settings.SIMULATION_DIR)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def kind_of(name: str) -> str:
    """The ending of a file that can be read. Raises Invalid for any other."""
    suffix = Path(name).suffix.lower()
    if suffix not in _SUFFIXES:
        raise Invalid("unknown_format", "Choose a file that ends in .ndjson, .jsonl or .csv.", "file")
    return suffix


def keep(name: str, chunks: Iterable[bytes]) -> None:
    """Write a file under a name of ours. Raises Invalid for one that is empty or larger than 50 MB, and keeps nothing."""
    path = folder() / name
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for chunk in _measured(chunks):
                file.write(chunk)
    except BaseException:
        remove(name)
        raise


def _measured(chunks: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > LARGEST:
            raise Invalid("file_too_large", "The file may have 50 MB at most.", "file")
        yield chunk
    if not size:
        raise Invalid("file_empty", "The file is empty.", "file")


@contextmanager
def opened(name: str) -> Iterator[RowFile]:
    """The rows of a file. Raises Invalid where it is gone."""
    with row_files.opened(Path(settings.SIMULATION_DIR) / Path(name).name) as rows:
        yield rows


def remove(name: str) -> None:
    """Take a file away; it may be gone already."""
    if name:
        with suppress(OSError):
            (Path(settings.SIMULATION_DIR) / Path(name).name).unlink(missing_ok=True)


def orphans(known: Collection[str], at: datetime) -> list[str]:
    """Files of more than an hour ago that nobody waits for."""
    before = (at - _ORPHAN).timestamp()
    with suppress(FileNotFoundError):
        return sorted(
            file.name
            for file in os.scandir(settings.SIMULATION_DIR)
            if file.is_file() and file.name not in known and file.stat().st_mtime < before
        )
    return []
