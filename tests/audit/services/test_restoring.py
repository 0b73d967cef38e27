"""M1: a trail that was dumped and restored into a new database goes on where it was, and is what it was."""

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from audit.domain import checkpoint, note
from audit.models import Log, Pruning
from audit.selectors import tree
from audit.services import logs, publishing
from tests.audit import growing, pruned
from tests.audit.conftest import AT

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

# The new database is another one for the portal: a process of its own works on it.
PROGRAM = """
import sys
import django
django.setup()
from pathlib import Path
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from audit.services import logs
settings.AUDIT_CHECKPOINTS = Path(sys.argv[1])
settings.AUDIT_SIGNING_KEY_FILE = Path(sys.argv[2])
logs.open_log(key="client-2", at=timezone.now())
call_command("audit_sequence")
call_command("audit_publish")
call_command("audit_fsck")
"""


@pytest.fixture
def restored() -> Iterator[str]:
    """A new database with what the test's one holds, by pg_dump."""
    name = f"{connection.settings_dict['NAME']}_restored"
    _administer(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
    yield name
    _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


def _administer(*statements: str) -> None:
    options = {
        key: connection.get_connection_params()[key]
        for key in ("host", "port", "user", "password")
        if key in connection.get_connection_params()
    }
    with psycopg.connect(dbname="postgres", autocommit=True, **options) as server:
        for statement in statements:
            server.execute(statement)


def _restore(name: str) -> subprocess.CompletedProcess:
    """Dump the test's database into the new one, and let the portal go on there."""
    url = "postgres://{USER}@{HOST}:{PORT}/".format(
        **{**connection.settings_dict, "PORT": connection.settings_dict["PORT"] or 5432}
    )
    environment = {**os.environ, "PGPASSWORD": connection.settings_dict["PASSWORD"]}
    dump = subprocess.run(
        ["pg_dump", url + connection.settings_dict["NAME"]], env=environment, capture_output=True, check=True
    )
    subprocess.run(
        ["psql", "--quiet", "--set", "ON_ERROR_STOP=1", url + name],
        env=environment,
        input=dump.stdout,
        capture_output=True,
        check=True,
    )
    return subprocess.run(
        [
            sys.executable,
            "-c",
            PROGRAM,
            str(settings.AUDIT_CHECKPOINTS),
            str(settings.AUDIT_SIGNING_KEY_FILE),
        ],
        env={**environment, "DATABASE_URL": url + name, "DJANGO_SETTINGS_MODULE": "governance.settings"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_restored_log_goes_on(restored):
    logs.open_log(key="client-1", at=AT)
    growing.sequenced(300)
    publishing.publish_all(clock=timezone.now)
    # These are in the queue when the dump is made.
    growing.events(5)
    kept = tree.latest_checkpoint("client-1")

    told = _restore(restored)

    assert told.returncode == 0, told.stderr
    assert "client-1: 306 entries, all as they were" in told.stdout
    assert "client-2: 1 entries, all as they were" in told.stdout
    # It continues what was signed before, to the folder that others have.
    newest = (settings.AUDIT_CHECKPOINTS / "client-1" / "checkpoint").read_bytes()
    assert (checkpoint.parse(note.parse(newest).text).size, kept.size) == (306, 301)


@pytest.fixture
def first_partition(transactional_db):
    """The test takes the first partition away, with what it holds; it is made again, and ids begin there again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM audit_event_id_seq")
        last = cursor.fetchone()[0]
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_make_partition(0)")
        cursor.execute(f"ALTER SEQUENCE audit_event_id_seq RESTART WITH {last + 1_000}")


def test_m6_a_restored_log_that_was_pruned_goes_on(restored, first_partition):
    logs.open_log(key="client-1", at=AT)
    growing.events(300)
    for key in ("platform", "client-1"):
        pruned.keep(key)
    pruned.settle()
    pruned.turn_the_page()
    pruned.prune()
    growing.events(5)

    told = _restore(restored)

    assert told.returncode == 0, told.stderr
    row = Pruning.objects.get(log_id=Log.objects.get(key="client-1").pk)
    # The tombstone and five more.
    assert f"client-1: {row.end_index + 6} entries, all as they were" in told.stdout
    assert f"the texts of {row.entries} were pruned" in told.stdout
