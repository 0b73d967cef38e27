"""`manage.py audit_export` (M8): from the database to a file that a stranger's Python verifies."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.domain.bundle_layout import EVENTS, POLICY, README, SHEET, VERIFIER
from audit.models import Event
from audit.services import publishing
from tests.audit import growing


@pytest.fixture
def outside(settings, tmp_path, log) -> Path:
    """A folder for checkpoints and a key of the test's own."""
    settings.AUDIT_CHECKPOINTS = tmp_path / "checkpoints"
    settings.AUDIT_SIGNING_KEY_FILE = tmp_path / "signing.key"
    return tmp_path


def run(*argv: str) -> str:
    out = io.StringIO()
    call_command("audit_export", "--log", "client-1", "--purpose", "Yearly audit", *argv, stdout=out)
    return out.getvalue()


def verified(bundle: Path) -> int:
    """The exit status of the program in the bundle, under the policy in the bundle."""
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(bundle.parent, [VERIFIER, POLICY])
    command = [sys.executable, "-I", str(bundle.parent / VERIFIER), "bundle", str(bundle)]
    return subprocess.run(
        [*command, "--policy", str(bundle.parent / POLICY)], capture_output=True, check=False
    ).returncode


def test_everything_that_is_signed_is_written_and_verified(outside):
    growing.sequenced(20)
    publishing.publish_all(clock=timezone.now)
    growing.sequenced(3)

    said = run(str(outside / "evidence.zip"))

    assert "entries 0 to " in said
    assert verified(outside / "evidence.zip") == 0
    told = Event.objects.get(action="evidence.exported").facts
    assert (told["purpose"], told["first_index"]) == ("Yearly audit", 0)
    assert told["sha256"] in said


@pytest.mark.parametrize(
    ("_case", "argv"),
    [
        ("one event", lambda event: ["--event", str(event.uid)]),
        ("a day", lambda event: ["--since", event.recorded_at.date().isoformat()]),
        ("from a moment on", lambda event: ["--since", event.recorded_at.isoformat()]),
    ],
)
def test_a_part_can_be_asked_for(outside, _case, argv):
    events = growing.sequenced(20)
    publishing.publish_all(clock=timezone.now)

    run(str(outside / "part.zip"), *argv(events[7]))

    assert verified(outside / "part.zip") == 0


@pytest.mark.parametrize(
    ("_case", "code", "argv"),
    [
        ("nothing of that time", 2, ["--until", "2001-01-01"]),
        ("an event of no log", 2, ["--event", "01980000-0000-7000-8000-000000000009"]),
        ("no event at all", 3, ["--event", "seven"]),
        ("no day", 3, ["--since", "2026-13-01"]),
        ("no such log", 3, ["--log", "client-9"]),
    ],
)
def test_what_cannot_be_written_is_refused_and_leaves_nothing(outside, _case, code, argv):
    growing.sequenced(5)
    publishing.publish_all(clock=timezone.now)
    before = Event.objects.count()

    with pytest.raises(CommandError) as refused:
        run(str(outside / "evidence.zip"), *argv)

    assert refused.value.returncode == code
    assert not list(outside.glob("*evidence*"))
    assert Event.objects.count() == before


def test_a_file_that_is_there_is_left_as_it_is(outside):
    growing.sequenced(5)
    publishing.publish_all(clock=timezone.now)
    (outside / "evidence.zip").write_text("mine")

    with pytest.raises(CommandError, match="there already"):
        run(str(outside / "evidence.zip"))

    assert (outside / "evidence.zip").read_text() == "mine"


def test_nothing_is_written_before_it_is_signed(outside):
    growing.sequenced(5)

    with pytest.raises(CommandError, match="not covered by a signed checkpoint") as refused:
        run(str(outside / "evidence.zip"))

    assert refused.value.returncode == 2


def test_the_events_can_stand_beside_for_people_and_spreadsheets(outside):
    growing.sequenced(20)
    publishing.publish_all(clock=timezone.now)

    run(str(outside / "plain.zip"))
    run(str(outside / "evidence.zip"), "--readable")

    assert verified(outside / "evidence.zip") == 0
    with (
        zipfile.ZipFile(outside / "plain.zip") as plain,
        zipfile.ZipFile(outside / "evidence.zip") as readable,
    ):
        assert set(readable.namelist()) - set(plain.namelist()) == {EVENTS, SHEET}
        assert "Made for  the operator" in readable.read(README).decode()
