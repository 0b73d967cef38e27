"""M1: what the roles of the database allow, tried with the roles themselves."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from audit import apps
from audit.domain import protection
from audit.models import Event
from audit.selectors import protection as selectors
from audit.selectors import tree
from audit.services import erasure, logs, partitions, protecting, publishing, recording, sequencing, vault
from tests.audit import growing
from tests.audit.conftest import AT, REVIEWER, sealed, signed

postgresql = pytest.mark.postgresql


@pytest.fixture
def protected(log):
    """The roles, as the script makes them; they go with the transaction of the test."""
    growing.sequenced(2)
    run("CREATE ROLE portal_login LOGIN")
    protecting.apply(login="portal_login")
    return log


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


class As:
    """A transaction in which the connection is somebody else."""

    def __init__(self, role: str) -> None:
        self.role = role

    def __enter__(self) -> None:
        run(f"SET LOCAL ROLE {self.role}")

    def __exit__(self, *exception: object) -> None:
        # After an error the rollback does it.
        if exception[0] is None:
            run("RESET ROLE")


DENIED = {
    protection.APP: [
        "UPDATE audit_event SET action = 'forged'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "DELETE FROM audit_pending",
        "INSERT INTO audit_pending VALUES (1, 1)",
        "UPDATE audit_logstate SET size = size + 1",
        "INSERT INTO audit_leaf VALUES (1, 99, 99, '\\x')",
        "INSERT INTO audit_checkpoint (log_id) VALUES (1)",
        "ALTER TABLE audit_event DISABLE TRIGGER audit_no_truncate",
        "DROP TABLE audit_event",
        "SET session_replication_role = replica",
        "UPDATE audit_privatevalue SET field = 'other'",
        "DELETE FROM audit_subjectkey",
        "TRUNCATE audit_privatevalue",
        "DELETE FROM audit_cursor",
        (
            f"INSERT INTO audit_event (id, {', '.join(protection.EVENT_COLUMNS)}) OVERRIDING SYSTEM VALUE "
            f"SELECT id + 9, {', '.join(protection.EVENT_COLUMNS)} FROM audit_event"
        ),
    ],
    protection.SEQUENCER: [
        "UPDATE audit_event SET action = 'forged'",
        "DELETE FROM audit_event",
        "UPDATE audit_leaf SET idx = idx + 1",
        "DELETE FROM audit_checkpoint",
        "DELETE FROM audit_logstate",
        "SELECT * FROM audit_privatevalue",
        "SELECT * FROM audit_subjectkey",
        "UPDATE audit_event_p0000 SET action = 'forged'",
    ],
    protection.AUDITOR: [
        "DELETE FROM audit_pending",
        "INSERT INTO audit_leaf VALUES (1, 99, 99, '\\x')",
        "UPDATE audit_logstate SET size = 1",
        "SELECT * FROM audit_privatevalue",
        "SELECT * FROM audit_subjectkey",
        "UPDATE audit_cursor SET position = 0",
    ],
}


@postgresql
@pytest.mark.parametrize(("role", "sql"), [(role, sql) for role, many in DENIED.items() for sql in many])
def test_a_role_may_not(protected, role, sql):
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        As(role),
    ):
        run(sql)


@postgresql
def test_the_portal_records_as_its_role(protected):
    with transaction.atomic(), As(protection.APP):
        recording.record(**signed())
        logs.open_log(key="client-9", at=AT)
        partitions.ensure_ahead()

    # The database itself put it into the queue, to which the portal has no right.
    assert tree.waiting("client-1") == 1


@postgresql
def test_a_login_of_the_portal_does_all_the_work_and_no_harm(protected):
    with transaction.atomic(), As("portal_login"):
        recording.record(**signed())
        assert sequencing.sweep(clock=timezone.now).sequenced == 1
        assert publishing.publish(log="client-1", at=AT).size == 4
        assert Event.objects.count()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), As("portal_login"):
        run("DELETE FROM audit_leaf")


@postgresql
def test_a_login_of_the_portal_seals_reads_and_erases(protected):
    with As("portal_login"):
        event = recording.record(**sealed())
        values = vault.reveal(event_uid=event.uid, field="comment")
        erased = erasure.erase_subject(
            log="client-1", subject="subject-1", legal_basis="GDPR 17(1)(a)", by=REVIEWER, at=AT
        )

    assert values == "Ada wrote this"
    assert erased == 1


@postgresql
def test_the_sequencer_works_as_its_role(protected):
    growing.events(3)

    with transaction.atomic(), As(protection.SEQUENCER):
        assert sequencing.sweep(clock=timezone.now).sequenced == 3
        assert publishing.publish(log="client-1", at=AT).size == 6


@postgresql
def test_the_owner_meets_the_triggers_still(protected):
    with pytest.raises(Exception, match="append-only"), transaction.atomic(), As(protection.OWNER):
        run("DELETE FROM audit_event")


@postgresql
def test_after_the_script_only_the_superuser_is_left_to_complain_about(protected):
    assert selectors.differences() == ["the portal logs in as postgres, which may do everything"]
    with transaction.atomic(), As("portal_login"):
        assert selectors.differences() == []


@postgresql
def test_the_script_can_run_again(protected):
    protecting.apply(login="portal_login")

    assert len(selectors.differences()) == 1


CHANGES = {
    "ALTER TABLE audit_leaf DISABLE TRIGGER audit_no_update": "trigger audit_no_update of audit_leaf does not fire always",
    "ALTER TABLE audit_leaf ENABLE TRIGGER audit_no_update": "trigger audit_no_update of audit_leaf does not fire always",
    "DROP TRIGGER audit_no_delete ON audit_tile": "audit_tile has no trigger audit_no_delete",
    "ALTER TABLE audit_event_p0001 DISABLE TRIGGER audit_enqueue": (
        "trigger audit_enqueue of audit_event_p0001 does not fire always"
    ),
    "GRANT UPDATE ON audit_event TO portal_login": "portal_login has UPDATE on audit_event",
    "GRANT UPDATE (action) ON audit_event TO portal_login": "portal_login has UPDATE.action on audit_event",
    "GRANT INSERT (id) ON audit_event TO audit_app": "audit_app has INSERT.id on audit_event",
    "GRANT SELECT ON audit_leaf TO PUBLIC": "PUBLIC has SELECT on audit_leaf",
    "REVOKE SELECT ON audit_leaf FROM audit_auditor": "audit_auditor has no SELECT on audit_leaf",
    "ALTER TABLE audit_checkpoint OWNER TO portal_login": "audit_checkpoint belongs to portal_login, not to audit_owner",
}


@postgresql
@pytest.mark.parametrize("sql", CHANGES)
def test_a_change_of_the_protection_is_seen_and_recorded_once(protected, sql):
    protecting.check(at=AT)
    run(sql)

    assert CHANGES[sql] in protecting.check(at=AT)
    assert CHANGES[sql] in protecting.check(at=AT)

    recorded = Event.objects.filter(action="audit.protection_changed").order_by("id")
    assert [CHANGES[sql] in event.facts["differences"] for event in recorded] == [False, True]


@postgresql
def test_the_command_prints_applies_and_checks(protected):
    out = io.StringIO()
    call_command("audit_protect", sql="odd name", stdout=out)
    assert out.getvalue().startswith("BEGIN;\n")
    assert 'GRANT audit_app, audit_sequencer TO "odd name";' in out.getvalue()

    call_command("audit_protect", apply="portal_login")
    with pytest.raises(CommandError, match="may do everything") as refusal:
        call_command("audit_protect", check=True)
    assert refusal.value.returncode == 1
    with transaction.atomic(), As("portal_login"):
        call_command("audit_protect", check=True, stdout=out)
    assert out.getvalue().endswith("All is as it should be\n")


@postgresql
def test_check_deploy_warns(protected):
    assert [warning.id for warning in apps.check_protection()] == ["audit.W001"]


def test_where_there_are_no_roles_there_is_nothing_to_check(db):
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL has roles")

    assert protecting.check(at=AT) == []
    assert apps.check_protection() == []
    with pytest.raises(CommandError) as refusal:
        call_command("audit_protect", check=True)
    assert refusal.value.returncode == 3
