import pytest
from django.db import connection

from audit.models import Pending
from audit.services import partitions, recording
from tests.audit.conftest import signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has partitions")


def _go_on_with(number: int) -> None:
    # Unlike setval, this is undone with the transaction of the test.
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER SEQUENCE audit_event_id_seq RESTART WITH {number}")


def _partition_of_the_last_event() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM audit_event ORDER BY id DESC LIMIT 1")
        return cursor.fetchone()[0]


def test_ensure_ahead_has_nothing_to_do_on_sqlite():
    if connection.vendor == "sqlite":
        assert partitions.ensure_ahead() == []


def test_ensure_ahead_makes_what_is_missing_and_then_nothing(postgresql):
    assert partitions.ensure_ahead(ahead=3) == [2, 3]
    assert partitions.ensure_ahead(ahead=3) == []


def test_ensure_ahead_follows_the_ids(postgresql, log):
    _go_on_with(19_999_999)
    recording.record(**signed())
    assert _partition_of_the_last_event() == "audit_event_p0001"

    assert partitions.ensure_ahead() == [2, 3]

    recording.record(**signed())
    assert _partition_of_the_last_event() == "audit_event_p0002"
    assert Pending.objects.filter(event_id=20_000_000).exists()


def test_events_never_lack_a_partition(postgresql, log):
    _go_on_with(25_000_000)

    recording.record(**signed())

    assert _partition_of_the_last_event() == "audit_event_rest"
    assert partitions.ensure_ahead() == [3, 4]


def test_make_partition_gives_each_its_indexes(postgresql):
    partitions.ensure_ahead()

    with connection.cursor() as cursor:
        found = {}
        for table in ("audit_event_p0000", "audit_event_p0002", "audit_event_rest"):
            cursor.execute(
                "SELECT replace(replace(indexdef, tablename, 'T'), 'public.', '') FROM pg_indexes WHERE tablename = %s",
                [table],
            )
            found[table] = sorted(row[0] for row in cursor.fetchall())

    wanted = sorted(
        [
            "CREATE UNIQUE INDEX T_pkey ON T USING btree (id)",
            "CREATE UNIQUE INDEX T_uid ON T USING btree (uid)",
            "CREATE INDEX T_correlation ON T USING btree (correlation_id) WHERE (correlation_id IS NOT NULL)",
            "CREATE INDEX T_object ON T USING btree (object_type, object_id)",
            "CREATE INDEX T_log ON T USING btree (log_id, id)",
        ]
    )
    assert found == dict.fromkeys(found, wanted)


def test_ids_are_given_one_by_one(postgresql):
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_size FROM pg_sequences WHERE sequencename = 'audit_event_id_seq'")

        assert cursor.fetchone() == (1,)
