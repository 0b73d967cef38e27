"""Witnesses of the logs of a world: one that runs, or one that is configured and never answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from audit.domain.note_keys import VerifierKey
from audit.services import signing_keys
from tests.audit.domain import notes
from tests.audit.verifier import running
from tests.worlds import Desk

# Nothing listens there.
NOWHERE = "http://127.0.0.1:9"


@contextmanager
def watching(desk: Desk, settings: Any, folder: Path, at: Any) -> Iterator[str]:
    """A witness in a process of its own watches the log of the desk's client; gives the name of its key."""
    vkey = str(signing_keys.for_log(desk.process.client.log_key, at)[0].verifier)
    with running.running(folder / "w1", logs=(vkey,)) as one:
        _trust(settings, folder, vkey, one.keys[0], f"http://127.0.0.1:{one.port}")
        yield one.keys[0].name


def silent(desk: Desk, settings: Any, folder: Path, at: Any) -> None:
    """The policy names a witness that cannot be reached."""
    vkey = str(signing_keys.for_log(desk.process.client.log_key, at)[0].verifier)
    _trust(settings, folder, vkey, notes.witness_key().verifier, NOWHERE)


def _trust(settings: Any, folder: Path, log: str, witness: VerifierKey, url: str) -> None:
    file = folder / "policy"
    file.write_text(f"log {log}\nwitness w1 {witness}\nquorum w1\n")
    settings.AUDIT_POLICY_FILE = str(file)
    settings.AUDIT_WITNESSES = {"w1": url}
