"""What the database itself refuses, by raw SQL, whoever asks."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from audit.models import Event, Log, Pending
from audit.services import recording
from tests.audit.conftest import signed

COLUMNS = (
    "uid, log_id, body, leaf_hash, occurred_at, recorded_at, actor_type, actor_id, action, object_type, object_id, "
    "correlation_id, origin"
)
SAME = COLUMNS.replace("action", "'forged'")
EVERYWHERE = {
    "UPDATE of an event": "UPDATE audit_event SET action = 'forged'",
    "UPDATE of its body": "UPDATE audit_event SET body = leaf_hash",
    "DELETE of an event": "DELETE FROM audit_event",
    "INSERT of an event a second time": f"INSERT INTO audit_event ({COLUMNS}) SELECT {COLUMNS} FROM audit_event",
    "UPDATE of the queue": "UPDATE audit_pending SET event_id = event_id + 1000",
    "INSERT into the queue a second time": "INSERT INTO audit_pending SELECT * FROM audit_pending",
    "UPDATE of a log": "UPDATE audit_log SET key = key || 'x'",
    "DELETE of a log": "DELETE FROM audit_log",
}
POSTGRESQL = {
    "TRUNCATE of the events": "TRUNCATE audit_event",
    "TRUNCATE of one partition": "TRUNCATE audit_event_p0000",
    "TRUNCATE of an empty partition": "TRUNCATE audit_event_p0001",
    "TRUNCATE of the partition for the rest": "TRUNCATE audit_event_rest",
    "TRUNCATE of the queue": "TRUNCATE audit_pending",
    "TRUNCATE of the logs": "TRUNCATE audit_log",
    "UPDATE of one partition": "UPDATE audit_event_p0000 SET action = 'forged'",
    "DELETE from one partition": "DELETE FROM audit_event_p0000",
    "INSERT with an id of one's choice": f"INSERT INTO audit_event (id, {COLUMNS}) SELECT id + 9, {COLUMNS} FROM audit_event",
    "INSERT with the id of an event": (
        f"INSERT INTO audit_event (id, {COLUMNS}) OVERRIDING SYSTEM VALUE SELECT id, {SAME} FROM audit_event"
    ),
    "ON CONFLICT DO UPDATE": (
        f"INSERT INTO audit_event (id, {COLUMNS}) OVERRIDING SYSTEM VALUE SELECT id, {COLUMNS} FROM audit_event "
        "ON CONFLICT (id) DO UPDATE SET action = 'forged'"
    ),
    "ON CONFLICT DO UPDATE in a partition": (
        f"INSERT INTO audit_event_p0000 (id, {COLUMNS}) SELECT id, {COLUMNS} FROM audit_event "
        "ON CONFLICT (uid) DO UPDATE SET action = 'forged'"
    ),
    "MERGE": (
        "MERGE INTO audit_event e USING audit_event o ON e.id = o.id WHEN MATCHED THEN UPDATE SET action = 'forged'"
    ),
    "UPDATE as a replica": "SET LOCAL session_replication_role = replica; UPDATE audit_event SET action = 'forged'",
    "DELETE as a replica": "SET LOCAL session_replication_role = replica; DELETE FROM audit_event",
    "TRUNCATE as a replica": "SET LOCAL session_replication_role = replica; TRUNCATE audit_event",
    "UPDATE of the queue as a replica": (
        "SET LOCAL session_replication_role = replica; UPDATE audit_pending SET log_id = 0"
    ),
}
SQLITE = {
    "INSERT OR REPLACE by id": f"INSERT OR REPLACE INTO audit_event (id, {COLUMNS}) SELECT id, {SAME} FROM audit_event",
    "INSERT OR REPLACE by uid": f"INSERT OR REPLACE INTO audit_event ({COLUMNS}) SELECT {SAME} FROM audit_event",
    "INSERT OR IGNORE": f"INSERT OR IGNORE INTO audit_event ({COLUMNS}) SELECT {SAME} FROM audit_event",
    "REPLACE": f"REPLACE INTO audit_event (id, {COLUMNS}) SELECT id, {SAME} FROM audit_event",
    "UPDATE OR REPLACE": "UPDATE OR REPLACE audit_event SET id = 1, action = 'forged'",
    "ON CONFLICT DO UPDATE": (
        f"INSERT INTO audit_event (id, {COLUMNS}) SELECT id, {COLUMNS} FROM audit_event WHERE true "
        "ON CONFLICT (id) DO UPDATE SET action = 'forged'"
    ),
    "REPLACE in the queue": "REPLACE INTO audit_pending SELECT event_id, 0 FROM audit_pending",
    "REPLACE of a log": "REPLACE INTO audit_log (id, key, opened_at) SELECT id, key || 'x', opened_at FROM audit_log",
}


def _attempts():
    for vendor, attempts in ((None, EVERYWHERE), ("postgresql", POSTGRESQL), ("sqlite", SQLITE)):
        for name, sql in attempts.items():
            yield pytest.param(vendor, sql, id=f"{name}{f' on {vendor}' if vendor else ''}")


def _everything():
    return [list(model.objects.order_by("pk").values()) for model in (Event, Pending, Log)]


@pytest.mark.parametrize(("vendor", "sql"), list(_attempts()))
def test_database_refuses(log, vendor, sql):
    if vendor not in (None, connection.vendor):
        pytest.skip(f"only {vendor} knows this")
    recording.record(**signed())
    before = _everything()

    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert isinstance(refusal.value, IntegrityError) or "non-DEFAULT value" in str(refusal.value)
    assert _everything() == before


def test_database_says_why_it_refuses(log):
    recording.record(**signed())

    with pytest.raises(IntegrityError, match="The audit trail is append-only"), transaction.atomic():
        connection.cursor().execute("DELETE FROM audit_event")


def test_database_queues_an_event_that_was_written_past_the_portal(log):
    recording.record(**signed())
    source = COLUMNS.replace("uid", "'11111111111111111111111111111111'", 1)
    if connection.vendor == "postgresql":
        source = source.replace(
            "'11111111111111111111111111111111'", "'11111111111111111111111111111111'::uuid"
        )

    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO audit_event ({COLUMNS}) SELECT {source} FROM audit_event WHERE log_id = %s LIMIT 1",
            [log.id],
        )

    assert list(Pending.objects.order_by("event_id").values_list("event_id", flat=True)) == list(
        Event.objects.order_by("id").values_list("id", flat=True)
    )


def test_database_lets_the_sequencer_take_from_the_queue(log):
    recording.record(**signed())

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_pending")

    assert not Pending.objects.exists()
    assert Event.objects.exists()


def test_partition_for_the_rest_has_the_same_guards(log):
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has partitions")
    recording.record(**signed())
    far = 10**15
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO audit_event (id, {COLUMNS}) OVERRIDING SYSTEM VALUE "
            f"SELECT {far}, {COLUMNS} FROM audit_event WHERE log_id = %s LIMIT 1",
            [log.id],
        )
        cursor.execute("SELECT count(*) FROM audit_event_rest")
        assert cursor.fetchone() == (1,)

    for sql in ("UPDATE audit_event_rest SET action = 'forged'", "DELETE FROM audit_event_rest"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            connection.cursor().execute(sql)

    assert Pending.objects.filter(event_id=far).exists()


def test_every_guard_fires_always(db):
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL can switch triggers off by role")

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, array_agg(tgname::text ORDER BY tgname), array_agg(DISTINCT tgenabled::text) "
            "FROM pg_trigger WHERE tgname LIKE 'audit%%' AND NOT tgisinternal GROUP BY 1 ORDER BY 1"
        )
        found = cursor.fetchall()

    partition = ["audit_enqueue", "audit_no_delete", "audit_no_truncate", "audit_no_update"]
    written_once = ["audit_no_delete", "audit_no_truncate", "audit_no_update"]
    assert found == [
        ("audit_checkpoint", written_once, ["A"]),
        ("audit_cosignature", written_once, ["A"]),
        ("audit_event", ["audit_no_truncate"], ["A"]),
        ("audit_event_p0000", partition, ["A"]),
        ("audit_event_p0001", partition, ["A"]),
        ("audit_event_rest", partition, ["A"]),
        ("audit_leaf", written_once, ["A"]),
        ("audit_legalhold", ["audit_no_delete", "audit_no_truncate", "audit_only_lifts"], ["A"]),
        ("audit_log", written_once, ["A"]),
        ("audit_logstate", ["audit_no_delete", "audit_no_truncate", "audit_only_grows"], ["A"]),
        ("audit_pending", ["audit_no_truncate", "audit_no_update"], ["A"]),
        ("audit_pruning", [*written_once[:2], "audit_no_update", "audit_only_grows"], ["A"]),
        ("audit_retentionpolicy", written_once, ["A"]),
        ("audit_tile", written_once, ["A"]),
    ]
