"""Handing evidence out: a bundle is written, and that it was written, by whom and with which content, is an event."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings
from django.db import transaction

from audit.domain.bundle_layout import Stretch
from audit.domain.envelope import Actor, Target
from audit.models import Event
from audit.selectors import evidence, tree
from audit.selectors.evidence import Contents, Reading, Selection, Written
from audit.services import outside, recording, timestamps


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was written: what is in it, its hash (SHA-256, hex) and its size in bytes."""

    written: Written
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Seal:
    """Under what evidence is handed out: a signed checkpoint with its cosignatures, and a timestamp of it where one is
    kept. Whoever must write the same bytes again keeps both."""

    note: bytes
    timestamp: bytes | None = None


class _Hashed:
    """A file that is only written, and the hash of all that was."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self._digest.update(data)
        self.size += len(data)
        return self._out.write(data)

    def flush(self) -> None:
        self._out.flush()

    @property
    def hex(self) -> str:
        return self._digest.hexdigest()


def export(
    out: IO[bytes],
    selection: Selection,
    *,
    policy: bytes,
    purpose: str,
    by: Actor,
    at: datetime,
    client: str = "",
    reading: Reading | None = None,
    progress: Callable[[int], object] = lambda _done: None,
) -> tuple[Stretch, Event]:
    """Write the evidence of a selection and record that it left the house (F9, M7, M8).

    The event names the stretch, the checkpoint, the SHA-256 of the bundle and what was disclosed, so that whoever holds
    a bundle can be asked whether it is the one. Raises Conflict while no checkpoint covers the selection.
    """
    seal = covering(selection.log, selection.end)
    bundle = write(out, selection, seal=seal, policy=policy, reading=reading, progress=progress)
    with transaction.atomic():
        event = handed_out(log=selection.log, bundle=bundle, purpose=purpose, by=by, at=at, client=client)
    return bundle.written.stretch, event


def write(
    out: IO[bytes],
    selection: Selection,
    *,
    seal: Seal,
    policy: bytes,
    contents: Contents | None = None,
    reading: Reading | None = None,
    progress: Callable[[int], object] = lambda _done: None,
) -> Bundle:
    """Write the bundle and say what it is; that it is handed out is for the caller to record."""
    hashed = _Hashed(out)
    written = evidence.write(
        hashed,  # type: ignore[arg-type]
        selection,
        signed=seal.note,
        policy=policy,
        timestamp=seal.timestamp,
        contents=contents,
        reading=reading,
        progress=progress,
    )
    return Bundle(written, hashed.hex, hashed.size)


def covering(log: str, end: int) -> Seal:
    """The signed checkpoint under which the entries before `end` are handed out, with its cosignatures: the newest one
    that was also stamped by a timestamp authority, and where none was, the newest. Raises Conflict while none covers
    them."""
    latest = evidence.covering(log, end)
    stamped = next((size for size in timestamps.stamped_sizes(log) if end <= size <= latest.size), None)
    found = tree.checkpoints(log).filter(size=stamped).first() if stamped is not None else None
    chosen = found or latest
    return Seal(tree.signed_note(chosen), timestamps.of_size(log, chosen.size))


def handed_out(
    *,
    log: str,
    bundle: Bundle,
    purpose: str,
    by: Actor,
    at: datetime,
    client: str = "",
    process: str = "",
    correlation_id: UUID | None = None,
) -> Event:
    """Record that a bundle leaves the house."""
    stretch = bundle.written.stretch
    facts = {
        "first_index": stretch.first_index,
        "end_index": stretch.end_index,
        "tree_size": stretch.tree_size,
        "sha256": bundle.sha256,
        "bytes": bundle.size,
        "bodies": bundle.written.bodies,
        "withheld": bundle.written.withheld,
        "disclosed": bundle.written.disclosed,
        "purpose": purpose,
    }
    return recording.record(
        log=log,
        action="evidence.exported",
        actor=by,
        target=Target("log", log),
        facts=facts,
        at=at,
        client=client,
        process=process,
        correlation_id=correlation_id,
    )


def suggested_policy(log: str) -> bytes:
    """The policy that goes with the evidence: the operator's file, or the log's own keys and no witness."""
    if settings.AUDIT_POLICY_FILE:
        return Path(settings.AUDIT_POLICY_FILE).read_bytes()
    return "\n".join([*(f"log {vkey}" for vkey in outside.vkeys(log)), "quorum none", ""]).encode()
