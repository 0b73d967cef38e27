"""A misspelt command of the trail ends with status 3, so that nobody takes it for a finding."""

import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

COMMANDS = [
    ("audit_fsck", "--jobs", "many"),
    ("audit_fsck", "--nonsense"),
    ("audit_sequence", "--once", "--follow"),
    ("audit_publish", "unasked"),
    ("audit_export", "out.zip"),
    ("audit_protect", "--nonsense"),
    ("audit_rotate_key", "--nonsense"),
    ("audit_prune", "--nonsense"),
    ("audit_drill", "--entries", "few"),
    ("rebuild_projection", "--nonsense"),
]


@pytest.mark.parametrize("argv", COMMANDS)
def test_a_misspelt_command_ends_with_3(argv):
    with pytest.raises(CommandError) as refusal:
        call_command(*argv)

    assert refusal.value.returncode == 3


def test_it_does_so_on_the_command_line_too_and_says_how_it_is_written():
    said = subprocess.run(
        [sys.executable, "-m", "django", "audit_fsck", "--nonsense"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 3
    assert said.stderr.startswith("usage: ")
    assert "unrecognized arguments: --nonsense" in said.stderr
