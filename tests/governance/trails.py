"""A trail that was sequenced and signed, as the pages and doors of the proofs need it."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils import timezone

from audit.domain import canonical, merkle, note
from audit.domain.checkpoint import Checkpoint as Tree
from audit.domain.envelope import Actor, Entry, Target
from audit.domain.note_keys import Kind, SigningKey
from audit.models import Checkpoint, Event, Leaf
from audit.selectors import tree
from audit.services import outside, recording, rows, sequencing
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


def record_more(log: str, count: int) -> None:
    """So many events of no matter recorded in a log; they wait for their places."""
    entries = [
        Entry(
            log=log,
            action="log.opened",
            actor=Actor.system("test"),
            target=Target("log", log),
            facts={"key": log},
            at=timezone.now(),
        )
        for _ in range(count)
    ]
    recording.record_many(entries)


def rewrite(log: str, uid: UUID, old: str, new: str) -> None:
    """Change an event, make every hash of a small tree fit it, and sign that tree with the right key in place of the
    one that was signed: what an operator can do who holds database and key."""
    alter(uid, old, new)
    rehash(uid)
    state = tree.state(log)
    leaves = Leaf.objects.filter(log_id=state.log_id).order_by("index").values_list("hash", flat=True)
    frontier = merkle.Frontier()
    for leaf in leaves:
        frontier.append(bytes(leaf))
    root = frontier.root()
    text = Tree(key(log).name, state.size, root).text
    with flush.without_every_guard(connection), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_checkpoint SET root = %s, note = %s WHERE log_id = %s AND size = %s",
            [root, note.sign(text, [key(log)]), state.log_id, state.size],
        )
        cursor.execute("UPDATE audit_logstate SET root = %s WHERE log_id = %s", [root, state.log_id])
