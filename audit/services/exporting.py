"""Handing evidence out: a bundle is written, and that it was written, by whom and with which content, is an event."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction

from audit.domain.bundle_layout import Stretch
from audit.domain.envelope import Actor, Target
from audit.models import Event
from audit.selectors import evidence
from audit.selectors.evidence import Selection
from audit.services import outside, recording


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
    progress: Callable[[int], object] = lambda _done: None,
) -> tuple[Stretch, Event]:
    """Write the evidence of a selection and record that it left the house (F9, M7, M8).

    The event names the stretch, the checkpoint, the SHA-256 of the bundle and what was disclosed, so that whoever holds
    a bundle can be asked whether it is the one. Raises Conflict while no checkpoint covers the selection.
    """
    signed = evidence.covering(selection.log, selection.end)
    hashed = _Hashed(out)
    stretch = evidence.write(hashed, selection, signed=signed, policy=policy, progress=progress)  # type: ignore[arg-type]
    facts = {
        "first_index": selection.begin,
        "end_index": selection.end,
        "tree_size": signed.size,
        "sha256": hashed.hex,
        "bytes": hashed.size,
        "bodies": selection.end - selection.begin if selection.shown is None else len(selection.shown),
        "disclosed": sorted(f"{one.uid} {one.field}" for one in selection.disclosed),
        "purpose": purpose,
    }
    with transaction.atomic():
        event = recording.record(
            log=selection.log,
            action="evidence.exported",
            actor=by,
            target=Target("log", selection.log),
            facts=facts,
            at=at,
            client=client,
        )
    return stretch, event


def suggested_policy(log: str) -> bytes:
    """The policy that goes with the evidence: the operator's file, or the log's own keys and no witness."""
    if settings.AUDIT_POLICY_FILE:
        return Path(settings.AUDIT_POLICY_FILE).read_bytes()
    return "\n".join([*(f"log {vkey}" for vkey in outside.vkeys(log)), "quorum none", ""]).encode()
