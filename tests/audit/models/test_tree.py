"""What the database itself refuses to do to the tree, by raw SQL (M1), and what Python refuses before."""

import pytest
from django.db import IntegrityError, connection, transaction

from audit.domain import merkle
from audit.models import Checkpoint, Cosignature, Leaf, LogState, Tile
from audit.models.append_only import AppendOnlyError
from audit.services import rows
from tests.audit.conftest import AT

HASH = b"\x01" * 32
TABLES = ("audit_leaf", "audit_tile", "audit_checkpoint", "audit_cosignature")
SHORT = {
    "a leaf": lambda log: Leaf(log_id=log.id, index=1, event_id=8, hash=b"short"),
    "a leaf before the first": lambda log: Leaf(log_id=log.id, index=-1, event_id=8, hash=HASH),
    "an event with two places": lambda log: Leaf(log_id=log.id, index=1, event_id=7, hash=HASH),
    "a second leaf in one place": lambda log: Leaf(log_id=log.id, index=0, event_id=8, hash=HASH),
    "a partial tile": lambda log: Tile(log_id=log.id, level=0, n=1, hashes=HASH, root=HASH),
    "a second checkpoint of one size": lambda log: Checkpoint(
        log_id=log.id, size=1, root=b"\x02" * 32, note=b"other", created_at=AT
    ),
}


@pytest.fixture
def tree(log):
    """One row of each table; that they do not fit each other is not for the database to see."""
    rows.append([Leaf(log_id=log.id, index=0, event_id=7, hash=HASH)])
    rows.append([Tile(log_id=log.id, level=0, n=0, hashes=HASH * 256, root=HASH)])
    rows.append([Checkpoint(log_id=log.id, size=1, root=HASH, note=b"note", created_at=AT)])
    rows.append([Cosignature(log_id=log.id, size=1, key_name="w", line="- w x", received_at=AT)])
    return log


def _attempts():
    for table in TABLES:
        yield f"UPDATE {table} SET log_id = log_id + 1"
        yield f"DELETE FROM {table}"
        yield f"INSERT INTO {table} SELECT * FROM {table}"
        if connection.vendor == "postgresql":
            yield f"TRUNCATE {table}"
            yield f"SET LOCAL session_replication_role = replica; DELETE FROM {table}"
            yield f"SET LOCAL session_replication_role = replica; UPDATE {table} SET log_id = 0"
            yield f"SET LOCAL session_replication_role = replica; TRUNCATE {table}"
        else:
            yield f"REPLACE INTO {table} SELECT * FROM {table}"
            yield f"INSERT OR IGNORE INTO {table} SELECT * FROM {table}"
    yield "DELETE FROM audit_logstate"
    yield "UPDATE audit_logstate SET size = size - 1"
    yield "UPDATE audit_logstate SET log_id = 99"
    if connection.vendor == "postgresql":
        yield r"UPDATE audit_logstate SET root = '\x" + "05" * 32 + "'"
        yield "TRUNCATE audit_logstate"
        yield "SET LOCAL session_replication_role = replica; UPDATE audit_logstate SET size = 0"
    else:
        yield f"UPDATE audit_logstate SET root = x'{'05' * 32}'"
        yield "REPLACE INTO audit_logstate SELECT * FROM audit_logstate"


def _everything():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Leaf, Tile, Checkpoint, Cosignature, LogState)
    ]


@pytest.mark.parametrize("sql", list(_attempts()))
def test_database_refuses(tree, sql):
    LogState.objects.filter(log_id=tree.id).update(size=5, root=HASH)
    before = _everything()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert _everything() == before


@pytest.mark.parametrize("what", SHORT)
def test_database_refuses_what_is_no_tree(tree, what):
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.append([SHORT[what](tree)])


def test_two_logs_have_leaves_of_their_own(tree):
    rows.append([Leaf(log_id=tree.id + 1, index=0, event_id=8, hash=HASH)])

    assert Leaf.objects.filter(index=0).count() == 2


@pytest.mark.parametrize("model", [Leaf, Tile, Checkpoint, Cosignature])
def test_python_refuses_before_the_database_does(tree, model):
    row = model.objects.first()

    for refused in (row.save, row.delete, model.objects.all().delete, lambda: model.objects.update(log_id=0)):
        with pytest.raises(AppendOnlyError):
            refused()


def test_a_log_begins_with_an_empty_tree(log):
    state = LogState.objects.get(log_id=log.id)

    assert (state.size, bytes(state.root), state.integrated_at) == (0, merkle.EMPTY_ROOT, None)
    assert (state.sequencing_stopped, state.publishing_stopped) == ("", "")
