"""A trail that was sequenced and signed, as the pages and doors of the proofs need it."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils import timezone

from audit.domain import canonical, note
from audit.domain.checkpoint import Checkpoint as Tree
from audit.domain.note_keys import Kind, SigningKey
from audit.models import Checkpoint, Event
from audit.selectors import tree
from audit.services import outside, rows, sequencing
from tests import flush

SEED = bytes(range(32))


def key(log: str) -> SigningKey:
    return SigningKey(f"countersign.test/{log}", Kind.ED25519, SEED)


def make_known(log: str) -> None:
    """Put the log's public key where the publisher puts it; the test has set AUDIT_CHECKPOINTS to a folder of its own."""
    outside.write_vkeys(log, [str(key(log).verifier)])


def publish(log: str, at: datetime | None = None) -> int:
    """Give every waiting event its place, sign the tree of the log, and say its size."""
    sequencing.sweep(clock=timezone.now)
    state = tree.state(log)
    text = Tree(key(log).name, state.size, bytes(state.root)).text
    signed = note.sign(text, [key(log)])
    row = (state.log_id, state.size, bytes(state.root), signed, at or timezone.now())
    rows.append_rows(Checkpoint, [row])
    return state.size


def alter(uid: UUID, old: str, new: str) -> None:
    """Change the bytes of an event as the owner of the database can."""
    body = bytes(Event.objects.get(uid=uid).body)
    changed = body.replace(old.encode(), new.encode())
    assert changed != body
    with flush.without_every_guard(connection), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_event SET body = %s WHERE uid = %s",
            [changed, uid if connection.vendor == "postgresql" else uid.hex],
        )


def rehash(uid: UUID) -> None:
    """Make the recorded hashes of an event fit its bytes, as somebody would who covers his tracks."""
    event = Event.objects.get(uid=uid)
    hashed = canonical.leaf_hash(bytes(event.body))
    with flush.without_every_guard(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_event SET leaf_hash = %s WHERE id = %s", [hashed, event.pk])
        cursor.execute("UPDATE audit_leaf SET hash = %s WHERE event_id = %s", [hashed, event.pk])
