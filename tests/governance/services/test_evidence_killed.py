"""A worker that is killed while it writes evidence loses a minute and nothing else (M8)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from audit.models import Event
from governance.domain.evidence import LEASE, ExportState
from governance.models import EvidenceExport
from governance.services import evidence_writing
from tests import threads, worlds
from tests.governance import evidence, trails
from tests.governance.evidence import ask_period, fetched, verified

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60  # seconds
# The worker reads a few entries at a time and says after each how far it is, so that there is a middle to die in.
PROGRAM = """
import sys
from datetime import timedelta
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
import django
django.setup()
from django.utils import timezone
from audit.selectors import tree
from governance.services import evidence_writing
tree.CHUNK, evidence_writing.BEAT = 5, timedelta(0)
evidence_writing.sweep(clock=timezone.now)
"""


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


@contextmanager
def worker(folder: Path) -> Iterator[subprocess.Popen]:
    """A worker in a process of its own, on the database of this test."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "governance.settings",
        "COUNTERSIGN_VAR": str(settings.VAR),
        "EVIDENCE_DIR": str(folder),
        "AUDIT_CHECKPOINTS": str(settings.AUDIT_CHECKPOINTS),
        "AUDIT_SIGNING_KEY_FILE": str(settings.AUDIT_SIGNING_KEY_FILE),
    }
    name = str(connection.settings_dict["NAME"])
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, name], env=environment, cwd=settings.BASE_DIR)
    try:
        yield process
    finally:
        process.kill()
        process.wait(30)


def in_the_middle(export: EvidenceExport, process: subprocess.Popen) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        export.refresh_from_db()
        if export.state == ExportState.WRITING and 0 < export.done < export.total:
            return True
        time.sleep(0.01)
    return False


def test_a_worker_killed_in_the_middle_costs_time_and_nothing_else(folder, tmp_path):
    desk = worlds.build(timezone.now() - timedelta(minutes=5)).north
    trails.record_more("north", 2_000)
    evidence.sign()
    export = ask_period(desk.dpo, "north")
    evidence.sign()

    with worker(folder) as process:
        assert in_the_middle(export, process)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)

    assert [file.name.endswith(".part") for file in folder.iterdir()] == [True]
    assert evidence_writing.sweep(clock=timezone.now) == 0, "the dead one holds it still"
    assert not Event.objects.filter(action="evidence.exported").exists()

    assert evidence_writing.sweep(clock=lambda: timezone.now() + LEASE + timedelta(seconds=5)) == 1

    export.refresh_from_db()
    assert (export.state, export.attempts, export.done) == (ExportState.READY, 2, export.total)
    assert Event.objects.filter(action="evidence.exported").count() == 1
    assert verified(fetched(export, desk.dpo), tmp_path) == 0
    assert [file.name for file in folder.iterdir()] == [export.file], "what the dead one left is gone"


def test_of_several_workers_one_writes_it():
    desk = worlds.build(timezone.now() - timedelta(minutes=5)).north
    evidence.sign()
    ask_period(desk.dpo, "north")
    evidence.sign()

    counts = threads.together([lambda: evidence_writing.sweep(clock=timezone.now)] * 3)

    assert sorted(counts) == [0, 0, 1]
    assert EvidenceExport.objects.get().attempts == 1
    assert Event.objects.filter(action="evidence.exported").count() == 1
