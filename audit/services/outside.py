"""Checkpoints outside the database: a folder with what was signed, which its owner should copy to other people's disks.

Per log a folder with `checkpoint` (the newest, with its cosignatures), one file per size that was signed, `vkeys`, the
public keys, and a folder `timestamps` with those of some sizes. What stands here counts against the database: a log that
no longer continues it is not signed again.
"""

import os
import re
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from django.conf import settings

from audit.domain import checkpoint, note
from audit.domain.checkpoint import Checkpoint

NEWEST = "checkpoint"
VKEYS = "vkeys"
STAMPS = "timestamps"
STAMP = ".tsr"
_STAMPED = re.compile(r"[0-9]{20}\.[a-z0-9-]+\.tsr")


class OutsideError(Exception):
    """The folder cannot be read or written; nothing is lost, and it is tried again."""


def folder(log: str) -> Path:
    """Where the checkpoints of a log are."""
    return Path(settings.AUDIT_CHECKPOINTS) / quote(log, safe="")


def newest(log: str) -> Checkpoint | None:
    """The tree that the newest file commits to; None where nothing was written yet, OutsideError for a file that is none."""
    file = folder(log) / NEWEST
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise OutsideError(f"{file} cannot be read: {error.strerror}") from error
    try:
        return checkpoint.parse(note.parse(data).text)
    except ValueError:
        raise OutsideError(f"{file} is no checkpoint: look why, and move it away") from None


def is_checkpoint(file: Path) -> bool:
    """Whether a file of a log's folder is a checkpoint, by its name: not the keys, not the timestamps, nor one of them."""
    return file.name not in {VKEYS, STAMPS} and file.suffix != STAMP


def write(log: str, *, size: int, data: bytes) -> None:
    """Put a signed checkpoint there, under its size and as the newest; OutsideError where that is not possible."""
    _put(folder(log) / f"{size:020d}", data)
    _put(folder(log) / NEWEST, data)


def write_vkeys(log: str, vkeys: Iterable[str]) -> None:
    """Put the log's public keys there, where they are other ones than before."""
    text = "".join(f"{vkey}\n" for vkey in vkeys).encode()
    file = folder(log) / VKEYS
    try:
        same = file.exists() and file.read_bytes() == text
    except OSError as error:
        raise OutsideError(f"{file} cannot be read: {error.strerror}") from error
    if not same:
        _put(file, text)


def vkeys(log: str) -> list[str]:
    """The public keys under which the log is signed now; none before its first checkpoint."""
    try:
        return (folder(log) / VKEYS).read_text(encoding="utf-8").split()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise OutsideError(f"{error.filename} cannot be read: {error.strerror}") from error


# ── Timestamps ───────────────────────────────────────────────────────────────────────────────────────────────


def stamp_folder(log: str) -> Path:
    """Where the timestamps of a log are: apart, as looking for them does not then list every size that was signed."""
    return folder(log) / STAMPS


def write_stamp(log: str, *, size: int, authority: str, data: bytes) -> None:
    """Keep a timestamp of the checkpoint of that size; OutsideError where that is not possible."""
    _put(stamp_folder(log) / f"{size:020d}.{authority}{STAMP}", data)


def newest_stamp(log: str, authority: str) -> tuple[int, datetime] | None:
    """The largest size of which there is a timestamp by this authority, and when it was put there."""
    files = _stamps(log, f"*.{authority}{STAMP}")
    if not files:
        return None
    return _size_of(files[-1]), datetime.fromtimestamp(files[-1].stat().st_mtime, UTC)


def stamps(log: str, *, size: int | None = None) -> dict[str, tuple[int, bytes]]:
    """By authority the timestamp of this size, or of the largest one there is, with the size; OutsideError for a file
    that cannot be read."""
    pattern = "*" if size is None else f"{size:020d}"
    # In the order of the sizes: the last of an authority is its newest, and no other one is read.
    last = {file.name.split(".")[1]: file for file in _stamps(log, f"{pattern}.*{STAMP}")}
    try:
        return {authority: (_size_of(file), file.read_bytes()) for authority, file in last.items()}
    except OSError as error:
        raise OutsideError(f"{error.filename} cannot be read: {error.strerror}") from error


def stamped_sizes(log: str) -> list[int]:
    """The sizes of which there is a timestamp, the largest first."""
    return sorted({_size_of(file) for file in _stamps(log, f"*{STAMP}")}, reverse=True)


def _stamps(log: str, pattern: str) -> list[Path]:
    return sorted(file for file in stamp_folder(log).glob(pattern) if _STAMPED.fullmatch(file.name))


def _size_of(file: Path) -> int:
    return int(file.name.split(".")[0])


def _put(file: Path, data: bytes) -> None:
    """Written aside, flushed to the disk, and renamed into place: whoever reads finds the old file or the new one."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with draft.open("xb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
        descriptor = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise OutsideError(f"{file} cannot be written: {error.strerror}") from error
