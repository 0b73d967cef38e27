import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from audit.models import Event, Log, Pending
from audit.services import logs, recording
from tests import flush
from tests.audit.conftest import AT, signed


@pytest.mark.django_db(transaction=True)
def test_flush_empties_the_trail_of_a_test_database_and_puts_its_guards_back():
    logs.open_log(key="client-1", at=AT)
    recording.record(**signed())

    call_command("flush", interactive=False, verbosity=0)

    # The platform's log is opened again after every flush.
    assert list(Log.objects.values_list("key", flat=True)) == ["platform"]
    assert [event.action for event in Event.objects.all()] == ["log.opened"]
    assert Pending.objects.count() == 1
    for sql in (
        "UPDATE audit_event SET action = 'forged'",
        "DELETE FROM audit_event",
        "DELETE FROM audit_log",
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            connection.cursor().execute(sql)


@pytest.mark.django_db(transaction=True)
def test_flush_leaves_the_guards_as_they_were():
    before = _guards()

    call_command("flush", interactive=False, verbosity=0)

    assert _guards() == before


@pytest.mark.django_db(transaction=True)
def test_flush_that_fails_leaves_rows_and_guards():
    before = _guards(), Event.objects.count()

    with pytest.raises(RuntimeError, match="on purpose"), flush.without_guards(connection):
        raise RuntimeError("on purpose")

    assert (_guards(), Event.objects.count()) == before


@pytest.mark.parametrize(
    "name", ["countersign", "/srv/countersign.sqlite3", "/test_run/countersign.sqlite3", "mytest_db", ""]
)
def test_flush_is_refused_outside_a_test_database(db, monkeypatch, name):
    monkeypatch.setitem(connection.settings_dict, "NAME", name)
    before = Event.objects.count()

    with pytest.raises(RuntimeError, match="not a test database"):
        connection.ops.execute_sql_flush(["DELETE FROM audit_event"])

    assert Event.objects.count() == before


@pytest.mark.parametrize(
    "name",
    ["test_cs", "test_cs_gw0", "/var/x/test_countersign_gw3.sqlite3", "file:memorydb_default?mode=memory"],
)
def test_flush_is_allowed_in_test_databases(monkeypatch, name):
    monkeypatch.setitem(connection.settings_dict, "NAME", name)
    if name.startswith("file:") and connection.vendor != "sqlite":
        pytest.skip("only SQLite lives in memory")

    flush.refuse_elsewhere(connection)


def test_install_twice_is_once():
    installed = type(connection.ops).execute_sql_flush

    flush.install(after=lambda: None)

    assert type(connection.ops).execute_sql_flush is installed


def test_live_server_can_be_used_with_the_trail(live_server, transactional_db):
    logs.open_log(key="client-1", at=AT)

    recording.record(**signed())

    assert live_server.url


def _guards():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger ORDER BY 1, 2"
            )
        else:
            cursor.execute(
                "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY 1, 2"
            )
        return cursor.fetchall()
