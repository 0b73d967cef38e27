import io
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from audit.models import Pending
from audit.selectors import tree
from tests import flush
from tests.audit import growing


def _run(*argv: str) -> str:
    out = io.StringIO()
    call_command("audit_sequence", *argv, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("argv", [[], ["--once"], ["--once", "--batch", "3"]])
def test_works_the_queue_off(log, argv):
    growing.events(10)

    assert _run(*argv) == "12 events sequenced\n"
    assert not Pending.objects.exists()


def test_ends_with_1_while_a_log_is_stopped_and_resumes_it(log):
    growing.events(1)
    with flush.without_every_guard(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_event SET leaf_hash = %s WHERE log_id = %s", [b"\x01" * 32, log.id])

    for argv in ([], ["--resume", "client-1"]):
        with pytest.raises(CommandError, match="does not have the hash") as refusal:
            _run(*argv)
        assert refusal.value.returncode == 1
    assert tree.size("client-1") == 0


@pytest.mark.parametrize("argv", [["--resume", "client-9"], ["--batch", "0"]])
def test_ends_with_3_for_what_makes_no_sense(db, argv):
    with pytest.raises(CommandError) as refusal:
        _run(*argv)

    assert refusal.value.returncode == 3


def test_help_says_what_the_exit_status_means():
    shown = subprocess.run(
        [sys.executable, "manage.py", "audit_sequence", "--help"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert "Exit status: 0 the queue was worked off, 1 a log is stopped" in shown
