"""The floors of the house and the layers inside each app, as pyproject.toml draws them."""

import subprocess
import sys
from pathlib import Path

from tests.structure.tree import ROOT


def test_imports_go_downward_only() -> None:
    # A process of its own: the linter silences every logger that was made before it.
    linter = Path(sys.executable).with_name("lint-imports")
    asked = [linter, "--config", ROOT / "pyproject.toml", "--no-cache", "--no-logo"]

    ended = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout + ended.stderr
